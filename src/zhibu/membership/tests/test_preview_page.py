"""The page of a preview begins with what needs a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.membership.tests.factories import official, read, row, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, clerk):
    client.force_login(clerk)
    return client


def rows(*wanted):
    """Row 1 is in the database, unchanged or changed; row 3 is new; row 4 has an error; row 5 asks."""
    each = {
        "known": row(1), "changed": row(1, job="502"), "new": row(3, name="赵新人"),
        "error": row(4, name="李错号", sex="男"), "ask": row(5, name="改名人", identity=row(1)["identity"]),
    }  # fmt: skip
    return official([each[name] for name in wanted])


@pytest.mark.parametrize(
    ("sheet", "first", "shown"),
    [
        (("changed", "new", "error"), "error", "李错号"),
        (("ask", "new"), "ask", "改名人"),
        (("changed", "new"), "changed", "502"),
        (("known", "new"), "new", "赵新人"),
        (("known",), "all", "王小明"),
    ],
)
def test_what_needs_a_person_comes_first(office, clerk, county, sheet, first, shown):
    take(rows("known"), clerk)
    made = read(rows(*sheet), clerk)
    url = reverse("jobs:import_detail", args=[made.pk])

    page = office.get(url)

    assert page.context["page"].state == first
    assert {one.state for one in page.context["page"].rows} <= {first, "unchanged"}
    assert shown in page.content.decode()
    whole = office.get(url + "?state=all").context["page"]
    assert len(whole.rows) == len(sheet) and whole.state == "all"


def test_an_error_names_its_cell_and_what_to_do_and_all_is_one_step_away(office, clerk, county):
    made = read(rows("new", "error"), clerk)

    page = office.get(reverse("jobs:import_detail", args=[made.pk])).content.decode()

    assert "E6 格" in page and "请核对后改正其中一处" in page
    assert "赵新人" not in page and 'href="?state=all"' in page
    assert 'href="?state=ask"' not in page
