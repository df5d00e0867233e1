"""Who publishes a pack: only who adopts packs for every unit that it binds."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.organization.models import Adoption
from zhibu.organization.tests.factories import LONG_AGO, County, make_user
from zhibu.packs.keepers import may_draft, may_publish
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    with clock.fixed(date(2025, 6, 1)):
        yield County()


def test_a_pack_is_published_by_who_manages_every_unit_it_binds(county):
    Adoption.objects.create(unit=county.east, pack_key="local", from_on=LONG_AGO)
    east = make_user("east", ("township", county.east))
    west = make_user("west", ("township", county.west))
    assert may_draft(east) and may_draft(west)
    assert may_publish(east, {"local"}) and not may_publish(west, {"local"})

    Adoption.objects.create(unit=county.west, pack_key="local", from_on=LONG_AGO)
    assert not may_publish(east, {"local"})
    assert may_publish(make_user("top", ("county", county.top)), {"local"})


def test_the_base_pack_binds_everybody_so_only_the_installer_publishes_it(county):
    top = make_user("top", ("county", county.top))
    assert not may_publish(top, {"local", "national"})
    assert may_publish(make_user("root", is_installer=True), {"national"})


def test_a_secretary_brings_no_packs(county):
    secretary = make_user("secretary", ("secretary", county.one))
    assert not may_draft(secretary) and not may_publish(secretary, {"local"})
