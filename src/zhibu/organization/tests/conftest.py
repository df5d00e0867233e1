import pytest

from zhibu.organization.tests.factories import County


@pytest.fixture
def county(db):
    return County()
