"""How an app promises rows of a fact relation to the engine, in SQL that both databases run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """A SELECT whose columns are the relation's, in the contract's order and file form.

    The text contains ``{units}`` where the condition on the unit stands (``unit_column IN (…)``,
    or a condition that is always true), and may use the parameters ``%(first)s`` and ``%(last)s``:
    first day that is looked at (of the judged year, mostly) and the judging day. A literal percent sign is doubled.
    ``sqlite`` is another text for SQLite, which cannot subtract days.
    """

    relation: str
    unit_column: str
    sql: str
    #: Another text for SQLite, which cannot subtract days.
    sqlite: str = ""

    def text(self, vendor: str) -> str:
        return self.sqlite if vendor == "sqlite" and self.sqlite else self.sql
