"""党员领导干部: on the edit page, and as a column of ours right of the official sheet."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.membership.models import Member
from zhibu.membership.services import members_export
from zhibu.membership.tests.factories import (
    make_member,
    official,
    problems_of,
    read,
    row,
    rows_of,
    take,
)

pytestmark = pytest.mark.django_db
EXTRA = {"leader": "党员领导干部"}


@pytest.mark.parametrize(("written", "held"), [("是", True), ("否", False), ("", False)])
def test_the_column_is_taken_where_it_is_there(county, clerk, written, held):
    made = take(official([row(1, leader=written)], EXTRA), clerk)

    assert made.state == "committed" and made.counts["ignored"] == []
    assert Member.objects.get().is_leader is held


def test_the_official_sheet_without_it_leaves_leaders_as_they_are(county, clerk):
    take(official([row(1, leader="是")], EXTRA), clerk)
    again = read(official([row(1)]), clerk)

    assert again.counts["unchanged"] == 1 and Member.objects.get().is_leader


def test_a_change_is_shown_and_written(county, clerk):
    take(official([row(1)]), clerk)
    (seen,) = rows_of(read(official([row(1, leader="是")], EXTRA), clerk))
    assert [(c.field, c.old, c.new) for c in seen.changes] == [("党员领导干部", "否", "是")]

    take(official([row(1, leader="是")], EXTRA), clerk)
    assert Member.objects.get().is_leader


def test_a_word_that_is_neither_yes_nor_no_is_refused_by_its_cell(county, clerk):
    made = read(official([row(1, leader="处级")], EXTRA), clerk)

    assert "请填“是”或“否”" in problems_of(made)["T5"]


def headings(data):
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [cell.value for cell in page[3] if cell.value]


@pytest.mark.parametrize("leaders", [False, True])
def test_the_export_has_it_only_when_asked_and_comes_back_unchanged(county, clerk, leaders):
    make_member(county.one, "李大为", is_leader=True, id_number=row(1)["identity"])
    belongings = list(Member.objects.get().memberships.select_related("member__person", "unit"))
    data = members_export(
        unit=county.one,
        memberships=belongings,
        full=True,
        purpose="核对",
        actor=clerk,
        leaders=leaders,
    )

    assert (headings(data)[-1] == "党员领导干部") is leaders
    made = read(data, clerk)
    assert not [c for one in rows_of(made) for c in one.changes if c.field == "党员领导干部"]


def test_the_switch_stands_on_the_page(client, county, clerk):
    make_member(county.one, "李大为", is_leader=True)
    client.force_login(clerk)
    url = reverse("membership:export", args=[county.one.pk])

    assert "党员领导干部" in client.get(url + "?how=full").content.decode()
    assert headings(client.get(url + "?leaders=1").content)[-1] == "党员领导干部"
    assert "党员领导干部" not in headings(client.get(url).content)
    posted = client.post(url, {"purpose": "核对档案", "leaders": "on"}).content
    assert headings(posted)[-1] == "党员领导干部"


def test_the_edit_page_sets_it_and_leaves_a_trace(client, county, clerk):
    member = make_member(county.one, "李大为")
    client.force_login(clerk)
    values = {
        "name": "李大为",
        "category": "full",
        "joined_on": "2005-07-01",
        "full_on": "2006-07-01",
        "status": "normal",
    }
    client.post(
        reverse("membership:edit", args=[member.pk]), {**values, "sex": "male", "is_leader": "on"}
    )

    member.refresh_from_db()
    assert member.is_leader
    assert "党员领导干部" in Event.objects.get(action="membership.updated").data["fields"]
    page = client.get(reverse("membership:detail", args=[member.pk])).content.decode()
    assert "党员领导干部" in page
