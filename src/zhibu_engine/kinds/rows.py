"""Rows of any event relation: sittings, entries, documents, matters. Shared by the kinds that count them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from zhibu_engine.conditions import ALWAYS, Condition, OneOf, at_least, both
from zhibu_engine.facts import NEVER, RELATIONS
from zhibu_engine.kinds.base import Evidence, Problem, segment_tallies, unknown_words
from zhibu_engine.kinds.periods import Maker
from zhibu_engine.kinds.segments import segment_evidence, segment_noun
from zhibu_engine.kinds.where import where_checks, where_condition, where_problems
from zhibu_engine.tallies import How, Tally, Window
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

Events = Literal[
    "segment",
    "document",
    "part",
    "entry",
    "entry_value",
    "publication",
    "ballot_result",
    "matter",
    "matter_step",
]
#: relation → how its rows are called and counted.
NOUNS: dict[str, tuple[str, str]] = {
    "segment": ("会议和活动", "次"),
    "document": ("文档", "份"),
    "post": ("任职", "条"),
    "member": ("党员", "名"),
    "part": ("参与记录", "条"),
    "attendance": ("出席登记", "人次"),
    "entry": ("登记", "条"),
    "entry_value": ("登记项", "项"),
    "publication": ("公开", "次"),
    "ballot_result": ("测评与表决", "次"),
    "matter": ("事项", "件"),
    "matter_step": ("步骤", "个"),
    "link": ("关联", "条"),
    "due": ("党费", "笔"),
    "outcome": ("结果", "项"),
    "result": ("评判结果", "个"),
    "below": ("下级评判", "个"),
}


def kind_codes(words: Words, relation: str) -> Mapping[str, str]:
    """Code → name of the kinds of a relation."""
    found = RELATIONS[relation]
    return words.codes.get(found.by_name[found.group].codes, {})


def rows_problems(
    words: Words, relation: str, kinds: tuple[str, ...], where: Mapping[str, Any]
) -> Iterator[Problem]:
    yield from unknown_words(kinds, kind_codes(words, relation), "kinds", "类别")
    yield from where_problems(relation, where, words)


def rows_maker(
    words: Words,
    relation: str,
    kinds: tuple[str, ...] = (),
    where: Mapping[str, Any] | None = None,
    *,
    valid: bool = True,
    window: Window = "year",
) -> Maker:
    """Tallies over such rows. Of sittings only the valid ones, unless ``valid`` is false."""
    narrowed = where_condition(relation, where or {}, words)

    def make(how: How, column: str, more: Condition) -> tuple[Tally, ...]:
        condition = both(narrowed, more)
        if relation == "segment":
            codes = kinds or tuple(sorted(words.segment_kinds))
            return segment_tallies(
                words,
                codes,
                how=how,
                column=column,
                where=condition,
                valid=valid,
                window=window,
            )
        groups = kinds or None
        if how == "distinct" and groups is not None:
            condition, groups = both(condition, OneOf(RELATIONS[relation].group, kinds)), None
        return (Tally(relation, how, column, condition, groups, (), window),)

    return make


def rows_condition(relation: str, kinds: tuple[str, ...]) -> Condition:
    return OneOf(RELATIONS[relation].group, kinds) if kinds else ALWAYS


def rows_evidence(
    words: Words,
    relation: str,
    kinds: tuple[str, ...],
    where: Mapping[str, Any],
    *,
    valid: bool = True,
    more: tuple[Check, ...] = (),
    in_year: bool = True,
) -> tuple[Evidence, ...]:
    """Every row of the kinds; a narrowing condition says why a row was not counted."""
    if relation == "segment":
        codes = kinds or tuple(sorted(words.segment_kinds))
        return segment_evidence(words, codes, where, valid=valid, more=more)
    candidates = rows_condition(relation, kinds)
    if candidates == ALWAYS:
        candidates = at_least("unit_id", -NEVER)
    checks = (*where_checks(relation, where, words), *more)
    return (Evidence(relation, candidates, checks, in_year),)


def rows_noun(words: Words, relation: str, kinds: tuple[str, ...]) -> tuple[str, str]:
    """How such rows are called, and the word that counts them."""
    noun, unit = NOUNS[relation]
    if relation == "segment":
        return segment_noun(words, kinds), unit
    if 0 < len(kinds) <= 2:
        names = kind_codes(words, relation)
        return "、".join(names.get(code, code) for code in kinds), unit
    return noun, unit
