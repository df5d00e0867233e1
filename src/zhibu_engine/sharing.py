"""Which clauses of different standards count the same records: one evidence, several standards.

Read from the rules themselves, so that nobody has to keep a table of which clause corresponds to which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhibu_engine.conditions import All, Condition, OneOf
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import RuleKind
from zhibu_engine.kinds.base import Evidence
from zhibu_engine.packs import Clause, Standard, Words


def clauses_shared(
    standard: Standard, words: Words, others: Iterable[tuple[Standard, Words]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """clause → (other standard, its clause) that look at the same records, in the order of the standards."""
    theirs = [
        (other.key, clause.key, evidence)
        for other, known in others
        for clause in other.clauses
        if (evidence := _evidence(clause, known))
    ]
    found = {}
    for clause in standard.clauses:
        ours = _evidence(clause, words)
        same = tuple(
            (key, other)
            for key, other, evidence in theirs
            if any(_meets(one, two) for one in ours for two in evidence)
        )
        if same:
            found[clause.key] = same
    return found


def _evidence(clause: Clause, words: Words) -> tuple[Evidence, ...]:
    counts = clause.method == "record" and isinstance(clause.rule, RuleKind)
    return tuple(clause.rule.evidence(words)) if counts else ()


def _meets(one: Evidence, two: Evidence) -> bool:
    """Events meet where they are of a kind that both look at; what lasts (a term, a post) where the rule is the same."""
    if one.relation != two.relation:
        return False
    relation = RELATIONS[one.relation]
    if not relation.event:
        return one.candidates == two.candidates
    kinds, others = (_codes(each.candidates, relation.group) for each in (one, two))
    return bool(kinds & others) if kinds and others else one.candidates == two.candidates


def _codes(condition: Condition, column: str) -> frozenset[str]:
    """The kinds that the rows may be of; empty where the condition names none."""
    found = [set(part.codes) for part in _parts(condition) if part.column == column]
    return frozenset(set.intersection(*found)) if found else frozenset()


def _parts(condition: Condition) -> Iterator[OneOf]:
    if isinstance(condition, OneOf):
        yield condition
    elif isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
