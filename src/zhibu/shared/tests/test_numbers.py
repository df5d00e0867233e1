"""What is taken for a number, and what is not."""

from __future__ import annotations

import pytest

from zhibu.shared.numbers import KEY_MOST, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 07 ", 7), ("0", 0), (str(KEY_MOST), KEY_MOST), (5, 5)]
    + [
        (text, None) for text in ("", None, "²", "７", "-1", "1.5", "1e3", "9" * 5000, KEY_MOST + 1)
    ],
)
def test_only_plain_digits_within_a_keys_reach_are_a_number(text, number):
    assert whole(text) == number


def test_bounds_hold_on_both_sides():
    assert [whole(str(n), least=2, most=4) for n in range(1, 6)] == [None, 2, 3, 4, None]
