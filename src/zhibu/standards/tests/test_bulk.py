"""Facts of many units are read in bulk, and are the same as those read row by row."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.home.tests.factories import world
from zhibu.membership.models import Member
from zhibu.organization.models import Person, Post, Unit
from zhibu.shared import clock
from zhibu.standards import judging, live, services
from zhibu.standards.adopted import standards_applied, unit_rows
from zhibu.standards.models import Finding, Score
from zhibu_engine.prepare import judging_form
from zhibu_engine.reads import columns_read

pytestmark = pytest.mark.django_db
DAY = date(2025, 11, 20)


@pytest.fixture
def made():
    with clock.fixed(DAY):
        made = world(DAY, members=12)
        # Nulls, an empty code, and what would break a line of text.
        person = Person.objects.create(name="换\n行\x1f者")
        Post.objects.create(person=person, unit=made.branch, code="", from_on=date(2025, 1, 1))
        Member.objects.filter(pk=Member.objects.first().pk).update(full_on=None)
        yield made


def test_every_column_that_is_read_holds_the_same_in_judging_form(made):
    units = [made.branch.pk, made.second.pk, made.empty.pk]
    for one in standards_applied(unit_rows(units), DAY)[made.branch.pk]:
        columns = columns_read([one.compiled])
        bulk = live.facts_bulk([live.Wanted(units, columns)], as_of=DAY)
        plain = live.facts_fetch(unit_ids=units, as_of=DAY)
        for name, wanted in columns.items():
            new, old = (judging_form(name, facts[name], DAY) for facts in (bulk, plain))
            for column in wanted:
                assert sorted(new.column(column).to_pylist()) == sorted(
                    old.column(column).to_pylist()
                ), (name, column)
            assert name in ("document", "group", "entry") or new.num_rows, name


def test_of_each_unit_only_what_its_own_standards_read(made):
    read = {"unit": {"unit_id", "kind"}, "post": {"unit_id", "post"}}
    wanted = [
        live.Wanted([made.branch.pk], read),
        live.Wanted([made.second.pk], {"unit": {"unit_id"}}),
    ]
    facts = live.facts_bulk(wanted, as_of=DAY)
    assert set(facts["unit"].column("unit_id").to_pylist()) == {made.branch.pk, made.second.pk}
    assert set(facts["post"].column("unit_id").to_pylist()) == {made.branch.pk}
    assert facts["segment"].num_rows == 0


def test_findings_are_the_same_either_way(made, monkeypatch):
    units = list(Unit.objects.branches().values_list("pk", flat=True))
    values = ("unit", "standard", "clause", *judging.FINDING_VALUES)
    services.units_judge(unit_ids=units, day=DAY)
    plain = sorted(Finding.objects.values_list(*values), key=str)
    Finding.objects.all().delete()
    Score.objects.all().delete()

    monkeypatch.setattr(judging, "BULK", 1)
    services.units_judge(unit_ids=units, day=DAY)
    assert sorted(Finding.objects.values_list(*values), key=str) == plain and plain


def test_many_rows_are_written_as_they_are_one_by_one(made, monkeypatch):
    """On PostgreSQL many rows travel as texts: nulls, empty codes and days come out the same."""
    from zhibu.standards import store

    units = list(Unit.objects.branches().values_list("pk", flat=True))
    fields = ("unit", "standard", "clause", *judging.FINDING_VALUES)
    services.units_judge(unit_ids=units, day=DAY)
    plain = sorted(Finding.objects.values_list(*fields), key=str)
    Finding.objects.all().delete()
    Score.objects.all().delete()
    monkeypatch.setattr(store, "_MANY", 1)
    services.units_judge(unit_ids=units, day=DAY)
    assert sorted(Finding.objects.values_list(*fields), key=str) == plain
    assert services.units_judge(unit_ids=units, day=DAY) == 0


def test_a_finding_that_changed_is_written_alone_and_a_clause_that_went_is_removed(made):
    unit = made.branch.pk
    services.units_judge(unit_ids=[unit], day=DAY)
    some = Finding.objects.filter(unit=unit).first()
    Finding.objects.filter(pk=some.pk).update(earned=some.earned + 1)
    gone = Finding.objects.create(
        unit_id=unit, standard=some.standard, year=2025, clause="gone", verdict="met"
    )
    # The digest says that something of this unit is another one.
    Score.objects.filter(unit=unit, standard=some.standard).update(findings_digest="")

    assert services.units_judge(unit_ids=[unit], day=DAY) == 1 + 1 + 1  # finding, score, removed
    some.refresh_from_db()
    assert not Finding.objects.filter(pk=gone.pk).exists()
