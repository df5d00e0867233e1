"""The same score from the live database and from exported files."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from zhibu.organization.models import Unit
from zhibu.standards import services
from zhibu.standards.adopted import compiled_load, versions_published
from zhibu.standards.models import Finding, Score
from zhibu.standards.tests.factories import committee_make, pack_make, sitting_row, unit_make
from zhibu_engine.assess import assess
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.sources import facts_read

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture
def branch():
    pack_make()
    committee = committee_make()
    branch = unit_make(committee)
    for month in (2, 5, 8):
        sitting_row(branch, "branch_assembly", date(2025, month, 10), title="=1+1")
    sitting_row(unit_make(committee), "committee_meeting", date(2025, 2, 1), is_late=True)
    return branch


@pytest.mark.parametrize(
    "asked", [[], ["--english"], ["--format", "parquet"], ["--format", "parquet", "--english"]]
)
def test_exported_facts_give_the_same_findings_as_the_live_database(branch, tmp_path, asked):
    units = list(Unit.objects.branches().order_by("pk").values_list("pk", flat=True))
    services.units_judge(unit_ids=units, day=DAY)

    call_command("facts", "export", str(tmp_path / "facts"), "--as-of", "2025-10-10", *asked)

    compiled = compiled_load(versions_published()[0], "sample")
    found = assess(compiled, facts_prepare(facts_read(tmp_path / "facts"), DAY), units)
    live = {
        (f.unit_id, f.clause): (f.verdict, f.earned, f.measured, f.required)
        for f in Finding.objects.all()
    }
    assert {
        (r["unit_id"], r["clause"]): (r["verdict"], r["earned"], r["measured"], r["required"])
        for r in found.rows()
    } == live
    assert [s.earned for s in found.scores()] == list(
        Score.objects.order_by("unit").values_list("earned", flat=True)
    )


def test_the_files_are_private_and_never_mixed_with_older_ones(branch, tmp_path):
    folder = tmp_path / "facts"
    call_command("facts", "export", str(folder), "--unit", branch.code, "--as-of", "2025-10-10")

    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    with pytest.raises(CommandError, match="空文件夹"):
        call_command("facts", "export", str(folder))
    with pytest.raises(CommandError, match="没有组织代码"):
        call_command("facts", "export", str(tmp_path / "other"), "--unit", "NOBODY")


def test_the_command_judges_all_or_one(branch, capsys):
    call_command("judge", "--all", "--as-of", "2025-10-10")
    assert Score.objects.count() == 2
    call_command("judge", "--unit", branch.code, "--as-of", "2025-10-10")
    assert "写入 0 行变化" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("judge", "--unit", "NOBODY")
