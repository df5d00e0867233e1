"""From a plan to SQL, once, when a pack version is published. Only ``standard_compile`` imports Ibis."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from typing import TYPE_CHECKING, Any

from zhibu_engine.arrays import Program, program
from zhibu_engine.conditions import All, AnyOf, AtLeastZero, Condition, Flag, OneOf
from zhibu_engine.facts import DERIVED, LOOKING_BACK, RELATIONS
from zhibu_engine.packs import Standard, Words
from zhibu_engine.plan import Plan, Statement, plan
from zhibu_engine.tallies import CoveredTally, MedianTally, Tally

if TYPE_CHECKING:
    import ibis.expr.types as ir

_IBIS = {"id": "int64", "int": "int64", "bool": "bool", "day": "int64", "code": "string"}


class CompiledStale(ValueError):
    """The stored statements were made by another version of the engine: compile the pack again."""


@dataclass(frozen=True)
class Compiled:
    """A standard ready to judge: its words, and one parsed-able statement for each of its relations."""

    words: Words
    standard_key: str
    sql: tuple[str, ...]

    @property
    def standard(self) -> Standard:
        return self.words.standards[self.standard_key]

    @cached_property
    def plan(self) -> Plan:
        return plan(self.words, self.standard)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """The statements for few rows (see ``arrays``)."""
        return tuple(program(statement) for statement in self.plan.statements)

    @cached_property
    def digest(self) -> str:
        whole = "\0".join((self.words.digest(self.standard_key), *self.sql))
        return hashlib.sha256(whole.encode()).hexdigest()

    def dump(self) -> dict[str, Any]:
        """JSON-able data, stored with the published pack version."""
        return {
            "standard": self.standard_key,
            "words": self.words.dump(self.standard_key),
            "plan": self.plan.digest,
            "statements": [
                {"name": statement.name, "sql": sql}
                for statement, sql in zip(self.plan.statements, self.sql, strict=True)
            ],
        }

    @staticmethod
    def load(dumped: Mapping[str, Any]) -> Compiled:
        """Without Ibis.

        Raises:
            CompiledStale: the engine now needs other numbers than the stored statements give.
        """
        words = Words.from_dump(dumped["words"])
        found = Compiled(
            words, dumped["standard"], tuple(entry["sql"] for entry in dumped["statements"])
        )
        if found.plan.digest != dumped["plan"]:
            raise CompiledStale("评判程序已更新，请重新发布制度包以更新其语句。")
        return found


def standard_compile(words: Words, key: str, dialect: str = "duckdb") -> Compiled:
    """Compile one standard. Takes a second the first time: it imports Ibis."""
    standard = words.standards[key]
    made = plan(words, standard)
    return Compiled(
        words, key, tuple(statement_sql(statement, dialect) for statement in made.statements)
    )


def statement_sql(statement: Statement, dialect: str) -> str:
    """One statement's text; it reads FROM rows (and people)."""
    import ibis

    if statement.covered is not None:
        expression = _covered(statement.covered)
    elif statement.median is not None:
        expression = _median(statement.median)
    else:
        expression = _grouped(statement)
    return str(ibis.to_sql(expression, dialect=dialect))


def _table(relation: str, name: str, *, looking_back: bool = False) -> ir.Table:
    import ibis

    found = RELATIONS[relation]
    schema = {column.name: _IBIS[column.type] for column in found.columns if column.type != "text"}
    if found.event:
        added = LOOKING_BACK if looking_back else DERIVED
        schema.update({column.name: _IBIS[column.type] for column in added})
    return ibis.table(schema, name=name)


def _grouped(statement: Statement) -> ir.Table:
    """Values and conditions are worked out once a row, in an inner select: many aggregates share them."""
    import ibis

    rows = _table(statement.relation, "rows", looking_back=statement.window == "past")
    atoms: dict[Condition, Any] = {}
    values: dict[tuple[Any, ...], Any] = {}
    for tally in statement.aggregates:
        for atom in _atoms(tally.where):
            atoms.setdefault(atom, _where(atom, rows))
        if tally.column:
            values.setdefault(_value_key(tally), _value(tally, rows))
    flags = {atom: f"c{place}" for place, atom in enumerate(atoms)}
    names = {key: f"v{place}" for place, key in enumerate(values)}
    inner = rows.select(
        rows.unit_id,
        (rows[statement.group] if statement.group else ibis.literal("")).name("code"),
        **{names[key]: value for key, value in values.items()},
        **{flags[atom]: where for atom, where in atoms.items()},
    )
    aggregates = {
        f"t{place}": _aggregate(
            tally,
            inner,
            names.get(_value_key(tally)),
            [inner[flags[atom]] for atom in _atoms(tally.where)],
        )
        for place, tally in enumerate(statement.aggregates)
    }
    return inner.group_by(["unit_id", "code"]).aggregate(**aggregates)


