"""Identity numbers, phones and bank cards in a text, however they are grouped. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DASH = r"\-‐‑‒–—―−"
#: Digits with at most one blank or dash, dot or bracket (or two) between them; an identity number may end in X.
_RUN = re.compile(rf"[(]?\d(?:[ \n.()·{_DASH}]{{0,3}}\d)*(?:[ {_DASH}]?[xX](?![A-Za-z]))?")
_GROUP = re.compile(r"\d+[xX]?|[xX]")
#: What may follow these words is masked from eight digits on (seven for a phone without area code).
_NAMED = re.compile(
    r"(?:电话|手机|联系方式|座机|热线|传真|身份证|证件号|卡号|账号|帐号|账户|帐户|QQ|qq|微信)"
    rf"[号码是为:：,，\s()（）]*(\d(?:[ {_DASH}]?\d){{6,}})"
)

_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 91".split()
)
#: How people group the eleven digits of a mobile phone.
_MOBILE_GROUPS = frozenset(
    [
        (11,),
        (3, 4, 4),
        (4, 3, 4),
        (4, 4, 3),
        (3, 3, 5),
        (3, 8),
        (7, 4),
        (5, 6),
        (6, 5),
        (3, 4, 2, 2),
    ]
)
#: No document or contract number is as long as a bank card.
_ALWAYS = 15


@dataclass(frozen=True, slots=True)
class _Group:
    digits: str
    start: int
    end: int


def private_spans(letters: str) -> list[tuple[int, int]]:
    """Where private numbers stand, in order, not overlapping."""
    found = [m.span(1) for m in _NAMED.finditer(letters)]
    for run in _RUN.finditer(letters):
        groups = [
            _Group(m.group(), run.start() + m.start(), run.start() + m.end())
            for m in _GROUP.finditer(run.group())
        ]
        found += _in_run(groups)
    return _merged(found)


def _in_run(groups: list[_Group]) -> Iterator[tuple[int, int]]:
    """Every row of groups that together make a private number; the groups themselves stay whole."""
    for first in range(len(groups)):
        joined = ""
        for last in range(first, min(first + 19, len(groups))):
            joined += groups[last].digits.upper()
            if len(joined) > 19 and last > first:
                break
            part = groups[first : last + 1]
            if _is_private(joined, tuple(len(g.digits) for g in part)):
                yield part[0].start, part[-1].end


def _is_private(joined: str, lengths: tuple[int, ...]) -> bool:
    return (
        (len(lengths) == 1 and len(joined.rstrip("X")) >= _ALWAYS)
        or _is_identity(joined)
        or _is_mobile(joined, lengths)
        or _is_landline(joined, lengths)
        or _is_card(joined, lengths)
        # Digit by digit: nothing else is written so.
        or (len(lengths) >= 11 and set(lengths) == {1})
    )


def _is_identity(joined: str) -> bool:
    """18 characters, or 15 of the old ones: a province and a day of birth. A wrong check digit is no excuse."""
    if joined[:2] not in _PROVINCES:
        return False
    if len(joined) == 18 and joined[:17].isdigit():
        return joined[6:8] in {"18", "19", "20"} and _is_day(joined[10:14])
    return len(joined) == 15 and joined.isdigit() and _is_day(joined[8:12])


def _is_day(text: str) -> bool:
    return "01" <= text[:2] <= "12" and "01" <= text[2:] <= "31"


def _is_mobile(joined: str, lengths: tuple[int, ...]) -> bool:
    for before in ("", "0", "86", "086", "0086"):
        number = joined.removeprefix(before)
        if len(number) == 11 and len(joined) - len(before) == 11 and _begins_mobile(number):
            glued = (lengths[0] - len(before), *lengths[1:])
            own = lengths[1:] if before and lengths[0] == len(before) else glued
            if own in _MOBILE_GROUPS or set(own) == {1}:
                return True
    return False


def _begins_mobile(number: str) -> bool:
    return number[0] == "1" and number[1] in "3456789" and number.isdigit()


def _is_landline(joined: str, lengths: tuple[int, ...]) -> bool:
    """Area code, then seven or eight digits in at most two groups."""
    if not joined.startswith("0") or not joined.isdigit() or len(lengths) > 3:
        return False
    if len(lengths) == 1:
        return 10 <= len(joined) <= 12
    return lengths[0] in {3, 4} and 10 <= len(joined) <= 12


def _is_card(joined: str, lengths: tuple[int, ...]) -> bool:
    """Groups of four, as they stand on the card; years in a row are none."""
    fours = len(lengths) >= 4 and set(lengths[:-1]) == {4} and lengths[-1] <= 4
    six = len(lengths) == 2 and lengths[0] == 6
    return (fours or six) and 16 <= len(joined) <= 19 and joined[0] in "34569"


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
