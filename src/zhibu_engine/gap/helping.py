"""Which acts would help a clause that is not met: one function for each rule kind that acts can help.

A kind that is not here is helped by no act that the program can foresee (a count of members, a share of late
entries); ``gap`` then says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import singledispatch
from typing import Any

import numpy as np

from zhibu_engine.calendar import Span
from zhibu_engine.conditions import ACTIVE, Not, OneOf, both
from zhibu_engine.gap.acts import (
    Act,
    Change,
    Scene,
    complete,
    hold,
    new_number,
    segment_row,
    take_post,
    void,
    whole_year,
    write,
)
from zhibu_engine.kinds import RuleKind
from zhibu_engine.kinds.breach_count import BreachCount
from zhibu_engine.kinds.committee_size import CommitteeSize
from zhibu_engine.kinds.completeness import Completeness
from zhibu_engine.kinds.coverage import Coverage
from zhibu_engine.kinds.deadline import Deadline
from zhibu_engine.kinds.document_present import DocumentPresent
from zhibu_engine.kinds.groups_complete import GroupsComplete
from zhibu_engine.kinds.kinds_present import KindsPresent
from zhibu_engine.kinds.minimum_count import MinimumCount
from zhibu_engine.kinds.periods import period_counts
from zhibu_engine.kinds.post_held import PostHeld
from zhibu_engine.kinds.ratio import Ratio
from zhibu_engine.kinds.regularity import Regularity
from zhibu_engine.kinds.row_count import RowCount
from zhibu_engine.kinds.term_current import TermCurrent
from zhibu_engine.kinds.variety import Variety
from zhibu_engine.kinds.where import where_condition, where_phrases
from zhibu_engine.tallies import Tallied


@singledispatch
def acts_for(rule: RuleKind, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    """The acts that add to what the rule counts; ``tallied`` are its numbers as they are, one row."""
    return iter(())


def counts_places(rule: RuleKind) -> bool:
    """Whether the finding depends only on how many of the lacking places (periods, kinds, forms) are filled."""
    if isinstance(rule, Regularity):
        return rule.max_gap is None and rule.max_last_share is None
    if isinstance(rule, RowCount | MinimumCount) and rule.per == "half" and rule.at_least == 1:
        # Two quarters are one place.
        return False
    if isinstance(rule, RowCount):
        return rule.per != "year"
    return isinstance(rule, MinimumCount | DocumentPresent | KindsPresent | Variety)


@acts_for.register
def _minimum_count(rule: MinimumCount, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    counts = period_counts(tallied, rule.per)
    values = _where_values(rule.where)
    why = where_phrases("segment", rule.where, scene.words)[0] if rule.where else ""
    for place, span in enumerate(scene.calendar.spans(rule.per)):
        if isinstance(counts, list):
            lacks = rule.at_least - int(counts[place][0])
        else:
            lacks = 1 - int(counts[0] >> place & 1)
        if lacks > 0:
            yield from _held(scene, rule.segments, span, times=lacks, values=values, why=why)


@acts_for.register
def _row_count(rule: RowCount, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    """Meetings only: what a register asks for, only its keeper knows."""
    if rule.relation != "segment" or rule.at_least is None or rule.days or rule.sum_of:
        return
    counts = period_counts(tallied, rule.per)
    for place, span in enumerate(scene.calendar.spans(rule.per)):
        if isinstance(counts, list):
            lacks = rule.at_least - int(counts[place][0])
        else:
            lacks = rule.at_least - int(counts[0] >> place & 1)
        if lacks > 0:
            yield from _rows_held(rule, scene, span, lacks)


@acts_for.register
def _deadline(rule: Deadline, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    if rule.relation != "segment":
        return
    in_year = scene.calendar.in_year
    span = Span("期限内", in_year(rule.since), in_year(rule.by))
    lacks = rule.at_least - int(tallied["done"][0])
    if lacks > 0:
        yield from _rows_held(rule, scene, span, lacks)


def _rows_held(rule: RowCount | Deadline, scene: Scene, span: Span, lacks: int) -> Iterator[Act]:
    why = where_phrases("segment", rule.where, scene.words)[0] if rule.where else ""
    values = _where_values(rule.where)
    yield from _held(scene, rule.kinds, span, times=lacks, values=values, why=why)


@acts_for.register
def _regularity(rule: Regularity, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    bits = period_counts(tallied, rule.per)
    assert not isinstance(bits, list)
    for place, span in enumerate(scene.calendar.spans(rule.per)):
        if not bits[0] >> place & 1:
            yield from _held(scene, rule.segments, span)


def _held(scene: Scene, kinds: Sequence[str], span: Span, **more: Any) -> Iterator[Act]:
    """The kind that the clause's own form enters, if it names one; else any of the kinds."""
    _head, _colon, own = scene.form.partition(":")
    for kind in (own,) if own in kinds else kinds:
        yield from hold(scene, kind, span, **more)


