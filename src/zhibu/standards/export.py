"""The live facts as a folder of files, in the file form of the fact contract."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.standards.live import facts_fetch
from zhibu_engine.facts import RELATIONS, Relation

FORMATS = ("csv", "parquet")


def facts_export(
    *, folder: Path, unit: Unit | None, as_of: date, form: str = "csv", english: bool = False
) -> dict[str, int]:
    """Write one file a relation; gives the rows of each.

    The files name people, so only their owner may read them.

    Raises:
        FileExistsError: the folder holds files already: two days' facts must not be mixed.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise FileExistsError(
            _("文件夹“%(folder)s”不是空的。请换一个空文件夹。") % {"folder": folder}
        )
    units = None
    if unit is not None:
        units = unit_descendant_ids(unit, as_of, since=as_of.replace(month=1, day=1))
    written = {}
    for name, table in facts_fetch(unit_ids=units, as_of=as_of).items():
        relation = RELATIONS[name]
        title = name if english else relation.zh
        path = folder / f"{title}.{form}"
        (_parquet if form == "parquet" else _csv)(path, relation, table, english)
        written[title] = table.num_rows
    return written


def _headings(relation: Relation, english: bool) -> list[str]:
    return [column.name if english else column.zh for column in relation.columns]


def _parquet(path: Path, relation: Relation, table: pa.Table, english: bool) -> None:
    with open(path, "wb", opener=_private) as file:
        pq.write_table(table.rename_columns(_headings(relation, english)), file)


def _csv(path: Path, relation: Relation, table: pa.Table, english: bool) -> None:
    # With a mark at the start, so that Excel reads the Chinese rightly.
    with open(path, "w", encoding="utf-8-sig", newline="", opener=_private) as file:
        writer = csv.writer(file)
        writer.writerow(_headings(relation, english))
        writer.writerows(_rows(table))


def _rows(table: pa.Table) -> Iterator[list[Any]]:
    columns = [column.to_pylist() for column in table.columns]
    for row in zip(*columns, strict=True):
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else value


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
