"""Which columns of which relations the clauses of some standards read: nothing else is taken from the files."""

from __future__ import annotations

from collections.abc import Iterable

from zhibu_engine.compile import Compiled
from zhibu_engine.conditions import columns_of
from zhibu_engine.facts import LOOKING_BACK, RELATIONS
from zhibu_engine.plan import Statement

_ADDED = {column.name for column in LOOKING_BACK}
_OF_UNITS = {"unit_id", "kind", "sector", "founded", "withdrawn", "temporary"}


def columns_read(compiled: Iterable[Compiled], *, by_source: bool = False) -> dict[str, set[str]]:
    """Columns of each relation as the files have them; ``by_source``: of each table of the statements."""
    found: dict[str, set[str]] = {} if by_source else {"unit": set(_OF_UNITS)}
    for one in compiled:
        for statement in one.plan.statements:
            for source, columns in _of_statement(statement):
                name = source if by_source else source.partition("@")[0]
                found.setdefault(name, set()).update(columns)
    if by_source:
        return found
    for name, columns in found.items():
        relation = RELATIONS[name]
        columns -= _ADDED
        columns |= {"unit_id"} | ({relation.event} if relation.event else set())
        if "year" in relation.by_name:
            columns.add("year")
    return found


def _of_statement(statement: Statement) -> Iterable[tuple[str, set[str]]]:
    covered, median = statement.covered, statement.median
    if covered is not None:
        yield covered.base, columns_of(covered.base_where) | {covered.key}
        yield covered.relation, columns_of(covered.where) | {covered.key}
    elif median is not None:
        yield median.relation, columns_of(median.where) | {median.column}
    else:
        columns = {statement.group} if statement.group else set()
        for tally in statement.aggregates:
            columns |= columns_of(tally.where) | ({tally.column} if tally.column else set())
        yield statement.source, columns
