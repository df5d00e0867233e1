"""Pages of matters at the door: opened, done, mended and turned by plain posts; refused with 422, nothing lost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.organization.models import Person, RoleGrant
from zhibu.organization.selectors import unit_words
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import procedures_offered
from zhibu.procedures.tests.factories import (
    DAY,
    FORM,
    matter_make,
    meet,
    procedure_install,
    village_make,
    village_make_beside,
)
from zhibu.records.models import Attachment
from zhibu.records.tests.factories import user_make
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def today():
    with fixed(DAY + timedelta(days=5)):
        yield


@pytest.fixture
def village():
    return village_make()


@pytest.fixture
def web(client, village):
    client.force_login(village.clerk)
    return client


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def page(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def open_url(village, procedure: str = "six_steps") -> str:
    return f"{reverse('procedures:open', args=[village.unit.pk])}?procedure={procedure}"


FILLED = {
    "title": "修建入户道路",
    "f-kind": "project",
    "f-weight": "major",
    "f-summary": "修一条通往示例组的水泥路",
    "f-amount": "12,000.50",
    "opened_on": str(DAY),
}


def test_only_what_the_unit_may_open_is_offered_each_with_one_sentence(web, village):
    said = page(web.get(reverse("procedures:new", args=[village.unit.pk])))
    assert "三议一会一公开一知晓" in said
    assert "村级治理" in said
    assert "写明做什么、谁来做、什么时候完成、做到什么样" in said


def test_a_matter_is_opened_by_a_plain_post_and_its_money_kept_in_fen(web, village):
    party = village.people["village_team"]
    answer = web.post(open_url(village), {**FILLED, "f-parties": [party.pk]})
    matter = Matter.objects.get()
    assert answer.url == matter.get_absolute_url()
    assert matter.form["amount"] == 1200050
    assert matter.form["parties"] == [party.pk]
    said = page(web.get(answer.url))
    assert "12,000.50 元" in said
    assert "下一步：提议" in said
    assert "召开村党支部会议提出这件事" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"title": ""}, "请填写事项名称", id="no title"),
        pytest.param({"f-summary": ""}, "请填写“提议内容”", id="a blank of the pack"),
        pytest.param({"f-amount": "很多"}, "金额请写数字", id="not money"),
        pytest.param({"opened_on": "2030-01-01"}, "日期不能晚于今天", id="to come"),
    ],
)
def test_a_refused_matter_says_why_at_the_field_and_keeps_the_rest(web, village, changed, said):
    answer = web.post(open_url(village), {**FILLED, **changed})
    assert answer.status_code == 422
    assert said in page(answer)
    assert "12,000.50" in page(answer) or "f-amount" in changed
    assert not Matter.objects.exists()


def test_the_address_fills_in_a_matter_beforehand(web, village):
    url = reverse("procedures:new", args=[village.unit.pk])
    said = page(web.get(url, {"procedure": "six_steps", "title": "修桥", "summary": "修一座桥"}))
    assert 'value="修桥"' in said
    assert "修一座桥" in said


def test_who_only_reads_opens_nothing(client, village):
    reader = user_make(username="reader")
    RoleGrant.objects.create(user=reader, unit=village.unit, role="member", from_on=DAY)
    client.force_login(reader)
    assert client.get(reverse("procedures:new", args=[village.unit.pk])).status_code == 403
    assert client.post(open_url(village), FILLED).status_code == 403
    client.force_login(village.stranger)
    assert client.post(open_url(village), FILLED).status_code == 404


def test_the_next_step_leads_to_the_one_place_where_it_is_done(web, village):
    matter = matter_make(village)
    said = page(web.get(matter.get_absolute_url()))
    address = f"/meetings/units/{village.unit.pk}/new/?kind=committee_meeting&amp;matter={matter.pk}&amp;step=propose"
    assert address in said
    assert "录入支部委员会" in said
    for key, kind in (
        ("propose", "committee_meeting"), ("consult", "joint_consultation"),
        ("examine", "branch_assembly"), ("resolve", "villager_representatives"),
    ):  # fmt: skip
        meet(village, matter, key, kind, day(1))
    said = page(web.get(matter.get_absolute_url()))
    assert f"kind=resolution&amp;about=matter%3A{matter.pk}" in said
    assert "赞成 7 票" in said
    assert "主持：示例书记" in said


def test_the_rules_of_a_step_and_what_is_still_open_are_said_before_anybody_is_refused(
    web, village
):
    matter = matter_make(village)
    said = page(web.get(matter.get_absolute_url()))
    assert "由党支部书记主持（本地规定）。" in said
    assert "党支部书记不在场的，第一书记也可以主持" in said
    assert "包村领导、包村干部不能主持" in said
    assert "“决议至少公开几天”本地还没有规定，暂不检查。" in said
    asked = page(web.get(f"{matter.get_absolute_url()}?step=resolve"))
    assert "这要本地准许，本地还没有规定" in asked
    assert "村民代表会议：到会不少于三分之二应到的人才能开会" in asked


def test_what_is_published_of_a_matter_is_filled_in_with_the_names_to_be_masked(web, village):
    stranger = Person.objects.create(name="李某某")
    matter = matter_make(village, form={**FORM, "amount": 1200050, "parties": [stranger.pk]})
    for key, kind in (
        ("propose", "committee_meeting"), ("consult", "joint_consultation"),
        ("examine", "branch_assembly"), ("resolve", "villager_representatives"),
    ):  # fmt: skip
        meet(village, matter, key, kind, day(1))
    url = reverse("documents:publication_new", args=[village.unit.pk])
    said = page(web.get(url, {"kind": "resolution", "about": matter.about}))
    assert 'value="修建入户道路：决议公开"' in said
    assert "修一条通往示例组的水泥路" in said
    assert "涉及金额：12,000.50 元" in said
    assert "赞成 7 票" in said
    assert re.search(r'name="private_names"[^>]*>\s*李某某', said)
    assert "涉及的村民" not in said


def test_what_may_not_be_published_yet_is_said_before_anything_is_written(web, village):
    matter = matter_make(village)
    url = reverse("documents:publication_new", args=[village.unit.pk])
    said = page(web.get(url, {"kind": "resolution", "about": matter.about}))
    assert "“决议”系统内未见记录，不能公开" in said
    assert f'href="{matter.get_absolute_url()}"' in said


def test_a_matter_of_another_unit_fills_in_nothing(web, village):
    other = village_make_beside(village)
    matter = matter_make(village, unit=other, actor="测试")
    url = reverse("documents:publication_new", args=[village.unit.pk])
    said = page(web.get(url, {"kind": "resolution", "about": matter.about}))
    assert "修建入户道路" not in said
    assert "不能公开" not in said


def act_url(matter: Matter, step: str = "finish") -> str:
    return reverse("procedures:act", args=[matter.pk, step])


def task(village, **fields) -> Matter:
    return matter_make(village, procedure="task", title="清理水渠", form={}, **fields)


def test_a_refused_step_loses_neither_words_nor_files_and_passes_with_a_reason(web, village):
    matter = task(village)
    file = SimpleUploadedFile("照片.pdf", PDF)
    refused = web.post(act_url(matter), {"f-done": "", "day": str(day(1)), "paper-proof": file})
    assert refused.status_code == 422
    said = page(refused)
    assert "请填写“完成情况”" in said
    assert "已收到文件“照片.pdf”" in said
    assert not MatterStep.objects.exists()
    token = re.search(r'name="kept" value="([^"]+)"', said)[1]

    done = web.post(act_url(matter), {"f-done": "已清完", "day": str(day(1)), "kept": [token]})
    assert done.url == matter.get_absolute_url()
    made = MatterStep.objects.get()
    assert (made.fields, made.conforms) == ({"done": "已清完"}, True)
    assert Attachment.objects.get().name == "照片.pdf"


def test_a_file_kept_for_one_reader_is_nothing_in_the_hands_of_another(web, client, village):
    matter = task(village)
    file = SimpleUploadedFile("照片.pdf", PDF)
    said = page(web.post(act_url(matter), {"day": "", "paper-proof": file}))
    token = re.search(r'name="kept" value="([^"]+)"', said)[1]
    client.force_login(village.secretary)
    answer = client.post(act_url(matter), {"f-done": "已清完", "day": str(day(1)), "kept": [token]})
    assert answer.status_code == 422
    assert "还缺“凭据”" in page(answer)


def test_each_breach_has_its_own_box_and_what_was_explained_is_not_asked_again(web, village):
    matter = task(village)
    first = page(web.post(act_url(matter), {"f-done": "已清完", "day": str(day(1))}))
    assert "还缺“凭据”。请上传，或者说明原因。" in first
    assert 'name="reason-paper:proof"' in first
    filled = {"f-done": "", "day": str(day(1)), "reason-paper:proof": "相机坏了"}
    second = page(web.post(act_url(matter), filled))
    assert "相机坏了" in second
    assert 'name="reason-field:done"' in second
    web.post(act_url(matter), {**filled, "f-done": "已清完"})
    made = MatterStep.objects.get()
    assert made.reasons == {"paper:proof": "相机坏了"}
    assert (made.conforms, made.excused) == (False, True)
    assert "已说明理由：相机坏了" in page(web.get(matter.get_absolute_url()))


def test_a_step_that_stands_is_not_written_twice(web, village):
    matter = task(village)
    data = {"f-done": "已清完", "day": str(day(1)), "reason-paper:proof": "相机坏了"}
    web.post(act_url(matter), data)
    again = web.post(act_url(matter), data)
    assert again.status_code == 422
    assert MatterStep.objects.count() == 1


def done_task(web, village) -> MatterStep:
    matter = task(village)
    data = {"f-done": "已清完", "day": str(day(1)), "reason-paper:proof": "相机坏了"}
    web.post(act_url(matter), data)
    return MatterStep.objects.get()


def test_a_step_is_corrected_with_a_reason_and_what_it_said_stays(web, village):
    made = done_task(web, village)
    url = reverse("procedures:step_correct", args=[made.matter_id, made.pk])
    assert "已清完" in page(web.get(url))
    data = {"f-done": "清了一半", "day": str(day(2)), "reason-paper:proof": "相机坏了"}
    assert web.post(url, data).status_code == 422
    assert web.post(url, {**data, "reason": "写错了"}).status_code == 302
    made.refresh_from_db()
    assert (made.fields["done"], made.day) == ("清了一半", day(2))
    assert made.record.versions.get().content["fields"] == {"done": "已清完"}


def test_a_missing_paper_is_added_later_and_then_handed_out(web, client, village):
    made = done_task(web, village)
    url = reverse("procedures:step_paper", args=[made.matter_id, made.pk])
    file = SimpleUploadedFile("照片.pdf", PDF)
    assert web.post(url, {"paper": "proof", "file": file}).status_code == 302
    made.refresh_from_db()
    assert made.conforms
    paper = Attachment.objects.get()
    link = reverse("procedures:file", args=[made.matter_id, paper.pk])
    assert web.get(link).content == PDF
    assert web.get(url).status_code == 404
    client.force_login(village.stranger)
    assert client.get(link).status_code == 404


def test_a_reason_may_be_written_afterwards_and_a_step_voided(web, village):
    made = done_task(web, village)
    url = reverse("procedures:step_reason", args=[made.matter_id, made.pk])
    web.post(url, {"reason-paper:proof": "当天下雨，没有拍照"})
    made.refresh_from_db()
    assert made.findings[0]["reason"] == "当天下雨，没有拍照"
    void = reverse("procedures:step_void", args=[made.matter_id, made.pk])
    assert web.post(void, {"reason": ""}).status_code == 422
    assert web.post(void, {"reason": "记错了"}).status_code == 302
    said = page(web.get(made.matter.get_absolute_url()))
    assert "不再算数的记录 1 条" in said
    assert "重新办理" in said


def test_turning_a_matter_is_for_the_secretary_and_always_with_a_reason(client, village):
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", day(1))
    back = reverse("procedures:return", args=[matter.pk])
    client.force_login(village.clerk)
    assert client.post(back, {"to": "propose", "reason": "金额有变"}).status_code == 403
    client.force_login(village.secretary)
    assert client.post(back, {"to": "propose", "reason": ""}).status_code == 422
    assert client.post(back, {"to": "propose", "reason": "金额有变"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "returned"
    end = reverse("procedures:terminate", args=[matter.pk])
    assert client.post(end, {"reason": "不办了"}).status_code == 302
    assert "已终止" in page(client.get(matter.get_absolute_url()))
    again = reverse("procedures:reopen", args=[matter.pk])
    assert client.post(again, {"reason": "又要办"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "reopened"


def test_what_a_matter_says_is_corrected_with_a_reason(web, village):
    matter = matter_make(village)
    url = reverse("procedures:edit", args=[matter.pk])
    assert "修建入户道路" in page(web.get(url))
    data = {key: value for key, value in FILLED.items() if key != "opened_on"}
    assert web.post(url, {**data, "title": "修建村道"}).status_code == 422
    assert web.post(url, {**data, "title": "修建村道", "reason": "范围扩大"}).status_code == 302
    said = page(web.get(matter.get_absolute_url()))
    assert "范围扩大" in said
    assert "原来的名称：修建入户道路" in said


PRIVATE = {
    "key": "care",
    "title": "关怀谈话",
    "description": "谈一次话。谈完登记。",
    "subject": "person",
    "private": True,
    "form": [
        {"key": "note", "title": "情况", "type": "text"},
        {"key": "units", "title": "相关组织", "type": "units"},
        {"key": "paper", "title": "所依文件", "type": "document"},
        {"key": "seen", "title": "见过本人", "type": "flag"},
        {"key": "on", "title": "约定日期", "type": "day"},
        {"key": "times", "title": "次数", "type": "int"},
        {"key": "helper", "title": "联系人", "type": "person"},
    ],
    "steps": [
        {"key": "talk", "title": "谈话", "says": "谈话以后登记。",
         "decisions": [{"key": "good", "title": "已谈好"},
                       {"key": "bad", "title": "要再谈", "then": "again"}]},
    ],
}  # fmt: skip


def test_a_private_matter_is_there_only_for_those_who_work_for_the_unit_and_the_one_it_is_about(
    web, client, village
):
    procedure_install(village, PRIVATE)
    about = village.people["village_team"]
    answer = web.post(
        open_url(village, "care"),
        {"title": "谈话", "opened_on": str(DAY), "person": about.pk, "f-units": [village.unit.pk],
         "f-seen": "on", "f-on": "2025-03-11", "f-times": "3", "f-helper": about.pk},
    )  # fmt: skip
    matter = Matter.objects.get()
    assert answer.status_code == 302
    assert matter.form == {"units": [village.unit.pk], "seen": True, "on": "2025-03-11", "times": 3,
                           "helper": about.pk}  # fmt: skip
    assert str(village.unit) in page(web.get(matter.get_absolute_url()))
    other, own = user_make(username="other"), user_make(username="own")
    for user in (other, own):
        RoleGrant.objects.create(user=user, unit=village.unit, role="member", from_on=DAY)
    Person.objects.filter(pk=about.pk).update(user=own)
    lists = reverse("procedures:list", args=[village.unit.pk])
    for user, status, listed in ((other, 404, False), (own, 200, True)):
        client.force_login(user)
        assert client.get(matter.get_absolute_url()).status_code == status
        assert (matter.get_absolute_url() in page(client.get(lists))) is listed


def test_a_choice_between_decisions_is_asked_and_the_step_may_wait(web, village):
    procedure_install(village, PRIVATE)
    matter = matter_make(village, procedure="care", form={}, person=village.people["village_team"])
    assert web.post(act_url(matter, "talk"), {"day": str(day(1))}).status_code == 422
    web.post(act_url(matter, "talk"), {"day": str(day(1)), "decision": "bad"})
    matter.refresh_from_db()
    assert matter.is_running
    assert "谈话：要再谈" in page(web.get(matter.get_absolute_url()))
    web.post(act_url(matter, "talk"), {"day": str(day(2)), "decision": "good"})
    matter.refresh_from_db()
    assert matter.state == "done"


def test_the_home_of_a_branch_leads_from_an_entry_to_its_matter(web, village):
    made = done_task(web, village)
    url = reverse("procedures:record", args=[made.record_id])
    assert url in page(web.get(reverse("home:unit", args=[village.unit.pk])))
    assert web.get(url).url.startswith(made.matter.get_absolute_url())


ELECTION = {
    "key": "choosing",
    "title": "推选代表",
    "subject": "none",
    "form": [{"key": "seats", "title": "名额", "type": "int", "required": True}],
    "steps": [
        {"key": "meet", "title": "开会", "evidence": "segment", "kinds": ["branch_assembly"],
         "fields": [{"key": "names", "title": "候选人", "type": "rows", "required": True, "at_least": 1,
                     "columns": [{"key": "person", "title": "姓名", "type": "person", "required": True},
                                 {"key": "votes", "title": "得票", "type": "int", "required": True},
                                 {"key": "on", "title": "提名日期", "type": "day"}]}],
         "papers": [{"key": "sheet", "title": "选票样张"}]},
        {"key": "list", "title": "列表", "fields": [{"key": "rows", "title": "名单", "type": "rows",
         "columns": [{"key": "what", "title": "事项"}, {"key": "fen", "title": "金额", "type": "money"}]}]},
    ],
}  # fmt: skip


def test_rows_are_filled_in_one_by_one_and_more_are_given_when_asked_for(web, village):
    procedure_install(village, ELECTION)
    matter = matter_make(village, procedure="choosing", form={"seats": 1})
    url = act_url(matter, "list")
    data = {"day": str(day(1)), "f-rows-rows": "2", "f-rows-0-what": "修桥", "f-rows-0-fen": "80"}
    more = web.post(url, {**data, "more": "1"})
    assert more.status_code == 200
    assert 'name="f-rows-rows" value="5"' in page(more)
    assert 'value="修桥"' in page(more)
    assert not MatterStep.objects.exists()
    wrong = web.post(url, {**data, "f-rows-1-fen": "很多"})
    assert "第 2 行：金额请写数字" in page(wrong)
    web.post(url, {**data, "reason-order:meet": "先列名单"})
    assert MatterStep.objects.get().fields == {"rows": [{"what": "修桥", "fen": 8000}]}
    assert "事项：修桥，金额：80 元" in page(web.get(matter.get_absolute_url()))


def test_what_a_meeting_does_not_say_is_filled_in_at_the_matter(web, village):
    procedure_install(village, ELECTION)
    matter = matter_make(village, procedure="choosing", form={"seats": 1})
    made = meet(village, matter, "meet", "branch_assembly", day(1), ask=False)
    url = reverse("procedures:step_fill", args=[matter.pk, made.pk])
    said = page(web.get(matter.get_absolute_url()))
    assert url in said
    assert "请填写“候选人”" in said
    assert reverse("procedures:step_void", args=[matter.pk, made.pk]) not in said
    person = village.people["village_team"].pk
    rows = {"f-names-rows": "1", "f-names-0-person": person, "f-names-0-votes": "7"}
    assert web.post(url, rows).status_code == 302
    made.refresh_from_db()
    assert made.fields == {"names": [{"person": person, "votes": 7}]}
    assert "姓名：示例队员，得票：7" in page(web.get(matter.get_absolute_url()))
    changed = {**rows, "f-names-0-votes": "6"}
    assert web.post(url, changed).status_code == 422
    assert web.post(url, {**changed, "reason": "数错了"}).status_code == 302
    assert "数错了" in page(web.get(matter.get_absolute_url()))
    void = reverse("procedures:step_void", args=[matter.pk, made.pk])
    assert web.post(void, {"reason": "x"}).status_code == 404


def test_every_procedure_of_the_packs_has_its_form_and_each_of_its_steps_a_page(web, village):
    offered = procedures_offered(village.unit, day(0))
    assert len(offered) >= 3
    for known in offered:
        url = reverse("procedures:new", args=[village.unit.pk])
        assert web.get(url, {"procedure": known.key}).status_code == 200, known.key
        about = village.people["village_team"] if known.subject == "person" else None
        matter = Matter.objects.create(
            procedure=known.key, unit=village.unit, year=2025, index=len(known.key) + 100,
            title=known.title, person=about, opened_on=DAY,
        )  # fmt: skip
        for step in known.steps:
            shown = web.get(f"{matter.get_absolute_url()}?step={step.key}")
            assert shown.status_code == 200, (known.key, step.key)
        matter.delete()


BALLOT = {
    "key": "asking",
    "title": "征求意见",
    "steps": [{"key": "ask", "title": "测评", "evidence": "ballot", "kinds": ["review"]}],
}


def test_a_ballot_is_prepared_from_the_matter_with_a_sheet_of_the_kind_that_is_asked(web, village):
    procedure_install(village, BALLOT)
    matter = matter_make(village, procedure="asking", form={})
    said = page(web.get(matter.get_absolute_url()))
    found = re.search(r'href="(/ballots/unit/\d+/new/\?sheet=(\w+)&amp;about=matter%3A\d+)"', said)
    assert found, said
    sheets = unit_words(village.unit, day(0)).ballot_sheets
    assert sheets[found[2]].kind == "review"
    client_page = page(web.get(found[1].replace("&amp;", "&")))
    assert matter.about in client_page
