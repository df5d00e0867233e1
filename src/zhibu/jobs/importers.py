"""What an app that imports sheets registers, and what it gets to work with.

An app puts ``IMPORTERS = (MyImporter(),)`` in its ``importers.py``. The frame (upload, guards,
preview pages, questions, confirming, mending, killed processes) is this app's business; an
importer only says what each row means (:meth:`Importer.read`) and writes the good ones
(:meth:`Importer.commit`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from zhibu.jobs.cells import CellWrong
from zhibu.jobs.headings import Column, SheetWrong, Table, TableRow
from zhibu.shared.discovery import discover

__all__ = [
    "STATES",
    "CellWrong",
    "Change",
    "Choice",
    "Column",
    "Importer",
    "PreviewRow",
    "Problem",
    "Reading",
    "SheetWrong",
    "State",
    "Table",
    "TableRow",
    "importer_find",
    "importers",
]

State = Literal["new", "changed", "unchanged", "ask", "error"]
#: In the order in which they need a person.
STATES: dict[str, Any] = {
    "error": _("有错误"),
    "ask": _("待答复"),
    "changed": _("有变化"),
    "new": _("新增"),
    "unchanged": _("无变化"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell, and what to do: a whole sentence. ``cell`` like ``D7``, or empty."""

    cell: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as people read it; private values are masked before they come here."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to "who is this?". ``key`` comes back in :attr:`Reading.answers`."""

    key: str
    label: str


@dataclass(slots=True)
class PreviewRow:
    """One row of the sheet, judged.

    ``payload`` is what ``commit`` writes; it lives in memory only and must have a stable
    ``repr``: the frame compares it to know whether the data changed after the preview.
    """

    number: int
    state: State
    label: str
    summary: str = ""
    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()
    #: Passable doubts: shown, never stopping the row.
    warnings: Sequence[Problem] = ()
    choices: Sequence[Choice] = ()
    question: str = ""
    payload: Any = None


@dataclass(slots=True)
class Reading:
    """All that an importer may know while it reads and commits. ``progress(done)`` may be called often."""

    table: Table
    actor: Any
    day: date
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Row number → the key of the choice a person made.
    answers: Mapping[int, str] = field(default_factory=dict)
    progress: Callable[[int], None] = lambda done: None
    #: Kept from ``read`` to ``commit`` by the importer itself: look-ups it need not repeat.
    memory: dict[str, Any] = field(default_factory=dict)


class Importer(ABC):
    """One kind of sheet. Subclasses are stateless; one instance serves everyone."""

    kind: str
    title: Any
    columns: tuple[Column, ...]
    #: What the user should know before choosing a file.
    hint: Any = ""
    max_rows: int = 200_000

    @abstractmethod
    def may_import(self, user: Any) -> bool:
        """Whether the page is there at all; each row's scope is checked by ``read``."""

    @abstractmethod
    def read(self, reading: Reading) -> Iterator[PreviewRow]:
        """Judge every row of ``reading.table``, in its order. Writes nothing."""

    @abstractmethod
    def commit(self, reading: Reading, rows: Sequence[PreviewRow]) -> dict[str, int]:
        """Write the rows (state new or changed) inside the caller's transaction; say how many."""

    def option_choices(self, user: Any) -> Sequence[tuple[str, str]]:
        """(unit code, name) to choose from at upload where the sheet does not name its unit."""
        return ()

    def option_fields(self) -> dict[str, Any]:
        """Further form fields of the upload page; their values come back in :attr:`Reading.options`."""
        return {}

    def template(self) -> tuple[str, bytes] | None:
        """(file name, content) of an empty sheet to fill in, if this kind offers one."""
        return None

    def mend(self, table: Table, bad: Mapping[int, str]) -> bytes | None:
        """The rows to mend in the sheet's own form; ``None`` leaves it to the frame."""
        return None


def importers() -> dict[str, Importer]:
    found: dict[str, Importer] = {}
    for module in discover("importers"):
        found.update({one.kind: one for one in getattr(module, "IMPORTERS", ())})
    return found


def importer_find(kind: str) -> Importer | None:
    return importers().get(kind)
