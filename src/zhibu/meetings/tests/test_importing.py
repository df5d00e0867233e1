"""A ledger sheet: preview, commit, the same sheet again, what is refused and where."""

from __future__ import annotations

import io
from datetime import date, time

import openpyxl
import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.jobs import services as jobs
from zhibu.meetings.models import AgendaItem, SegmentHost, Sitting
from zhibu.meetings.services import AgendaInput, HostInput, RoleInput, SegmentInput
from zhibu.meetings.sheet import COLUMNS
from zhibu.meetings.tests.factories import Branch, clerk_make, member_make, unit_make
from zhibu.meetings.tests.test_entering import absent, assembly, enter
from zhibu.organization.models import RoleGrant
from zhibu.records.models import Record, RecordVersion
from zhibu.shared import changes, clock

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 20)


@pytest.fixture
def branch():
    with clock.fixed(TODAY):
        yield Branch()


def sheet_make(*rows) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.append([column.title for column in COLUMNS])
    for row in rows:
        page.append([row.get(column.title, "") for column in COLUMNS])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def line(branch, **cells):
    return {
        "党组织": branch.unit.name, "日期": date(2025, 12, 15), "开始时间": "09:00", "地点": "会议室",
        "会议类别": "党员大会", "召集主体": "党支部", "主题": "讨论计划", "主持人": "王书记", "记录人": "李组织",
        "应到": 11, "实到": 10, "缺席人员及原因": "群众党员01（请假：生病）", "议题": "计划；预算", "决议": "同意；再议",
        **cells,
    }  # fmt: skip


def previewed(branch, *rows, actor=None):
    made = jobs.import_begin(
        kind="sittings", filename="台账.xlsx", data=sheet_make(*rows), actor=actor or branch.clerk
    )
    made = jobs.import_read(import_id=made.pk)
    assert made.state == "previewed", made.message
    preview = jobs.import_preview(made=made)
    return made, preview.rows(preview.places())


def committed(branch, *rows, actor=None):
    made, _rows = previewed(branch, *rows, actor=actor)
    jobs.import_confirm(import_id=made.pk, actor=actor or branch.clerk)
    made = jobs.import_write(import_id=made.pk)
    assert made.state == "committed", made.message
    return made


def test_a_row_becomes_a_sitting_with_roster_roles_and_agenda(branch, monkeypatch):
    _made, rows = previewed(branch, line(branch))
    assert [row.state for row in rows] == ["new"]
    assert not Record.objects.exists()
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])

    made = committed(branch, line(branch))

    sitting, host = Sitting.objects.get(), SegmentHost.objects.get()
    assert (sitting.starts_at, sitting.record.event_on, sitting.record.title) == (
        time(9),
        date(2025, 12, 15),
        "党员大会：讨论计划",
    )
    assert (host.due, host.present, host.entitled, host.missing_fields) == (11, 10, 10, 0)
    assert host.segment.presider_post == "secretary"
    assert [a.resolution for a in AgendaItem.objects.all()] == ["同意", "再议"]
    assert made.counts["written"] == {"new": 1, "changed": 0}
    assert Event.objects.filter(action="meetings.imported").count() == 1
    assert told == [{branch.unit.pk}]


def test_the_same_sheet_again_changes_nothing(branch):
    rows = (line(branch), line(branch, 会议类别="支委会", 应到=3, 实到=3, 缺席人员及原因=""))
    committed(branch, *rows)

    _made, again = previewed(branch, *rows)

    assert [row.state for row in again] == ["unchanged", "unchanged"]


def test_one_changed_cell_shows_one_difference_and_becomes_a_correction(branch):
    committed(branch, line(branch))
    item = AgendaItem.objects.get(title="计划")
    item.discussion, item.votes_for = "逐条讨论", 8
    item.save(update_fields=["discussion", "votes_for"])

    _made, (row,) = previewed(branch, line(branch, 地点="二楼"))
    assert (row.state, [(c.field, c.old, c.new) for c in row.changes]) == (
        "changed",
        [("地点", "会议室", "二楼")],
    )
    committed(branch, line(branch, 地点="二楼"))

    assert (Record.objects.get().version, Sitting.objects.get().place) == (2, "二楼")
    assert RecordVersion.objects.get().content["place"] == "会议室"
    kept = AgendaItem.objects.get(title="计划")
    assert (kept.discussion, kept.votes_for) == ("逐条讨论", 8)


