"""What a person can do that changes the facts: hold a meeting, enter a held one late, write, fill a post, complete.

``helping`` says which acts would help a finding of a rule kind; ``least`` chooses among them. An act is never
an invention: what lies in a past period reads 「如已召开，请补录」 and counts only if it took place.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from zhibu_engine.calendar import Calendar, Span
from zhibu_engine.columns import ColumnsOf
from zhibu_engine.conditions import ACTIVE, COUNTED_MEMBER, Condition, Mask
from zhibu_engine.tallies import Bools

if TYPE_CHECKING:
    from zhibu_engine.packs.schema import SegmentKind
    from zhibu_engine.packs.words import Words

Row = Mapping[str, Any]
#: What a cost may be given for, in Chinese.
DOES: dict[str, str] = {
    "hold": "召开会议或者活动",
    "backfill": "补录已经召开的会议或者活动",
    "write": "形成文档",
    "complete": "补全已有的记录",
    "void": "作废重复的记录",
    "post": "选配或者登记任职",
    "term": "换届或者登记延期",
    "group": "完善党小组",
    "part": "请一个人承担或者参加一次",
}
#: Numbers of rows that do not exist yet: below zero, so that they meet no real one.
_FIRST_NEW = -1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """New values for the rows of a relation that match; none: the rows go."""

    relation: str
    match: tuple[tuple[str, Any], ...]
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do, as rows of the facts in file form. Acts of the same ``key`` are the same act."""

    key: tuple[Any, ...]
    do: str = field(compare=False)
    title: str = field(compare=False)
    form: str = field(default="", compare=False)
    #: A day for the form; the last day on which it still helps; whether that day is past.
    day: date | None = field(default=None, compare=False)
    until: date | None = field(default=None, compare=False)
    late: bool = field(default=False, compare=False)
    #: How often the act of this key is of use, and how many efforts one is.
    times: int = field(default=1, compare=False)
    units: int = field(default=1, compare=False)
    adds: tuple[tuple[str, Row], ...] = field(default=(), compare=False)
    changes: tuple[Change, ...] = field(default=(), compare=False)
    #: What acts of one kind are told together by (党员大会), and the period they lie in.
    noun: str = field(default="", compare=False)
    span: str = field(default="", compare=False)
    #: The record that is to be mended: relation and number.
    record: tuple[str, int] = field(default=("", 0), compare=False)
    #: Acts of one wide key are one act where they help alike.
    wide: tuple[Any, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Scene:
    """One unit's rows as they will be judged on the last day (``calendar``), seen from ``today``."""

    calendar: Calendar
    today: date
    words: Words
    #: Rows in judging form that count, and names of persons and of groups.
    columns: Mapping[str, ColumnsOf]
    names: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    form: str = ""

    def mask(self, relation: str, condition: Condition) -> Mask:
        columns = self.columns[relation]
        return condition.mask(columns, columns.length)

    def number(self, relation: str, condition: Condition) -> int:
        return int(self.mask(relation, condition).sum())

    def values(self, relation: str, column: str, mask: Bools) -> list[Any]:
        found: list[Any] = self.columns[relation][column][mask].tolist()
        return found

    @property
    def last(self) -> date:
        return self.calendar.as_of

    @cached_property
    def members(self) -> int:
        return self.number("member", COUNTED_MEMBER)

    @cached_property
    def full_members(self) -> int:
        mask = self.mask("member", COUNTED_MEMBER)
        return self.values("member", "category", mask).count("full")

    @cached_property
    def committee(self) -> int:
        return len(set(self.values("post", "person_id", self.mask("post", ACTIVE))))

    def person(self, number: int) -> str:
        return self.names.get(number, str(number))


def new_number(*seed: int) -> int:
    """An id below all others; the same seed gives the same one."""
    number = _FIRST_NEW
    for one in seed:
        number = number * 4_099 - one
    return number


def hold(
    scene: Scene,
    kind: str,
    span: Span,
    *,
    times: int = 1,
    values: Mapping[str, Any] | None = None,
    why: str = "",
) -> Iterator[Act]:
    """A valid segment of a kind inside a period: one act for each of its months.

    Where every month helps alike, ``whatif`` tells them as one act by the name of the period (``wide``).
    """
    words = scene.words.segment_kinds[kind]
    given = dict(values or {})
    noun = f"{words.title}（{why}）" if why else words.title
    wide = ("segment", kind, span.label, tuple(sorted((k, str(v)) for k, v in given.items())))
    for month in scene.calendar.spans("month"):
        day = min(month.last, span.last, scene.last)
        if day < max(month.first, span.first):
            continue
        late = day < scene.today
        row = {**segment_row(scene, words), **given, "day": day}
        if late:
            row |= {"late": True, "entry_delay": (scene.today - day).days}
        yield Act(
            (*wide[:2], month.label, wide[3]),
            "backfill" if late else "hold",
            hold_title(noun, month.label, late),
            f"sitting:{kind}",
            day,
            None if late else day,
            late,
            times,
            adds=(("segment", row),),
            noun=noun,
            span=month.label,
            wide=wide,
        )


def hold_title(noun: str, when: str, late: bool) -> str:
    return f"如{when}已召开{noun}，请补录" if late else f"{when}召开一次{noun}"


def segment_row(scene: Scene, kind: SegmentKind) -> dict[str, Any]:
    """A record of the kind that meets every condition the pack has written for it, and no more."""
    listed = max(kind.min_present or 1, 1)
    due = {"all_members": scene.members, "committee": scene.committee}.get(kind.due, listed)
    entitled = {
        "full_members": scene.full_members,
        "all_members": scene.members,
        "committee": scene.committee,
        "none": 0,
    }.get(kind.entitled, listed)
    quorate = 1 if kind.quorum is not None and kind.quorum.of == "entitled" else 0
    entitled = max(entitled, quorate)
    due = max(due, entitled, listed)
    return {
        "kind": kind.code,
        "title": "",
        "convener": _first(kind.conveners),
        "presider_post": _first(kind.presiders),
        "recorder_post": _first(kind.recorders),
        "lecturer_post": _first(kind.lecturers),
        "form": "",
        "due": due,
        "entitled": entitled,
        "present": due,
        "present_entitled": entitled,
        "agenda_items": 1,
    }


def _first(codes: Sequence[str]) -> str:
    return codes[0] if codes else ""


def whole_year(scene: Scene) -> Span:
    """The rest of the year: what is asked for once may be done on any day of it."""
    return scene.calendar.spans("year")[0]


def write(
    scene: Scene, kind: str, *, period: str, index: int, year: int, last: date, label: str
) -> Act:
    """A document of a kind for a period, whole and adopted."""
    words = scene.words.document_kinds[kind]
    day = min(last, scene.last)
    late = day < scene.today
    row = {
        "kind": kind,
        "day": day,
        "title": "",
        "period": period,
        "year": year,
        "index": index,
        "adopted": True,
        "items": 1,
    }
    if late:
        row |= {"late": True, "entry_delay": (scene.today - day).days}
    title = f"{label}的{words.title}" if label else words.title
    return Act(
        ("document", kind, period, index, year),
        "write",
        f"如已形成{title}，请补录" if late else f"形成{title}并录入",
        f"document:{kind}",
        day,
        None if late else day,
        late,
        adds=(("document", row),),
        noun=words.title,
    )


def take_post(scene: Scene, post: str, number: int) -> Act:
    """Somebody takes a post that nobody holds; ``number`` tells several of one post apart."""
    title = scene.words.codes.get("post", {}).get(post, post)
    row = {
        "person_id": new_number(zlib.crc32(post.encode()) % 4_099, number),
        "post": post,
        "has_duty": True,
        "from_day": scene.today,
        "to_day": None,
    }
    return Act(
        ("post", post, number),
        "post",
        f"选配或者登记{title}，并写明分工",
        "post",
        until=scene.last,
        adds=(("post", row),),
        noun=title,
    )


#: Relation → columns that people complete afterwards, the whole value, and what is lacking in words.
_WHOLE: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "segment": (("missing_fields", 0, "必填项"), ("absent_unexplained", 0, "缺席原因")),
    "document": (
        ("adopted", True, "通过它的会议"),
        ("items_unassigned", 0, "责任人和时限"),
        ("items_unanswered", 0, "完成情况"),
    ),
    "post": (("has_duty", True, "分工"),),
}
_KEYS = {"segment": ("segment_id",), "document": ("record_id",), "post": ("person_id", "post")}
_FORMS = {"segment": "sitting", "document": "document", "post": "post"}


