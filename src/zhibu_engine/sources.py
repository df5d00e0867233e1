"""Facts in file form, from a folder of CSV or Parquet files or from one workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from zhibu_engine.books import BookError, SheetRows, book_faults, book_read
from zhibu_engine.cells import CellError, cell_read, column_letters, plain
from zhibu_engine.facts import RELATIONS, Column, Relation
from zhibu_engine.packs import Words
from zhibu_engine.prepare import FactsError

FILE_FORM = {
    "id": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "code": pa.string(),
    "text": pa.string(),
}
#: Sheets of the template that hold no facts, and a column that people may add.
ASIDE = ("说明", "代码")
_REMARK = "备注"
_MOST_ERRORS = 20


@dataclass
class _Errors:
    found: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if len(self.found) < _MOST_ERRORS:
            self.found.append(sentence)
        elif len(self.found) == _MOST_ERRORS:
            self.found.append("……还有更多，请先改正以上各处。")

    def raise_if_any(self) -> None:
        if self.found:
            raise FactsError("\n".join(self.found))


def facts_read(path: Path, words: Words | None = None) -> dict[str, pa.Table]:
    """Read facts into file form. With the words of a pack, codes may be written in Chinese.

    Raises:
        FactsError: in Chinese, naming sheet or file and cell, and what to write there.
    """
    path = Path(path)
    errors = _Errors()
    if path.is_dir():
        found = _folder(path, words, errors)
    elif path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        found = _workbook(path, words, errors)
    elif not path.exists():
        raise FactsError(f"找不到“{path}”。")
    else:
        raise FactsError(f"“{path.name}”不是文件夹，也不是 .xlsx 工作簿。")
    errors.raise_if_any()
    if "unit" not in found:
        raise FactsError(
            f"“{path.name}”中没有《组织》表（unit）；可用“zhibu facts template”生成空表。"
        )
    if not found["unit"].num_rows:
        raise FactsError(f"“{path.name}”的《组织》表中没有一个组织，请先填写要评判的组织。")
    return found


def relation_named(name: str) -> Relation | None:
    """A relation by its Chinese or English name."""
    wanted = plain(name)
    return next((one for one in RELATIONS.values() if wanted in (one.zh, one.name)), None)


def _folder(folder: Path, words: Words | None, errors: _Errors) -> dict[str, pa.Table]:
    found: dict[str, pa.Table] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".csv", ".parquet"):
            continue
        relation = relation_named(path.stem)
        if relation is None:
            names = "、".join(f"{one.zh}（{one.name}）" for one in RELATIONS.values())
            errors.add(f"不认识的文件“{path.name}”；文件名可用：{names}。")
        elif relation.name in found:
            errors.add(f"《{relation.zh}》有两个文件，请只留一个。")
        else:
            table = _csv(path) if path.suffix.lower() == ".csv" else pq.read_table(path)
            found[relation.name] = _typed(relation, table, path.name, words, errors)
    if not found and not errors.found:
        raise FactsError(f"文件夹“{folder}”中没有 .csv 或 .parquet 文件。")
    return found


def _csv(path: Path) -> pa.Table:
    """Every column as text; UTF-8 or the encoding that Chinese Excel writes."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8-sig")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "gb18030"
    headings = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding).split("\n", 1)[0]
    options = pa_csv.ConvertOptions(
        column_types={name: pa.string() for name in next(iter(_rows_of(headings)), [])},
        strings_can_be_null=True,
        null_values=[""],
    )
    try:
        return pa_csv.read_csv(path, pa_csv.ReadOptions(encoding=encoding), convert_options=options)
    except pa.ArrowInvalid as error:
        raise FactsError(f"“{path.name}”不是完整的 CSV 表：{error}") from None


def _rows_of(text: str) -> Iterator[list[str]]:
    import csv

    yield from csv.reader([text.strip("\r\n")])


