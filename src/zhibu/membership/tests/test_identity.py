"""Identity numbers: one wrong digit is always found."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.jobs.cells import CellWrong
from zhibu.membership.identity import check_digit, identity_read, mobile_read
from zhibu.membership.tests.factories import id_number

DAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def test_the_published_example_is_valid():
    assert check_digit("11010519491231002") == "X"
    assert check_digit("13040219800101001") == "7"


@given(DAYS, st.integers(0, 999))
def test_a_right_number_tells_birth_and_sex(born, serial):
    said = identity_read(id_number(born, serial).lower())

    assert (said.born_on, said.sex) == (born, "male" if serial % 2 else "female")


@given(DAYS, st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(born, serial, place, wrong):
    number = id_number(born, serial)
    if number[place] == wrong:
        return

    with pytest.raises(CellWrong):
        identity_read(number[:place] + wrong + number[place + 1 :])


@given(DAYS, st.integers(0, 999), st.integers(0, 16))
def test_two_neighbours_changed_over_are_always_found(born, serial, place):
    number = id_number(born, serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return

    with pytest.raises(CellWrong):
        identity_read(swapped)


@given(st.one_of(st.text(max_size=25), st.floats(0, 1e18), st.integers(0, 10**18)))
def test_anything_else_gets_a_sentence(value):
    try:
        said = identity_read(value)
    except CellWrong as error:
        assert str(error).endswith(("。", "）"))
    else:
        assert said is None or len(said.number) == 18


def test_a_number_that_excel_stored_as_a_number_is_never_trusted():
    with pytest.raises(CellWrong, match="改坏"):
        identity_read(float(id_number()[:17] + "0"))


@pytest.mark.parametrize(
    "text", ["+86 138 0000 0001", "8613800000001", "138-0000-0001", 13800000001, 13800000001.0]
)
def test_a_mobile_number_is_one_number_however_it_is_spaced(text):
    assert mobile_read(text) == "13800000001"
