"""The pages: who sees what, without JavaScript; each act leaves its trace."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.jobs.models import Import
from zhibu.membership.models import Member, Membership
from zhibu.membership.selectors import roster_on, rosters_bulk
from zhibu.membership.tests.factories import id_number, make_member, official, row
from zhibu.organization.models import SensitiveView
from zhibu.organization.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, clerk):
    client.force_login(clerk)
    return client


def upload(client, data):
    file = SimpleUploadedFile("党员.xlsx", data)
    return client.post(reverse("jobs:import_new", args=["members"]), {"file": file}, follow=True)


def test_upload_preview_confirm_without_javascript(office, county):
    page = upload(office, official([row(1), row(2, name="李梅", sex="男")]))
    text = page.content.decode()
    assert "确认导入 1 行" in text and "E6" in text and id_number(serial=1) not in text
    assert not Member.objects.exists()

    made = Import.objects.get()
    done = office.post(reverse("jobs:import_confirm", args=[made.pk]), follow=True)

    assert "已导入：新增 1 行" in done.content.decode()
    assert Member.objects.count() == 1
    mend = office.get(reverse("jobs:import_errors", args=[made.pk]))
    assert mend["Content-Type"].startswith("application/vnd.openxml")
    only_errors = office.get(
        reverse("jobs:import_detail", args=[made.pk]) + "?state=error"
    ).content.decode()
    assert "李梅" in only_errors and "王小明" not in only_errors


def test_an_import_is_its_uploaders_alone(office, client, county):
    upload(office, official([row(1)]))
    other = make_user("other", ("county", county.top))
    client.force_login(other)

    assert (
        client.get(reverse("jobs:import_detail", args=[Import.objects.get().pk])).status_code == 404
    )


def test_a_list_shows_mine_and_not_others(office, county):
    make_member(county.one, "李大为", phone="13812345678")
    make_member(county.far, "郝外人")

    page = office.get(reverse("membership:list", args=[county.east.pk])).content.decode()
    assert "李大为" in page and "郝外人" not in page and "13812345678" not in page
    assert office.get(reverse("membership:list", args=[county.far.pk])).status_code == 404


def test_a_plain_member_sees_no_list_but_himself(client, county):
    me, other = make_member(county.one, "李大为"), make_member(county.one, "孙立")
    user = make_user("me", ("member", county.one))
    me.person.user = user
    me.person.save(update_fields=["user"])
    client.force_login(user)

    assert client.get(reverse("membership:list", args=[county.one.pk])).status_code == 404
    assert client.get(reverse("membership:detail", args=[me.pk])).status_code == 200
    assert client.get(reverse("membership:detail", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("words", ["李大", "ldw", "LD"])
def test_people_are_found_by_name_and_by_initials(office, county, words):
    make_member(county.one, "李大为")
    make_member(county.one, "孙立")

    page = office.get(
        reverse("membership:list", args=[county.one.pk]), {"q": words}
    ).content.decode()

    assert "李大为" in page and "孙立" not in page


def test_full_numbers_need_a_purpose_and_are_logged(office, county):
    member = make_member(county.one, id_number=id_number(), phone="13812345678")
    url = reverse("membership:full", args=[member.pk])

    refused = office.post(url, {"purpose": ""})
    assert refused.status_code == 422 and id_number() not in refused.content.decode()
    assert not SensitiveView.objects.exists()

    shown = office.post(url, {"purpose": "核对档案"}).content.decode()
    assert id_number() in shown and "13812345678" in shown
    assert SensitiveView.objects.filter(person=member.person, purpose="核对档案").exists()
    assert (
        id_number()
        not in office.get(reverse("membership:detail", args=[member.pk])).content.decode()
    )


def test_admit_transfer_group_and_end(office, county, day):
    values = {
        "name": "赵新", "category": "probationary", "joined_on": "2026-01-01", "status": "normal",
        "identity": id_number(serial=5), "from_on": "2026-01-01",
    }  # fmt: skip
    office.post(reverse("membership:admit", args=[county.one.pk]), values)
    member = Member.objects.get()
    assert (member.person.sex, member.person.born_on) == ("male", date(1980, 1, 1))

    office.post(
        reverse("membership:group", args=[county.one.pk]),
        {"person": [member.pk], "group": county.group.pk},
    )
    assert Membership.objects.get().group == county.group

    office.post(
        reverse("membership:transfer", args=[member.pk]),
        {"unit": county.two.pk, "day": "2026-06-01"},
    )
    assert Membership.objects.get(to_on__isnull=True).unit == county.two

    office.post(
        reverse("membership:end", args=[member.pk]), {"reason": "died", "day": "2026-06-10"}
    )
    assert not Membership.objects.filter(to_on__isnull=True).exists()
    assert set(Event.objects.values_list("action", flat=True)) >= {
        "membership.admitted", "membership.grouped", "membership.transferred", "membership.ended",
    }  # fmt: skip


def test_an_edit_keeps_numbers_that_are_left_blank(office, county):
    member = make_member(
        county.one, id_number=id_number(), phone="13812345678", sex="male", born_on=date(1980, 1, 1)
    )
    before = bytes(member.person.id_cipher)
    office.post(reverse("membership:edit", args=[member.pk]), {
        "name": "李大为", "sex": "male", "born_on": "1980-01-01", "category": "full", "joined_on": "2005-07-01",
        "full_on": "2006-07-01", "status": "normal", "job": "502",
    })  # fmt: skip

    member.refresh_from_db()
    assert member.job == "502" and bytes(member.person.id_cipher) == before


def test_a_roster_is_that_of_its_day(county, django_assert_max_num_queries):
    old = make_member(county.one, "孙立", from_on=date(2016, 1, 1), full_on=date(2020, 7, 1))
    gone = make_member(county.one, "丁一")
    Membership.objects.filter(member=gone).update(to_on=date(2019, 12, 31))
    make_member(county.one, "马停", status="suspended")

    assert {e.person_id for e in roster_on(county.one.pk, date(2019, 12, 31))} == {old.pk, gone.pk}
    with django_assert_max_num_queries(6):
        (entry,) = roster_on(county.one.pk, date(2020, 1, 1))
    assert (entry.person_id, entry.category, entry.entitled) == (old.pk, "probationary", False)
    assert roster_on(county.one.pk, date(2020, 7, 1))[0].entitled
    with django_assert_max_num_queries(1):
        rosters = rosters_bulk([county.one.pk], date(2019, 1, 1), date(2020, 12, 31))
        assert len(rosters.on(county.one.pk, date(2019, 6, 1))) == 2
