"""The file form seen as the judging form, as a view in the engine's own SQL: whole numbers and codes.

The optimizer works out only the columns that a statement reads. Nulls become the contract's empty value.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from zhibu_engine.facts import RELATIONS, UNKNOWN, Column
from zhibu_engine.prepare import empty_value


@dataclass(frozen=True)
class Dialect:
    """How an engine writes a name, the days between two dates and the parts of a date."""

    quote: str
    distance: str
    part: str


DIALECTS = {
    "duckdb": Dialect(
        '"', "CAST({day} - DATE '{as_of}' AS BIGINT)", "CAST({part}({day}) AS BIGINT)"
    ),
    "pyspark": Dialect(
        "`", "CAST(datediff({day}, DATE '{as_of}') AS BIGINT)", "CAST({part}({day}) AS BIGINT)"
    ),
}


def view_sql(
    source: str, table: str, present: Collection[str], as_of: date, dialect: str, also: str = ""
) -> str:
    """A select from ``table`` (file form) that gives the rows and columns of a statement's table.

    ``also`` names a column of ``table`` to be taken along as it is.
    """
    relation_name, _, window = source.partition("@")
    relation, said = RELATIONS[relation_name], DIALECTS[dialect]
    columns = {
        column.name: _column(column, present, as_of, said)
        for column in relation.columns
        if column.type != "text"
    }
    if "year" in columns:
        columns["year"] = f"{columns['year']} - {as_of.year}"
    where = ""
    if relation.event:
        day = f"{said.quote}{relation.event}{said.quote}"
        columns.update(_added(day, as_of, said))
        where = f" WHERE {day} <= DATE '{as_of}'"
        if "year" in columns and not window:
            where += f" AND {columns['year']} BETWEEN -1 AND 0"
        elif not window:
            where += f" AND {day} >= DATE '{as_of.year}-01-01'"
    if also:
        columns[also] = also
    listed = ", ".join(
        f"{expression} AS {said.quote}{name}{said.quote}" for name, expression in columns.items()
    )
    return f"SELECT {listed} FROM {table}{where}"


def _column(column: Column, present: Collection[str], as_of: date, said: Dialect) -> str:
    empty = empty_value(column)
    literal = {"bool": str(empty).upper(), "code": f"'{empty}'"}.get(
        column.type, f"CAST({empty} AS BIGINT)"
    )
    if column.name not in present:
        return literal
    name = f"{said.quote}{column.name}{said.quote}"
    value = {
        "bool": name,
        "code": f"CAST({name} AS {'VARCHAR' if said.quote == chr(34) else 'STRING'})",
        "day": said.distance.format(day=name, as_of=as_of),
    }.get(column.type, f"CAST({name} AS BIGINT)")
    return f"coalesce({value}, {literal})"


def _added(day: str, as_of: date, said: Dialect) -> dict[str, str]:
    year, month, of_month = (
        said.part.format(part=part, day=day) for part in ("year", "month", "day")
    )
    quarter = said.part.format(part="quarter", day=day)
    key = f"({year} - {as_of.year}) * 10000 + {month} * 100 + {of_month}"
    last = as_of.month * 100 + as_of.day
    return {
        "month": month,
        "quarter": quarter,
        "date_key": f"coalesce({key}, {UNKNOWN})",
        "same_days": f"{month} * 100 + {of_month} <= {last}",
    }