def _where_values(where: dict[str, Any]) -> dict[str, Any]:
    """For each condition on a row the plainest value that meets it."""
    found: dict[str, Any] = {}
    for column, wanted in where.items():
        if isinstance(wanted, dict):
            found[column] = wanted.get("from", 0)
        elif isinstance(wanted, list | tuple):
            found[column] = wanted[0]
        else:
            found[column] = wanted
    return found


@acts_for.register
def _document_present(rule: DocumentPresent, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    bits = int(tallied["bits"][0])
    year = scene.calendar.year + rule.of_year
    for place, span in enumerate(scene.calendar.spans(rule.per)):
        if bits >> place & 1 or span.first > scene.last:
            continue
        last = span.last + timedelta(days=rule.grace_days)
        if rule.deadline is not None:
            last = scene.calendar.in_year(rule.deadline)
        if last < scene.today and not rule.strict:
            # Formed late it still counts.
            last = scene.last
        label = "" if rule.per == "year" else span.label
        yield write(
            scene,
            rule.document,
            period=rule.per,
            index=place + 1,
            year=year,
            last=last,
            label=label,
        )


@acts_for.register
def _kinds_present(rule: KindsPresent, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    for kind in rule.segments:
        if not tallied[f"s_{kind}"][0]:
            yield from hold(scene, kind, whole_year(scene))
    for kind in rule.documents:
        if tallied[f"d_{kind}"][0]:
            continue
        period = scene.words.document_kinds[kind].periods[-1]
        spans = scene.calendar.spans(period)
        place, span = next(
            (place, span)
            for place, span in enumerate(spans)
            if span.first <= scene.today <= span.last
        )
        label = "" if period == "year" else span.label
        year = scene.calendar.year
        yield write(
            scene, kind, period=period, index=place + 1, year=year, last=span.last, label=label
        )


@acts_for.register
def _variety(rule: Variety, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    if rule.column != "form":
        return
    codes = scene.words.codes.get("activity_form", {})
    for place, (code, title) in enumerate(codes.items()):
        if int(tallied["forms"][0]) >> place & 1:
            continue
        for kind in rule.segments:
            offered = scene.words.segment_kinds[kind].forms
            if not offered or code in offered:
                yield from hold(scene, kind, whole_year(scene), values={"form": code}, why=title)
                break


@acts_for.register
def _coverage(rule: Coverage, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    if rule.per != "year" or rule.relation == "entry":
        return
    people, where = rule.people
    persons = sorted(
        {int(one) for one in scene.values(people, "person_id", scene.mask(people, where))}
    )
    rows = scene.mask(rule.relation, rule.rows)
    has = Counter(int(one) for one in scene.values(rule.relation, "person_id", rows))
    for person in persons:
        lacks = rule.at_least - has[person]
        if lacks > 0:
            yield _taking_part(rule, scene, person, lacks)


def _taking_part(rule: Coverage, scene: Scene, person: int, lacks: int) -> Act:
    """A part is taken in a meeting of its own; to attend is to come to one that is held anyway."""
    kind = rule.segments[0] if rule.segments else ""
    title = scene.words.segment_kinds[kind].title if kind else "会议或者活动"
    often = f" {lacks} 次" if lacks > 1 else "一次"
    adds: list[tuple[str, dict[str, Any]]] = []
    for place in range(lacks):
        row: dict[str, Any] = {"person_id": person, "kind": kind, "day": scene.last}
        row["record_id"] = new_number(person % 4_099, place)
        if rule.relation == "part":
            role = rule.roles[0] if rule.roles else ""
            adds.append(("part", {**row, "role": role}))
            if kind:
                held = segment_row(scene, scene.words.segment_kinds[kind])
                adds.append(("segment", {**held, "day": scene.last}))
            does = scene.words.codes.get("part_role", {}).get(role, "参与")
            said = f"请{scene.person(person)}在{title}中{does}{often}"
        else:
            row["segment_id"] = row["record_id"]
            adds.append(("attendance", {**row, "state": rule.states[0]}))
            said = f"请{scene.person(person)}参加{often}{title}"
    return Act(
        ("person", rule.relation, rule.roles[:1], kind, person, lacks),
        "part",
        said,
        f"sitting:{kind}" if kind else "",
        scene.today,
        scene.last,
        units=lacks,
        adds=tuple(adds),
        noun=title,
    )


@acts_for.register
def _term_current(rule: TermCurrent, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    row = {"from_day": scene.today, "to_day": scene.last + timedelta(days=1)}
    yield Act(
        ("term",),
        "term",
        "完成换届并登记本届起止日期，或者登记已批准的延期",
        "term",
        until=scene.last,
        adds=(("term", row),),
        noun="届期",
    )


@acts_for.register
def _post_held(rule: PostHeld, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    for number in range(rule.at_least - int(tallied["held"][0])):
        yield take_post(scene, rule.posts[0], number)


@acts_for.register
def _committee_size(rule: CommitteeSize, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    low = max(
        (band for band in rule.bands if scene.full_members >= band.members_from),
        key=lambda band: band.members_from,
        default=None,
    )
    if low is None:
        return
    held = set(scene.values("post", "post", scene.mask("post", ACTIVE)))
    free = [post for post in rule.posts if post not in held]
    for number in range(low.size_from - int(tallied["persons"][0])):
        if number < len(free):
            yield take_post(scene, free[number], 0)
        else:
            yield take_post(scene, rule.posts[-1], number)


@acts_for.register
def _groups_complete(rule: GroupsComplete, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    active = scene.mask("group", ACTIVE)
    columns = scene.columns["group"]
    groups = [int(one) for one in columns["group_id"][active]]
    for place in np.flatnonzero(active).tolist():
        number = int(columns["group_id"][place])
        if rule.leader and not columns["leaders"][place]:
            yield _group_act(scene, number, "登记组长", (("leaders", 1),))
    if not rule.all_members_grouped or not groups:
        return
    outside = scene.mask("member", rule.outside)
    persons = [int(one) for one in scene.values("member", "person_id", outside)]
    if persons:
        changes = [
            Change("member", (("person_id", person),), (("group_id", groups[0]),))
            for person in persons
        ]
        names = "、".join(scene.person(person) for person in persons[:3])
        more = f"等 {len(persons)} 人" if len(persons) > 3 else ""
        yield Act(
            ("grouped",),
            "group",
            f"把{names}{more}编入党小组",
            "group",
            until=scene.last,
            units=len(persons),
            changes=tuple(changes),
            noun="党小组",
        )


def _group_act(scene: Scene, number: int, what: str, values: tuple[tuple[str, Any], ...]) -> Act:
    name = scene.groups.get(number, "党小组")
    return Act(
        ("group", number, what),
        "group",
        f"给{name}{what}",
        "group",
        until=scene.last,
        changes=(Change("group", (("group_id", number),), values),),
        noun=name,
    )


@acts_for.register
def _ratio(rule: Ratio, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    part = where_condition(rule.relation, rule.part, scene.words)
    failing = scene.mask(rule.relation, both(rule.base(scene.words), Not(part)))
    return complete(scene, rule.relation, failing)


@acts_for.register
def _completeness(rule: Completeness, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    failing = scene.mask("segment", OneOf("kind", rule.segments))
    return complete(scene, "segment", failing & (scene.columns["segment"]["missing_fields"] > 0))


@acts_for.register
def _breach_count(rule: BreachCount, tallied: Tallied, scene: Scene) -> Iterator[Act]:
    rows = scene.mask("segment", OneOf("kind", rule.segments))
    columns = scene.columns["segment"]
    if "fields" in rule.breaches:
        yield from complete(scene, "segment", rows & (columns["missing_fields"] > 0))
    if "duplicate" in rule.breaches:
        yield from void(scene, rows & columns["duplicate"])


def deadline_of(acts: Iterable[Act]) -> date | None:
    """The nearest last day."""
    return min((act.until for act in acts if act.until), default=None)