def complete(scene: Scene, relation: str, failing: Bools) -> Iterator[Act]:
    """Each of the rows made whole in every respect that can be mended afterwards."""
    columns = scene.columns[relation]
    for place in np.flatnonzero(failing).tolist():
        lacking = [
            (column, value, said)
            for column, value, said in _WHOLE.get(relation, ())
            if columns[column][place] != value
        ]
        if not lacking:
            continue
        match = tuple(
            (key, columns[key][place].item() if key.endswith("_id") else columns[key][place])
            for key in _KEYS[relation]
        )
        noun = _row_noun(scene, relation, place)
        yield Act(
            ("complete", relation, match),
            "complete",
            f"补全{noun}的{'、'.join(said for _, _, said in lacking)}",
            _FORMS[relation],
            until=scene.last,
            changes=(
                Change(relation, match, tuple((column, value) for column, value, _ in lacking)),
            ),
            noun=noun,
            record=_record(columns, relation, place),
        )


def _record(columns: ColumnsOf, relation: str, place: int) -> tuple[str, int]:
    return (relation, int(columns["record_id"][place])) if "record_id" in columns else ("", 0)


def _row_noun(scene: Scene, relation: str, place: int) -> str:
    columns = scene.columns[relation]
    if relation == "post":
        return f"{scene.person(int(columns['person_id'][place]))}任职"
    kinds = "segment_kind" if relation == "segment" else "document_kind"
    title = scene.words.codes.get(kinds, {}).get(columns["kind"][place], "")
    day = scene.last + timedelta(days=int(columns["day"][place]))
    return f"{day.month}月{day.day}日的{title}"


def void(scene: Scene, failing: Bools) -> Iterator[Act]:
    """A record that repeats another is made void."""
    columns = scene.columns["segment"]
    for place in np.flatnonzero(failing).tolist():
        match = (("segment_id", int(columns["segment_id"][place])),)
        noun = _row_noun(scene, "segment", place)
        yield Act(
            ("void", match),
            "void",
            f"作废{noun}中重复的一条",
            until=scene.last,
            changes=(Change("segment", match),),
            noun=noun,
            record=_record(columns, "segment", place),
        )