def _value_key(tally: Tally) -> tuple[Any, ...]:
    how = tally.how if tally.how in ("bits", "code_bits") else ""
    return how, tally.column, tally.codes


def _value(tally: Tally, rows: ir.Table) -> Any:
    import ibis

    column: Any = rows[tally.column]
    if tally.how == "code_bits":
        cases = [(column == code, 1 << place) for place, code in enumerate(tally.codes)]
        return ibis.cases(*cases, else_=0).cast("int64")
    if tally.how == "bits":
        one: Any = ibis.literal(1, "int64")
        # DuckDB shifts before it filters and refuses a negative distance.
        return ibis.ifelse((column >= 1) & (column <= 62), one << (column - 1), 0)
    return column


def _atoms(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all hold; none where the condition always holds."""
    return condition.parts if isinstance(condition, All) else (condition,)


def _aggregate(tally: Tally, inner: ir.Table, value: str | None, flags: list[Any]) -> ir.Value:
    where = reduce(lambda left, right: left & right, flags) if flags else None
    if value is None:
        return inner.count(where=where)
    column: Any = inner[value]
    if tally.how in ("bits", "code_bits"):
        return _bit_or()(column, where=where)
    if tally.how == "distinct":
        return column.nunique(where=where)
    if tally.how == "sum":
        return column.sum(where=where)
    return column.max(where=where) if tally.how == "latest" else column.min(where=where)


@cache
def _bit_or() -> Any:
    """Ibis knows no ``bit_or`` of Spark; the engines' own has the same name everywhere."""
    import ibis

    @ibis.udf.agg.builtin(name="bit_or", signature=(("int64",), "int64"))
    def bit_or(values):  # type: ignore[no-untyped-def]
        ...

    return bit_or


def _where(condition: Condition, rows: ir.Table) -> Any:
    """None where the condition always holds: ``None & condition`` would silently be null."""
    if isinstance(condition, All):
        parts = [_where(part, rows) for part in condition.parts]
        return reduce(lambda left, right: left & right, parts) if parts else None
    if isinstance(condition, AnyOf):
        return reduce(
            lambda left, right: left | right, [_where(part, rows) for part in condition.parts]
        )
    if isinstance(condition, OneOf):
        return rows[condition.column].isin(condition.codes)
    if isinstance(condition, Flag):
        return rows[condition.column] if condition.value else ~rows[condition.column]
    if isinstance(condition, AtLeastZero):
        return _sum(condition, rows)
    return ~_where(condition.part, rows)


def _sum(condition: AtLeastZero, rows: ir.Table) -> Any:
    if len(condition.terms) == 1 and abs(condition.terms[0][1]) == 1:
        column, sign = condition.terms[0]
        return (
            rows[column] >= -condition.constant if sign > 0 else rows[column] <= condition.constant
        )
    total: Any = None
    for column, coefficient in condition.terms:
        term = rows[column] if coefficient == 1 else rows[column] * coefficient
        total = term if total is None else total + term
    return total >= -condition.constant


def _covered(tally: CoveredTally) -> ir.Table:
    """Count the people (or records) of each unit that have enough rows."""
    import ibis

    base = _table(tally.base, "base")
    rows = _table(tally.relation, "rows")
    chosen = _where(tally.base_where, base)
    counted = _where(tally.where, rows)
    keys = ["unit_id", tally.key]
    who = (base if chosen is None else base.filter(chosen)).select(*keys).distinct()
    has = (
        (rows if counted is None else rows.filter(counted))
        .group_by(keys)
        .aggregate(n=lambda table: table.count())
    )
    enough = has.filter(has.n >= tally.at_least).select(*keys)
    found = who.semi_join(enough, keys)
    return (
        found.group_by("unit_id")
        .aggregate(t0=found.count())
        .mutate(code=ibis.literal(""))[["unit_id", "code", "t0"]]
    )


def _median(tally: MedianTally) -> ir.Table:
    """Twice the median: the two middle rows of each unit added up, the one middle row twice."""
    import ibis

    rows = _table(tally.relation, "rows")
    counted = _where(tally.where, rows)
    chosen: Any = (rows if counted is None else rows.filter(counted)).select(
        "unit_id", value=rows[tally.column]
    )
    ranked: Any = chosen.mutate(
        # Ibis counts rows from 0.
        place=ibis.row_number().over(group_by="unit_id", order_by="value").cast("int64"),
        rows=chosen.count().over(group_by="unit_id").cast("int64"),
    )
    twice = ranked.place * 2
    middle = ranked.filter(
        (twice == ranked.rows - 1) | (twice == ranked.rows) | (twice == ranked.rows - 2)
    )
    weight = ibis.ifelse(middle.place * 2 == middle.rows - 1, 2, 1)
    found: ir.Table = (
        middle.group_by("unit_id")
        .aggregate(t0=(middle.value * weight).sum())
        .mutate(code=ibis.literal(""))[["unit_id", "code", "t0"]]
    )
    return found