@pytest.mark.parametrize(
    ("cells", "cell", "said"),
    [
        pytest.param({"党组织": "没有的支部"}, "A2", "没有找到", id="unknown branch"),
        pytest.param({"日期": date(2025, 12, 21)}, "C2", "不能晚于今天", id="future"),
        pytest.param({"日期": "去年"}, "C2", "不是日期", id="no date"),
        pytest.param({"会议类别": "茶话会"}, "G2", "没有名为“茶话会”", id="unknown kind"),
        pytest.param({"实到": 12}, "O2", "多于", id="more present than due"),
        pytest.param({"实到": 11}, "O2", "请核对", id="numbers contradict"),
        pytest.param(
            {"缺席人员及原因": "陌生人（缺席）"}, "P2", "没有“陌生人”", id="stranger away"
        ),
        pytest.param({"主持人": "陌生人"}, "K2", "没有“陌生人”", id="stranger presides"),
        pytest.param({"开始时间": "九点"}, "D2", "不是时间", id="no time"),
        pytest.param({"实到": "许多"}, "O2", "不是人数", id="no number"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_of_the_row_is_written(branch, cells, cell, said):
    _made, (row,) = previewed(branch, line(branch, **cells))

    assert row.state == "error"
    assert (row.problems[0].cell, said in row.problems[0].message) == (cell, True), row.problems
    assert not Record.objects.exists()


def test_doubts_are_shown_and_never_stop_a_row(branch):
    rows = line(branch, 应到=12, 主持人="群众党员02", 召集主体="行政")

    _made, (row,) = previewed(branch, rows)

    said = "".join(w.message for w in row.warnings)
    assert row.state == "new"
    assert "名册应到 11 人" in said and "没有可以主持" in said and "召集主体是“行政”" in said


def test_several_kinds_of_one_sitting_and_a_joint_sitting(branch):
    other = Branch()
    row = line(
        branch,
        会议类别="党员大会、党课",
        授课人="王书记",
        联合召开=other.unit.name,
        缺席人员及原因="",
        实到="",
    )

    committed(branch, row)

    assert Record.objects.count() == 1
    assert SegmentHost.objects.count() == 4
    assert set(SegmentHost.objects.values_list("present", flat=True)) == {11}


def test_a_group_meeting_names_its_group(branch):
    group = unit_make(branch.unit, kind="group", name="第一党小组")
    member_make(branch.unit, "钱组长", group=group, post="")
    row = line(
        branch,
        会议类别="党小组会",
        召集主体="党小组",
        主持人="钱组长",
        记录人="",
        应到=1,
        实到=1,
        缺席人员及原因="",
    )

    _made, (bad,) = previewed(branch, row)
    assert bad.problems[0].cell == "B2" and "第一党小组" in bad.problems[0].message
    committed(branch, {**row, "党小组": "第一党小组"})

    assert SegmentHost.objects.get().group == group


def test_an_old_ledger_is_late_unless_the_office_above_says_when_it_was_written(branch):
    row = line(branch, 日期=date(2025, 3, 10), 录入日期=date(2025, 3, 12))
    committed(branch, row)
    record = Record.objects.get()
    assert (record.is_late, record.late_reason) == (True, "由台账导入，原表未说明")

    office = clerk_make(branch.unit, RoleGrant.Role.TOWNSHIP)
    committed(
        branch, {**row, "日期": date(2025, 4, 10), "录入日期": date(2025, 4, 12)}, actor=office
    )
    record = Record.objects.get(event_on=date(2025, 4, 10))
    assert (record.is_late, record.entry_delay) == (False, 2)


def test_a_row_of_another_s_branch_is_refused(branch):
    other = Branch()

    _made, rows = previewed(branch, line(branch), line(other))

    assert [row.state for row in rows] == ["new", "error"]
    assert "您不能为" in rows[1].problems[0].message


def test_a_row_written_twice_is_marked(branch):
    committed(branch, line(branch), line(branch))

    assert [h.duplicate for h in SegmentHost.objects.order_by("pk")] == [False, True]


def test_only_numbers_known_is_told(branch):
    _made, (row,) = previewed(branch, line(branch, 实到=6, 缺席人员及原因=""))

    assert "另有 5 人未到而没有写明姓名" in "".join(w.message for w in row.warnings)


def test_what_the_form_entered_is_found_again_in_the_exported_ledger(branch):
    given = assembly(
        branch,
        agenda=(AgendaInput("计划", resolution="同意"),),
        hosts=absent(branch, branch.others[0]),
    )
    enter(branch, given, day=date(2025, 12, 15), starts_at=time(9), place="会议室")
    row = line(branch, 主题="季度党员大会", 议题="计划", 决议="同意")

    _made, (found,) = previewed(branch, row)

    assert found.state == "unchanged", found.changes


def test_the_template_has_the_columns_and_drop_downs(branch):
    from zhibu.meetings.importers import IMPORTERS

    name, data = IMPORTERS[0].template()
    page = openpyxl.load_workbook(io.BytesIO(data))["会议台账"]

    assert name.endswith(".xlsx")
    assert [cell.value for cell in page[1]] == [column.title for column in COLUMNS]
    assert len(page.data_validations.dataValidation) == 3


def exported(client, branch, actor=None):
    """The rows of the unit's ledger as the sheet has them."""
    client.force_login(actor or branch.clerk)
    response = client.get(reverse("meetings:ledger", args=[branch.unit.pk]))
    page = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active
    lines = list(page.iter_rows(values_only=True))
    head = next(n for n, cells in enumerate(lines) if "会议类别" in cells)
    return [dict(zip(lines[head], cells, strict=True)) for cells in lines[head + 1 :] if cells[0]]


def test_the_exported_ledger_handed_in_again_changes_nothing(client, branch):
    other, day = Branch(branch.unit), date(2025, 12, 15)
    roles = (RoleInput("presider", branch.organizer.pk), RoleInput("recorder", branch.publicist.pk))
    lecture = SegmentInput(
        kind="party_lecture", convener="branch", theme="一堂党课",
        roles=(*roles, RoleInput("lecturer", branch.secretary.pk)),
    )  # fmt: skip
    committee = assembly(branch, kind="committee_meeting", agenda=(AgendaInput("另一项"),))
    only = member_make(branch.unit, "吴独名")
    joint = (*absent(branch, only), HostInput(other.unit.pk, None, ()))
    few = (HostInput(branch.unit.pk, None, (), 2, 6),)
    sittings = (
        (assembly(branch, hosts=absent(branch, branch.others[1], branch.newcomer)),),
        (
            assembly(branch, agenda=(AgendaInput("甲", resolution="同意"), AgendaInput("乙"))),
            lecture,
        ),
        (assembly(branch, hosts=joint),),
        (assembly(branch, hosts=few),),
        (committee, assembly(branch, agenda=(AgendaInput("又一项"),))),
    )
    for hour, segments in enumerate(sittings, start=9):
        enter(branch, *segments, day=day, starts_at=time(hour), place="会议室")

    rows = exported(client, branch)
    _made, again = previewed(branch, *rows)

    assert [row["会议类别"] for row in rows][1] == "党员大会、党课"
    assert rows[1]["主持人"] == "王书记、李组织"
    assert [(row.state, row.changes, row.problems) for row in again] == [("unchanged", [], [])] * 5

    co_host = exported(client, other, other.clerk)
    assert [row["联合召开"] for row in co_host] == [branch.unit.name]
    _made, (same,) = previewed(other, *co_host)
    assert same.state == "unchanged", (same.changes, same.problems)
    _made, (row,) = previewed(other, {**co_host[0], "地点": "别处"})
    assert row.state == "error" and "请由该组织更正" in row.problems[0].message


def test_a_changed_place_leaves_to_each_kind_its_own_items_and_absences(client, branch):
    committee = assembly(branch, kind="committee_meeting", agenda=(AgendaInput("甲"),))
    whole = assembly(branch, agenda=(AgendaInput("乙"),), hosts=absent(branch, branch.publicist))
    enter(branch, committee, whole, day=date(2025, 12, 15), starts_at=time(9), place="会议室")
    (row,) = exported(client, branch)

    committed(branch, {**row, "地点": "二楼"})

    assert Sitting.objects.get().place == "二楼"
    assert list(AgendaItem.objects.order_by("segment__order").values_list("title", flat=True)) == [
        "甲",
        "乙",
    ]
    hosts = SegmentHost.objects.order_by("segment__order")
    assert [host.due - host.present for host in hosts] == [0, 1]


def test_a_villagers_meeting_by_numbers_goes_out_and_in_and_keeps_its_guests(client, branch):
    guest = RoleInput("guest", branch.others[0].pk)
    roles = (RoleInput("presider", branch.secretary.pk), RoleInput("recorder", branch.organizer.pk))
    numbers = (HostInput(branch.unit.pk, due=480, present=250),)
    meeting = assembly(
        branch, kind="villager_assembly", convener="village_committee", hosts=numbers, roles=(*roles, guest)
    )  # fmt: skip
    enter(branch, meeting, day=date(2025, 12, 15), starts_at=time(9), place="会议室")

    (row,) = exported(client, branch)
    _made, (same,) = previewed(branch, row)
    assert (row["应到"], row["实到"], same.state) == ("480", "250", "unchanged"), (
        same.changes,
        same.problems,
    )

    committed(branch, {**row, "地点": "村委会"})
    host, record = SegmentHost.objects.get(), Record.objects.get()
    assert (host.due, host.entitled, host.present, record.version) == (480, 480, 250, 2)
    assert record.participants.filter(role="guest", person=branch.others[0]).exists()

    committed(branch, {**row, "日期": date(2025, 12, 16), "应到": 500, "实到": 260})
    assert SegmentHost.objects.filter(due=500, present=260).exists()
