"""The fact contract: the relations a standard may judge, whatever they were read from.

The same relations come from the live database (``zhibu.standards``), from a folder of
CSV or Parquet files, or from one workbook with Chinese headings. In that *file form* a
``day`` column holds a date (null where unknown) and all other columns what their type says.
``zhibu_engine.prepare`` turns the file form into the *judging form*: whole numbers only, each day as
its distance from the judging day, ``year`` as its distance from the judged year, and ``DERIVED`` added.
"""

from zhibu_engine.facts.contract import (
    DERIVED,
    LOOKING_BACK,
    NEVER,
    UNKNOWN,
    Column,
    ColumnType,
    Relation,
)
from zhibu_engine.facts.happenings import HAPPENINGS
from zhibu_engine.facts.matters import MATTERS
from zhibu_engine.facts.organization import ORGANIZATION
from zhibu_engine.facts.registers import REGISTERS

RELATIONS: dict[str, Relation] = {
    relation.name: relation for relation in (*ORGANIZATION, *HAPPENINGS, *REGISTERS, *MATTERS)
}
#: Relations that a source may not have at all. Then nobody can say that a record is missing: such clauses are 未评.
MAY_BE_ABSENT = frozenset(relation.name for relation in (*REGISTERS, *MATTERS))

__all__ = [
    "DERIVED",
    "LOOKING_BACK",
    "MAY_BE_ABSENT",
    "NEVER",
    "RELATIONS",
    "UNKNOWN",
    "Column",
    "ColumnType",
    "Relation",
]
