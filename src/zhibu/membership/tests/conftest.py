from __future__ import annotations

from datetime import date

import pytest

from zhibu.organization.tests.factories import County, make_user
from zhibu.shared import clock


@pytest.fixture
def day():
    with clock.fixed(date(2026, 6, 15)):
        yield date(2026, 6, 15)


@pytest.fixture
def county(db, day):
    return County()


@pytest.fixture
def clerk(county):
    """Staff of 甲镇: manages E1 and E2, not W1."""
    return make_user("clerk", ("township", county.east))
