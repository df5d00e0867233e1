"""The pages over HTTP, as a browser without script uses them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.meetings.models import AgendaItem, Segment, SegmentHost, Sitting
from zhibu.meetings.services import AgendaInput, sitting_void
from zhibu.meetings.tests.factories import DAY, Branch, clerk_make, unit_make
from zhibu.meetings.tests.test_entering import absent, assembly, branch, enter  # noqa: F401
from zhibu.organization.models import RoleGrant
from zhibu.records.models import Attachment, Record
from zhibu.records.services import ATTACHMENT_BYTES
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, branch):
    client.force_login(branch.clerk)
    return client


def new_url(branch, **query):
    return reverse("meetings:new", args=[branch.unit.pk], query=query or None)


def filled(branch, **fields):
    values = {
        "act": "save",
        "day": "2025-03-10",
        "starts_at": "09:00",
        "ends_at": "10:30",
        "place": "三楼会议室",
        "segments": "1",
        "hosts": "0",
        "s0-kind": "branch_assembly",
        "s0-convener": "branch",
        "s0-theme": "讨论年度计划",
        "s0-presider": branch.secretary.pk,
        "s0-recorder": branch.organizer.pk,
        "s0-agenda": "1",
        "s0a0-title": "年度计划",
        "s0a0-resolution": "同意",
        f"seat-all_members-{branch.others[0].pk}": "leave:生病",
    }
    return {key: value for key, value in {**values, **fields}.items() if value is not None}


def test_a_plain_post_enters_the_sitting_and_leads_to_its_page(clerk, branch):
    votes = {"s0a0-votes_for": "7", "s0a0-votes_against": "1"}
    away = {"roll-all_members-absences": "群众党员02（缺席）"}

    response = clerk.post(new_url(branch), filled(branch, **votes, **away), follow=True)

    sitting = Sitting.objects.get()
    assert response.redirect_chain[0][0] == reverse("meetings:detail", args=[sitting.pk])
    text = response.content.decode()
    assert "应到 11 人，实到 9 人" in text
    assert "群众党员01（请假：生病）、群众党员02（缺席）" in text
    assert "人的半数（至少 6 票），实得 " in text
    assert "已用于" in text and "党员大会记录" in text


def test_the_form_begins_with_the_secretary_and_what_the_last_one_was_like(clerk, branch):
    clerk.post(new_url(branch), filled(branch))

    text = clerk.get(new_url(branch, kind="branch_assembly", day="2025-03-07")).content.decode()
    entry = clerk.get(new_url(branch, kind="branch_assembly", day="2025-03-10")).context["entry"]

    assert 'value="2025-03-07"' in text
    assert (entry.head["place"].value(), str(entry.head["starts_at"].value())) == (
        "三楼会议室",
        "09:00:00",
    )
    form = entry.segments[0].form
    assert form["presider"].value() == str(branch.secretary.pk)
    assert form["recorder"].value() == str(branch.organizer.pk)
    assert form["convener"].value() == "branch"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"day": "2025-03-11"}, "日期不能晚于今天", id="future"),
        pytest.param({"roll-all_members-present": "12"}, "多于", id="more present than due"),
        pytest.param({"s0a0-votes_for": "30"}, "多于实到有表决权的", id="votes"),
        pytest.param({"s0-presider": "NOBODY"}, "没有可以主持党员大会的职务", id="presider"),
        pytest.param(
            {"roll-all_members-absences": "查无此人"}, "应到名单上没有", id="unknown name"
        ),
        pytest.param({"roll-all_members-absences": "（（"}, "看不懂", id="not a list"),
        pytest.param({"s0-kind": ""}, "请选择会议类别", id="no kind"),
        pytest.param({"day": "三月"}, "日期看不懂", id="not a day"),
        pytest.param({"ends_at": "08:00"}, "结束时间应晚于", id="ends before it starts"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_writes_nothing(clerk, branch, fields, said):
    if fields.get("s0-presider") == "NOBODY":
        fields = {"s0-presider": branch.others[1].pk}

    response = clerk.post(new_url(branch), filled(branch, **fields))

    text = response.content.decode()
    assert response.status_code == 422
    assert said in text
    assert (
        "讨论年度计划" in text
        and "三楼会议室" in text
        and 'value="leave:生病"' in text.replace('<option value="leave:生病">', "")
    )
    assert not Record.objects.exists()


def test_an_unfit_presider_is_asked_for_a_reason_and_passes_with_it(clerk, branch):
    wrong = filled(branch, **{"s0-presider": branch.others[1].pk})
    assert 'name="s0-presider_reason"' in clerk.post(new_url(branch), wrong).content.decode()

    response = clerk.post(new_url(branch), {**wrong, "s0-presider_reason": "书记外出"}, follow=True)

    assert "评判时不计数" in response.content.decode()
    assert Segment.objects.get().presider_post == ""


def test_the_forms_own_buttons_add_parts_and_lose_nothing(clerk, branch):
    data = filled(branch, act="add_agenda-0")
    entry = clerk.post(new_url(branch), data).context["entry"]
    assert len(entry.segments[0].agenda) == 2
    assert entry.segments[0].agenda[0]["title"].value() == "年度计划"

    entry = clerk.post(new_url(branch), filled(branch, act="add_segment")).context["entry"]
    assert (len(entry.segments), entry.segments[1].form["presider"].value()) == (
        2,
        str(branch.secretary.pk),
    )
    assert not Record.objects.exists()


def test_two_kinds_with_the_same_people_share_one_roll(clerk, branch):
    more = {
        "segments": "2",
        "s1-kind": "party_lecture",
        "s1-convener": "branch",
        "s1-theme": "党课一讲",
        "s1-lecturer": branch.secretary.pk,
        "s1-agenda": "0",
    }

    clerk.post(new_url(branch), filled(branch, **more))

    assert [h.present for h in SegmentHost.objects.all()] == [10, 10]
    assert Segment.objects.get(kind="party_lecture").lecturer_post == "secretary"


def test_a_joint_sitting_is_entered_with_each_hosts_exceptions(clerk, branch):
    parent = unit_make(kind="committee")
    other = Branch(parent)
    branch.unit.placements.create(parent=parent, line="tree", from_on=date(2010, 1, 1))
    joint = {
        "hosts": "1",
        "h0-unit": other.unit.pk,
        "h0-absences": "群众党员03（公出）",
        "h0-present": "",
    }

    response = clerk.post(new_url(branch), filled(branch, **joint))

    assert response.status_code == 302
    assert SegmentHost.objects.get(unit=other.unit).present == 10


def test_htmx_gets_the_form_alone(clerk, branch):
    response = clerk.post(
        new_url(branch), filled(branch, act="refresh"), headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert text.strip().startswith("<form") and "<html" not in text


def test_a_late_entry_is_asked_for_its_reason(clerk, branch):
    with clock.fixed(date(2025, 5, 1)):
        refused = clerk.post(new_url(branch), filled(branch))
        assert refused.status_code == 422 and "补录" in refused.content.decode()
        response = clerk.post(new_url(branch), filled(branch, late_reason="书记换人"), follow=True)

    assert "会后 52 天录入" in response.content.decode()


def test_a_correction_begins_with_what_was_recorded_and_keeps_the_old_version(clerk, branch):
    clerk.post(new_url(branch), filled(branch))
    sitting = Sitting.objects.get()
    url = reverse("meetings:correct", args=[sitting.pk])
    entry = clerk.get(url).context["entry"]
    assert entry.segments[0].form["theme"].value() == "讨论年度计划"
    assert [row.value for row in entry.rolls[0].rows].count("leave:生病") == 1

    refused = clerk.post(url, filled(branch, **{"s0-theme": "新主题"}))
    assert refused.status_code == 422 and "更正原因" in refused.content.decode()
    response = clerk.post(
        url, filled(branch, **{"s0-theme": "新主题", "reason": "主题写错"}), follow=True
    )

    assert "主题写错" in response.content.decode()
    old = clerk.get(reverse("meetings:version", args=[sitting.pk, 1])).content.decode()
    assert "讨论年度计划" in old and "新主题" not in old
    assert AgendaItem.objects.get().resolution == "同意"


def test_voiding_asks_for_a_reason_and_takes_the_sitting_from_the_list(clerk, branch):
    sitting = enter(branch)
    url = reverse("meetings:void", args=[sitting.pk])
    assert clerk.post(url, {"reason": ""}).status_code == 422

    text = clerk.post(url, {"reason": "重复"}, follow=True).content.decode()

    assert "已作废" in text
    assert (
        "系统内未见会议记录"
        in clerk.get(reverse("meetings:list", args=[branch.unit.pk])).content.decode()
    )


def test_mine_and_shared_are_seen_and_another_s_is_not_there(clerk, branch, client):
    other, third = Branch(), Branch()
    mine, shared = (
        enter(branch),
        enter(other, assembly(other, hosts=absent(other) + absent(branch))),
    )
    foreign = enter(third)

    def seen(pk, name="meetings:detail"):
        return clerk.get(reverse(name, args=[pk])).status_code

    assert [seen(s.pk) for s in (mine, shared, foreign)] == [200, 200, 404]
    assert [seen(s.pk, "meetings:correct") for s in (mine, shared, foreign)] == [200, 404, 404]
    assert [seen(u.unit.pk, "meetings:list") for u in (branch, other)] == [200, 404]
    assert seen(other.unit.pk, "meetings:new") == 404


def test_who_may_only_look_gets_no_form(client, branch):
    client.force_login(clerk_make(branch.unit, RoleGrant.Role.INSPECTOR))
    sitting = enter(branch)

    assert client.get(reverse("meetings:list", args=[branch.unit.pk])).status_code == 200
    assert client.get(new_url(branch)).status_code == 404
    assert client.get(reverse("meetings:void", args=[sitting.pk])).status_code == 404


def test_the_list_filters_and_exports_the_ledger(clerk, branch):
    enter(branch)
    with clock.fixed(date(2025, 5, 1)):
        late = enter(
            branch,
            assembly(branch, kind="theme_day", theme="植树", form="volunteering"),
            day=date(2025, 4, 2),
            late_reason="忘记录",
        )
        url = reverse("meetings:list", args=[branch.unit.pk])
        assert "植树" not in clerk.get(url, {"kind": "branch_assembly"}).content.decode()
        text = clerk.get(url, {"mark": "late", "year": "2025", "month": "4"}).content.decode()
        assert "植树" in text and "季度党员大会" not in text
        export = clerk.get(reverse("meetings:ledger", args=[branch.unit.pk]))

    assert export["Content-Type"].endswith("sheet")
    assert late.record.is_late


def test_pages_ask_the_database_a_fixed_number_of_times(
    clerk, branch, django_assert_max_num_queries
):
    for number in range(3):
        items = tuple(AgendaInput(f"议题{n}") for n in range(number + 1))
        last = enter(branch, assembly(branch, agenda=items, theme=f"第{number}次"))
    sitting_void(
        sitting=enter(branch, assembly(branch, theme="废")), actor=branch.clerk, reason="错"
    )

    with django_assert_max_num_queries(24):
        clerk.get(reverse("meetings:list", args=[branch.unit.pk]))
    with django_assert_max_num_queries(39):
        clerk.get(reverse("meetings:detail", args=[last.pk]))
    with django_assert_max_num_queries(24):
        clerk.get(new_url(branch, kind="branch_assembly"))
    assert last.record.event_on == DAY


def test_who_enters_for_somebody_else_says_so_and_the_page_shows_it(clerk, branch):
    stranger = Branch().secretary
    assert "代他人录入" in clerk.get(new_url(branch)).content.decode()
    refused = clerk.post(new_url(branch), filled(branch, on_behalf_of=stranger.pk))
    assert (refused.status_code, Record.objects.count()) == (422, 0)

    clerk.post(new_url(branch), filled(branch, on_behalf_of=branch.publicist.pk))

    record = Record.objects.get()
    assert record.on_behalf_of == branch.publicist
    page = clerk.get(reverse("meetings:detail", args=[record.pk])).content.decode()
    assert "代录：代赵宣传录入" in page


JPG = b"\xff\xd8\xff\xe0" + b"photo" * 9


def attached(client, sitting, name="签到表.jpg", data=JPG):
    url = reverse("meetings:attach", args=[sitting.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def test_a_photo_is_hung_on_a_sitting_listed_saved_and_taken_off_with_a_reason(clerk, branch):
    sitting = enter(branch)
    page = reverse("meetings:detail", args=[sitting.pk])

    assert attached(clerk, sitting).status_code == 302
    file = Attachment.objects.get()
    url = reverse("meetings:attachment", args=[sitting.pk, file.pk])
    assert "签到表.jpg" in clerk.get(page).content.decode()
    saved = clerk.get(url)
    assert (saved.content, saved["Content-Type"]) == (JPG, "image/jpeg")
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "上传过" in attached(clerk, sitting).content.decode()

    drop = reverse("meetings:detach", args=[sitting.pk, file.pk])
    assert clerk.get(drop).status_code == 200
    assert (clerk.post(drop, {"reason": " "}).status_code, Attachment.objects.count()) == (422, 1)
    assert clerk.post(drop, {"reason": "传错了"}).status_code == 302
    assert not Attachment.objects.exists()
    told = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert told == ["meetings.entered", "meetings.attached", "meetings.detached"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        pytest.param("a.html", b"<script>", "只能上传", id="another kind"),
        pytest.param(
            "a.jpg", b"<script>alert(1)</script>", "的内容不是 jpg", id="not what it says"
        ),
        pytest.param("a.docx", b"PK\x03\x04nothing", "的内容不是 docx", id="no document"),
        pytest.param("a.jpg", JPG + bytes(ATTACHMENT_BYTES), "超过 20 MB", id="too large"),
        pytest.param("a.jpg", b"", "是空的", id="empty"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words(clerk, branch, name, data, said):
    response = attached(clerk, enter(branch), name, data)

    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert not Attachment.objects.exists()


def test_files_are_not_there_for_strangers_nor_changed_by_mere_readers(clerk, client, branch):
    sitting, other = enter(branch), Branch()
    attached(clerk, sitting)
    file = Attachment.objects.get()
    url = reverse("meetings:attachment", args=[sitting.pk, file.pk])
    drop = reverse("meetings:detach", args=[sitting.pk, file.pk])

    client.force_login(other.clerk)
    seen = [client.get(url).status_code, client.post(drop, {"reason": "要删"}).status_code]
    assert [*seen, attached(client, sitting, data=JPG + b"2").status_code] == [404, 404, 404]
    theirs = enter(other)
    astray = reverse("meetings:attachment", args=[theirs.pk, file.pk])
    assert client.get(astray).status_code == 404

    client.force_login(clerk_make(branch.unit, RoleGrant.Role.INSPECTOR))
    seen = [client.get(url).status_code, client.post(drop, {"reason": "要删"}).status_code]
    assert [*seen, attached(client, sitting, data=JPG + b"3").status_code] == [200, 404, 404]
    assert Attachment.objects.count() == 1


def test_a_confirmed_record_keeps_its_files(clerk, branch):
    sitting = enter(branch)
    attached(clerk, sitting)
    Record.objects.update(state=Record.State.CONFIRMED)
    drop = reverse("meetings:detach", args=[sitting.pk, Attachment.objects.get().pk])

    response = clerk.post(drop, {"reason": "传错了"})

    assert (response.status_code, "已确认" in response.content.decode()) == (422, True)
    assert Attachment.objects.count() == 1


def test_a_correction_of_what_somebody_else_corrected_meanwhile_is_refused_once(clerk, branch):
    clerk.post(new_url(branch), filled(branch))
    sitting = Sitting.objects.get()
    url = reverse("meetings:correct", args=[sitting.pk])
    seen = {"version": str(clerk.get(url).context["entry"].version), "reason": "主题写错"}
    assert clerk.post(url, filled(branch, **seen, **{"s0-theme": "别人的"})).status_code == 302

    mine = filled(branch, **seen, **{"s0-theme": "我的主题"})
    answer = clerk.post(url, mine)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "这条记录刚被别人更正过，请看过新的内容再改。" in text
    assert "我的主题" in text
    assert Segment.objects.get().theme == "别人的"
    assert Record.objects.get().version == 2
    assert Event.objects.filter(action="meetings.corrected").count() == 1
    again = {**mine, "version": str(answer.context["entry"].version)}
    assert clerk.post(url, again).status_code == 302
    assert Segment.objects.get().theme == "我的主题"


def test_a_form_sent_twice_makes_one_sitting(clerk, branch):
    first = clerk.post(new_url(branch), filled(branch))
    second = clerk.post(new_url(branch), filled(branch))

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Sitting.objects.count() == 1
    assert Event.objects.filter(action="meetings.entered").count() == 1


@pytest.mark.parametrize(
    "other",
    [{"s0-theme": "另一件事"}, {"starts_at": "14:00", "ends_at": "15:00"}, {"place": "二楼"}],
)
def test_a_second_sitting_of_the_day_is_one_more(clerk, branch, other):
    clerk.post(new_url(branch), filled(branch))
    clerk.post(new_url(branch), filled(branch, **other))

    assert Sitting.objects.count() == 2


def test_another_roll_is_not_taken_for_the_same_form(clerk, branch):
    clerk.post(new_url(branch), filled(branch))
    clerk.post(
        new_url(branch), filled(branch, **{f"seat-all_members-{branch.others[0].pk}": "present"})
    )

    assert Sitting.objects.count() == 2


def test_the_same_after_a_minute_is_kept_and_marked(clerk, branch):
    clerk.post(new_url(branch), filled(branch))
    Record.objects.update(entered_at=clock.now() - timedelta(minutes=2))
    clerk.post(new_url(branch), filled(branch))

    assert [host.duplicate for host in SegmentHost.objects.order_by("pk")] == [False, True]


def test_too_long_a_reason_is_refused_and_not_cut(clerk, branch):
    seat = f"seat-all_members-{branch.others[0].pk}"
    answer = clerk.post(new_url(branch), filled(branch, **{seat: "leave:" + "病" * 101}))

    assert answer.status_code == 422
    assert "太长" in answer.content.decode() and "病" * 101 in answer.content.decode()
    assert not Sitting.objects.exists()


def test_the_page_names_the_required_fields_that_are_missing_and_only_those(clerk, branch):
    bare = {"s0-theme": "", "s0-recorder": "", "s0-agenda": "0", "s0a0-title": None}
    clerk.post(new_url(branch), filled(branch, **bare))
    page = reverse("meetings:detail", args=[Sitting.objects.get().pk])

    text = clerk.get(page).content.decode()

    assert "党员大会还缺：主题、记录人、议题。补上以后才计入。" in text
    assert "还缺：主题、主持人" not in text


def test_the_page_of_a_whole_record_misses_nothing(clerk, branch):
    clerk.post(new_url(branch), filled(branch))

    page = reverse("meetings:detail", args=[Sitting.objects.get().pk])

    assert "还缺" not in clerk.get(page).content.decode()


def test_an_ordinary_sitting_asks_once_more_for_matters_and_no_more(
    clerk, branch, django_assert_num_queries
):
    enter(branch)
    with django_assert_num_queries(27):
        clerk.get(new_url(branch, kind="branch_assembly"))
    with django_assert_num_queries(63):
        done = clerk.post(new_url(branch), filled(branch))
    with django_assert_num_queries(48):
        enter(branch, assembly(branch, theme="另外一次"))
    with django_assert_num_queries(39):
        clerk.get(done.url)
