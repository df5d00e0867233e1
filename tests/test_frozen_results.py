"""A published result is the same bytes for ever, whatever is entered, mended, merged or installed afterwards."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhibu.home.tests.factories import world
from zhibu.meetings.models import Sitting
from zhibu.meetings.services import (
    AgendaInput,
    RoleInput,
    SegmentInput,
    sitting_correct,
    sitting_void,
)
from zhibu.organization.models import Adoption, Post
from zhibu.organization.services import (
    pack_adopt,
    post_end,
    unit_found,
    unit_merge,
    unit_move,
    unit_rename,
)
from zhibu.packs.models import PackVersion
from zhibu.packs.services import builtin_folder, pack_install
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import services
from zhibu.standards.models import Run, RunFinding

pytestmark = pytest.mark.django_db
DAY = date(2025, 11, 20)
ACTOR = "测试"


@pytest.fixture
def made():
    with clock.fixed(DAY):
        yield world(DAY, members=12)


@pytest.fixture
def run(made):
    run = services.run_make(
        standard="liuhua", scope=made.committee, as_of=DAY, title="三季度评判", actor=made.staff
    )
    return services.run_publish(run=run, actor=made.staff)


def exported(client, made, run) -> bytes:
    client.force_login(made.staff)
    answer = client.get(reverse("standards:run", args=[run.pk]), {"export": "xlsx"})
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    return answer.content


def test_the_export_of_a_published_run_never_changes(client, made, run, tmp_path):
    before = exported(client, made, run)
    voided, corrected = Sitting.objects.filter(
        record__owner=made.branch, segments__kind="committee_meeting"
    )[:2]
    sitting_void(sitting=voided, actor=made.clerk, reason="重复录入")
    chair = Post.objects.get(unit=made.branch, code="secretary", to_on=None).person_id
    sitting_correct(
        sitting=corrected,
        actor=made.clerk,
        reason="日期记错",
        day=DAY - timedelta(days=40),
        segments=[
            SegmentInput(
                "committee_meeting",
                convener="branch",
                theme="改过的主题",
                roles=(RoleInput("presider", chair), RoleInput("recorder", chair)),
                agenda=(AgendaInput("改过的议题", resolution="同意"),),
            )
        ],
        late_reason="更正日期",
    )
    post_end(post=Post.objects.filter(unit=made.branch, to_on=None).first(), to_on=DAY, actor=ACTOR)
    unit_rename(unit=made.branch, name="改过的名称", actor=ACTOR)
    unit_rename(unit=made.committee, name="改过的工委名称", actor=ACTOR)
    unit_merge(unit=made.second, into=made.branch, day=DAY - timedelta(days=1), actor=ACTOR)
    other = unit_found(
        code="QT",
        name="另一工委",
        kind="working_committee",
        founded_on=date(2015, 1, 1),
        actor=ACTOR,
    )
    unit_move(unit=made.empty, parent=other, day=DAY, actor=ACTOR)
    pack_install(path=newer(tmp_path), actor=ACTOR)
    services.units_judge(unit_ids=[made.branch.pk, made.second.pk], day=DAY)

    with clock.fixed(DAY + timedelta(days=400)):
        assert exported(client, made, Run.objects.get(pk=run.pk)) == before


def newer(tmp_path):
    """The same pack as a later version, with a clause that says something else."""
    folder = tmp_path / "city-organs"
    shutil.copytree(builtin_folder() / "city-organs", folder)
    written = folder / "pack.yaml"
    lines = written.read_text(encoding="utf-8").splitlines()
    written.write_text(
        "\n".join('version: "2099.1"' if line.startswith("version:") else line for line in lines),
        encoding="utf-8",
    )
    standard = folder / "standards" / "liuhua.yaml"
    standard.write_text(
        standard.read_text(encoding="utf-8").replace("title: ", "title: 新", 1), encoding="utf-8"
    )
    return folder


def test_the_export_shows_a_change_that_was_made_before_publishing(client, made):
    """What must differ does: otherwise equal bytes would prove nothing."""
    first = services.run_make(
        standard="liuhua", scope=made.committee, as_of=DAY, title="甲", actor=made.staff
    )
    RunFinding.objects.filter(run=first).exclude(verdict="met").update(measured=77)
    changed = exported(client, made, first)
    RunFinding.objects.filter(run=first).exclude(verdict="met").update(measured=78)
    assert exported(client, made, first) != changed


def test_a_run_still_names_the_version_it_was_judged_by(client, made, run, tmp_path):
    pinned = PackVersion.objects.get(pk=run.pack_id)
    new = pack_install(path=newer(tmp_path), actor=ACTOR)

    page = client.get(reverse("standards:run", args=[run.pk]))
    assert page.status_code in (200, 302)
    assert Run.objects.get(pk=run.pk).pack_digest == pinned.digest != new.digest


def test_a_published_pack_version_refuses_other_content(made, run):
    version = PackVersion.objects.get(pk=run.pack_id)
    version.title = "别的"
    acts = [
        version.save,
        version.delete,
        lambda: PackVersion.objects.filter(pk=version.pk).update(content={}),
        lambda: PackVersion.objects.filter(pk=version.pk).delete(),
        lambda: PackVersion.objects.bulk_update([version], ["title"]),
    ]
    for act in acts:
        with pytest.raises(RuleBroken, match="已经发布"):
            act()
    assert PackVersion.objects.get(pk=version.pk).title != "别的"


def test_a_unit_pinned_to_a_version_is_judged_by_it_after_a_newer_one_came(made, run, tmp_path):
    old = PackVersion.objects.get(pk=run.pack_id)
    Adoption.objects.filter(unit=made.committee).update(to_on=DAY - timedelta(days=1))
    pack_adopt(
        unit=made.committee, pack_key=old.key, pack_version=old.version, actor=ACTOR, from_on=DAY
    )
    pack_install(path=newer(tmp_path), actor=ACTOR)
    again = services.run_make(
        standard="liuhua", scope=made.committee, as_of=DAY, title="乙", actor=made.staff
    )
    assert again.pack_digest == run.pack_digest
