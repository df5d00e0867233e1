"""Whose names a unit's publication masks, and whose it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from zhibu.documents.masking import Masked, Names, mask
from zhibu.organization.models import Ancestry, Person, Post, Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.records.models import Participant
from zhibu.shared.discovery import discover

Party = Person | str


def party_names(parties: Iterable[Party], unit: Unit, day: date) -> list[str]:
    """Names of the private persons who are party to a matter; one who holds a post here or above is none."""
    named = list(parties)
    persons = [one for one in named if isinstance(one, Person)]
    holders = set(
        Post.objects.held_on(day)
        .filter(unit__in=_above(unit, day), person__in=persons)
        .values_list("person_id", flat=True)
    )
    names = [one.name for one in persons if one.pk not in holders]
    names += [one.strip() for one in named if isinstance(one, str) and one.strip()]
    return list(dict.fromkeys(names))


def names_of(unit: Unit, day: date, parties: Iterable[str] = ()) -> Names:
    """Everybody known to the unit who holds no post that day is masked; office-holders are shown.

    Of two people of one name, one of them private, the name is masked.
    """
    below = unit_descendant_ids(unit, day) | {unit.pk}
    near = _above(unit, day) | below
    holders = Post.objects.held_on(day).filter(unit__in=near)
    private = _known(unit, below, day).exclude(pk__in=holders.values("person"))
    return Names.of(
        [*private.values_list("name", flat=True), *parties],
        holders.values_list("person__name", flat=True),
    )


def masked(text: str, names: Names) -> Masked:
    return mask(text, names, settings.MASK_NAME_STYLE)


def _above(unit: Unit, day: date) -> set[int]:
    """The unit and all above it, on both lines."""
    above = Ancestry.objects.held_on(day).filter(unit=unit).values_list("ancestor_id", flat=True)
    return {unit.pk, *above}


def _known(unit: Unit, below: set[int], day: date) -> QuerySet[Person]:
    """Who belongs to the unit or one below it, held a post there, or stands in one of their records."""
    units = Unit.objects.filter(pk__in=below)
    named = Q(pk__in=Post.objects.filter(unit__in=units).values("person"))
    named |= Q(pk__in=Participant.objects.filter(record__hosts__unit__in=units).values("person"))
    for module in discover("person_units"):
        if finder := getattr(module, "persons_of_units", None):
            named |= Q(pk__in=finder(units))
        if finder := getattr(module, "unit_person_ids", None):
            named |= Q(pk__in=finder(unit.pk, day))
    return Person.objects.filter(named)
