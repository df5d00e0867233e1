"""A large folder of facts: Parquet files by region, the event relations also by year.

    region=130400/unit.parquet, member.parquet …        region=130400/year=2025/segment.parquet …

All rows of a unit lie in the region that lists the unit. A file may also be cut into parts
(``segment-1.parquet``, ``segment-2.parquet``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.facts import MAY_BE_ABSENT, RELATIONS, Column, Relation
from zhibu_engine.prepare import FactsError, needed

_FITTING = {
    "id": pa.types.is_integer,
    "int": pa.types.is_integer,
    "bool": pa.types.is_boolean,
    "day": pa.types.is_date,
    "code": lambda type_: pa.types.is_string(type_) or pa.types.is_large_string(type_),
}


@dataclass(frozen=True)
class Part:
    """One Parquet file of a relation, with the columns that it has."""

    path: Path
    rows: int
    columns: frozenset[str]


@dataclass(frozen=True)
class Partition:
    """One region: the files of each relation that the judged year needs."""

    name: str
    parts: Mapping[str, tuple[Part, ...]]
    digest: str
    #: Relations that no region has: clauses that need them are 未评.
    absent: frozenset[str] = frozenset()

    def rows(self, relation: str) -> int:
        return sum(part.rows for part in self.parts.get(relation, ()))

    def columns(self, relation: str) -> frozenset[str]:
        """The columns that some file of the relation has; where another lacks one, it is null."""
        return frozenset().union(*(part.columns for part in self.parts.get(relation, ())))


def partitions_find(
    root: Path, years: Collection[int], wanted: Mapping[str, Collection[str]]
) -> list[Partition]:
    """Look through the folder; nothing but the ends of files is read.

    ``years`` are those whose events count; ``wanted`` names the columns read of each relation.

    Raises:
        FactsError: no regions, a file that is not Parquet, a column that is missing or of another type.
    """
    if not root.is_dir():
        raise FactsError(f"找不到文件夹“{root}”。")
    folders = sorted(path for path in root.glob("region=*") if path.is_dir())
    if not folders:
        raise FactsError(
            f"文件夹“{root}”中没有按地区分的文件夹；请放成 region=地区/unit.parquet、"
            "region=地区/year=年份/segment.parquet。"
        )
    found = [_partition(folder, years, wanted) for folder in folders]
    absent = MAY_BE_ABSENT.difference(*(one.parts for one in found))
    # What the other regions have decides what this one is judged by, so it belongs to the digest.
    said = ",".join(sorted(absent)).encode()
    return [
        replace(one, absent=absent, digest=hashlib.sha256(one.digest.encode() + said).hexdigest())
        for one in found
    ]


def _partition(
    folder: Path, years: Collection[int], wanted: Mapping[str, Collection[str]]
) -> Partition:
    digest = hashlib.sha256()
    parts: dict[str, list[Part]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        relation = _relation(path, folder)
        if relation.name not in wanted or not _counts(relation, path, folder, years):
            continue
        part = _part(relation, path, folder, wanted[relation.name], digest)
        parts.setdefault(relation.name, []).append(part)
    if "unit" not in parts:
        raise FactsError(f"“{folder.name}”中没有《组织》（unit.parquet），无法知道评判哪些组织。")
    return Partition(
        folder.name, {name: tuple(listed) for name, listed in parts.items()}, digest.hexdigest()
    )


def _relation(path: Path, folder: Path) -> Relation:
    name = path.stem.partition("-")[0]
    found = RELATIONS.get(name) or next((one for one in RELATIONS.values() if one.zh == name), None)
    if found is None:
        names = "、".join(f"{one.zh}（{one.name}）" for one in RELATIONS.values())
        raise FactsError(
            f"不认识的文件“{folder.name}/{path.relative_to(folder)}”；文件名可用：{names}。"
        )
    return found


def _counts(relation: Relation, path: Path, folder: Path, years: Collection[int]) -> bool:
    """Events lie in the folder of their year. A plan for next year may have been made in this one."""
    if not relation.event or "year" in relation.by_name:
        return True
    for step in path.relative_to(folder).parts[:-1]:
        key, _, value = step.partition("=")
        if key == "year" and value.isdigit():
            return int(value) in years
    return True


def _part(
    relation: Relation,
    path: Path,
    folder: Path,
    wanted: Collection[str],
    digest: hashlib._Hash,
) -> Part:
    name = f"{folder.name}/{path.relative_to(folder)}"
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise FactsError(f"“{name}”不是完整的 Parquet 文件，请重新导出：{error}") from None
    for column in relation.columns:
        if column.name in wanted:
            _check(relation, column, schema, name, metadata.num_rows)
    status = path.stat()
    with path.open("rb") as file:
        file.seek(-min(status.st_size, metadata.serialized_size + 8), 2)
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode() + file.read())
    return Part(path, metadata.num_rows, frozenset(schema.names))


def _check(relation: Relation, column: Column, schema: pa.Schema, name: str, rows: int) -> None:
    where = f"“{name}”的“{column.zh}”（{column.name}）"
    if column.name not in schema.names:
        if rows and needed(column):
            raise FactsError(f"“{name}”缺少“{column.zh}”（{column.name}）一列。")
        return
    found = schema.field(column.name).type
    if pa.types.is_dictionary(found):
        found = found.value_type
    if not pa.types.is_null(found) and not _FITTING[column.type](found):
        raise FactsError(f"{where}一列是 {found}，应是 {_TYPE_ZH[column.type]}。")


_TYPE_ZH = {"id": "整数", "int": "整数", "bool": "布尔", "day": "日期（date）", "code": "文本"}