def _workbook(path: Path, words: Words | None, errors: _Errors) -> dict[str, pa.Table]:
    found: dict[str, pa.Table] = {}
    try:
        faults = book_faults(path)
        for sheet in book_read(path):
            if not plain(sheet.name).startswith(ASIDE):
                for sentence in faults.get(sheet.name, ()):
                    errors.add(sentence)
                found.update(_relation_sheet(sheet, words, errors))
    except BookError as error:
        raise FactsError(str(error)) from None
    return found


def _relation_sheet(
    sheet: SheetRows, words: Words | None, errors: _Errors
) -> Iterator[tuple[str, pa.Table]]:
    relation = relation_named(sheet.name)
    if relation is None:
        names = "、".join(one.zh for one in RELATIONS.values())
        errors.add(f"不认识的工作表“{sheet.name}”；可用的有：{names}。")
    elif sheet.rows:
        yield relation.name, _sheet(relation, sheet.rows, sheet.name, words, errors)


def _sheet(
    relation: Relation, rows: list[list[Any]], name: str, words: Words | None, errors: _Errors
) -> pa.Table:
    headings = [plain(cell) for cell in rows[0]]
    body = [row for row in rows[1:]]
    numbers = [
        number
        for number, row in enumerate(body, start=2)
        if any(cell not in ("", None) for cell in row)
    ]
    columns: dict[str, pa.Array] = {}
    for place, column in _headings(relation, headings, f"工作表“{name}”", errors):
        cells = [body[number - 2][place] for number in numbers]
        letters = column_letters(place)
        where = [f"工作表“{name}”的 {letters}{number}" for number in numbers]
        columns[column.name] = _cells(column, cells, where, words, errors)
    return pa.table(columns) if columns else pa.table({})


def _headings(
    relation: Relation, headings: Iterable[str], where: str, errors: _Errors
) -> Iterator[tuple[int, Column]]:
    by_heading = {
        word: column for column in relation.columns for word in (column.name, plain(column.zh))
    }
    seen: set[str] = set()
    for place, heading in enumerate(headings):
        if not heading or heading.startswith(_REMARK):
            continue
        column = by_heading.get(heading)
        if column is None:
            names = "、".join(one.zh for one in relation.columns)
            errors.add(f"{where}有不认识的列“{heading}”；可用的有：{names}。")
        elif column.name in seen:
            errors.add(f"{where}的列“{heading}”写了两次。")
        else:
            seen.add(column.name)
            yield place, column


def _typed(
    relation: Relation, table: pa.Table, name: str, words: Words | None, errors: _Errors
) -> pa.Table:
    columns: dict[str, Any] = {}
    for place, column in _headings(
        relation, [plain(one) for one in table.column_names], f"“{name}”", errors
    ):
        columns[column.name] = _fast(column, table.column(place), name, words, errors)
    return pa.table(columns)


def _fast(
    column: Column, values: pa.ChunkedArray, name: str, words: Words | None, errors: _Errors
) -> Any:
    """A whole column at once where its values are plain, else cell by cell."""
    wanted = FILE_FORM[column.type]
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if values.type == wanted and not (column.type == "code" and _names(column, words)):
        return values
    try:
        if column.type == "code":
            known = pa.array(["", *_names(column, words).values()])
            if pc.all(pc.is_in(pc.fill_null(values, ""), value_set=known)).as_py():
                return values
        elif column.type != "text" or not pa.types.is_string(values.type):
            return values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    cells = values.to_pylist()
    where = [f"“{name}”第 {number} 行" for number in range(2, len(cells) + 2)]
    return _cells(column, cells, where, words, errors)


def _names(column: Column, words: Words | None) -> Mapping[str, str]:
    """Chinese name → code of the column's list; empty where it is not known."""
    if words is None or not column.codes:
        return {}
    return {name: code for code, name in reversed(list(words.codes.get(column.codes, {}).items()))}


def _cells(
    column: Column, cells: list[Any], where: list[str], words: Words | None, errors: _Errors
) -> pa.Array:
    names = _names(column, words)
    values: list[Any] = []
    for cell, place in zip(cells, where, strict=True):
        try:
            values.append(cell_read(column, cell, names))
        except CellError as error:
            errors.add(f"{place}（{column.zh}）：{error}")
            values.append(None)
    return pa.array(values, FILE_FORM[column.type])
