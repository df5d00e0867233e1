"""Runs, levels, back-tests, points by hand and exemptions, looked at in a browser at both widths."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.test_filled_pages import _listen, _wrong
from zhibu.packs.services import builtin_folder, pack_draft, pack_install
from zhibu.standards import services

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
DAY = date(2026, 9, 15)
#: A clause that waits for records becomes one that people score by a scale.
MANUAL = (
    "    method: later\n    points: 4\n    waits_for: 责任清单和任务记录\n",
    "    method: manual\n    points: 4\n    rule: {kind: manual, guide: 现场查看责任清单和落实情况, scale: ["
    "{title: 好, earns: 4, guide: 人人有清单}, {title: 一般, earns: 2}, {title: 差, earns: 0}]}\n",
)
LEVELS = """
not_applicable: rescale
levels:
  - {key: model, title: 示范, from: 85, must: [committee_monthly]}
  - {key: fair, title: 达标, from: 20}
  - {key: poor, title: 未达标}
groups:"""


def version(folder: Path, number: str, old: str = "", new: str = "") -> Path:
    """The scheme of the organs with levels, as a version of its own."""
    target = folder / number / "city-organs"
    shutil.copytree(builtin_folder() / "city-organs", target)
    header = target / "pack.yaml"
    lines = header.read_text("utf-8").splitlines()
    lines = [f'version: "{number}"' if line.startswith("version:") else line for line in lines]
    header.write_text("\n".join(lines), "utf-8")
    standard = target / "standards" / "liuhua.yaml"
    text = standard.read_text("utf-8").replace("\ngroups:", LEVELS, 1).replace(*MANUAL)
    standard.write_text(text.replace(old, new) if old else text, "utf-8")
    return target


@pytest.fixture
def addresses(world, tmp_path):
    """What stands in the database first, then where the pages are."""
    pack_install(path=version(tmp_path, "2027.1"), actor="测试")
    harder = version(tmp_path, "2027.2", "per: month, at_least: 1", "per: month, at_least: 3")
    draft = pack_draft(path=harder, actor="测试")
    branch, scope, staff = world.branch, world.committee, world.staff
    services.units_judge(unit_ids=[world.branch.pk, world.second.pk, world.empty.pk], day=DAY)
    manual = next(row.clause for row in branch_findings(branch) if row.code == "manual")
    given = {"standard": "liuhua", "year": 2026, "clause": manual, "reason": "查看了现场照片和台账"}
    for points, choice in ((200, "一般"), (400, "好")):
        services.hand_score_give(
            unit=branch, points=points, choice=choice, assessor="panel", actor=staff, **given
        )
    services.exemption_grant(
        unit=world.empty, standard="liuhua", clause="committee_monthly", reason="新建党支部，批复〔2026〕3号",
        from_on=date(2026, 9, 1), to_on=date(2026, 12, 31), actor=staff,
    )  # fmt: skip
    tried = services.backtest_begin(
        scope=scope, draft=draft, standard="liuhua", as_of=DAY, actor=staff
    )
    services.backtest_work(backtest_id=tried.pk)
    run = services.run_make(
        standard="liuhua", scope=scope, as_of=DAY, title="三季度评判", actor=staff
    )
    services.run_publish(run=run, actor=staff)
    return {
        "backtests": f"/standards/backtests/{scope.pk}/",
        "backtest": f"/standards/backtest/{tried.pk}/",
        "exemptions": f"/standards/exemptions/{scope.pk}/",
        "hand": f"/standards/unit/{branch.pk}/liuhua/{manual}/",
        "shared": f"/standards/unit/{branch.pk}/liuhua/committee_monthly/",
        "unit": f"/standards/unit/{branch.pk}/?standard=liuhua",
        "heatmap": f"/standards/heatmap/{scope.pk}/?standard=liuhua",
        "run": f"/standards/run/{run.pk}/",
        "run-unit": f"/standards/run/{run.pk}/{branch.pk}/",
        "persons": f"/standards/subjects/{branch.pk}/secretary-acts/",
    }


def branch_findings(branch):
    from zhibu.standards.models import Finding

    return Finding.objects.filter(unit=branch, standard="liuhua", year=2026).order_by("clause")


@pytest.mark.parametrize("width", [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")])
def test_pages_of_trust_are_accessible_and_fit(
    browser, live_server, world, addresses, sign_in, width
):
    from tests.e2e.conftest import PICTURES

    wrong: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    _listen(page, wrong)
    sign_in(page, "staff")
    for name, path in addresses.items():
        answer = page.goto(f"{live_server.url}{path}")
        wrong += _wrong(page, path, answer.status, width)
        if name == "backtest":
            assert page.get_by_text("哪些组织会变").is_visible()
            page.locator("details.std-move summary").first.click()
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    context.close()
    assert wrong == []
