"""Where the findings of a large judging lie: a folder for each region, finished or not there at all.

    OUT/region=130400/findings.parquet, scores.parquet, manifest.json

A partition is written beside its place and moved there whole; its manifest says of what it is the judging.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.prepare import FactsError

#: Raised when the files' shape changes: what an earlier version wrote is then done again.
FORMAT = 1
_MANIFEST = "manifest.json"
_ROW_GROUP = 2_000_000


def unfinished_remove(out: Path) -> None:
    """Make the folder, and clear what an interrupted run left half written.

    Raises:
        FactsError: the folder holds something else.
    """
    out.mkdir(parents=True, exist_ok=True)
    strange = [
        path.name
        for path in sorted(out.iterdir())
        if not path.name.startswith(("region=", ".", "_"))
    ]
    if strange:
        raise FactsError(
            f"文件夹“{out}”中已有别的文件（{strange[0]}），请换一个空文件夹存放评判结果。"
        )
    for left in out.glob(".region=*"):
        shutil.rmtree(left)


def is_done(out: Path, name: str, manifest: Mapping[str, Any]) -> bool:
    """Whether the partition was judged to its end by the same packs from the same facts on the same day."""
    try:
        kept = json.loads((out / name / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return {key: kept.get(key) for key in manifest} == dict(manifest)


def partition_write(
    out: Path,
    name: str,
    pieces: Iterable[tuple[pa.Table, pa.Table]],
    manifest: Mapping[str, Any],
) -> None:
    """Write a partition whole or not at all; ``pieces`` are findings and scores of some units at a time."""
    aside = out / f".{name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    rows = {"findings": 0, "scores": 0}
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for piece in pieces:
            for title, table in zip(rows, piece, strict=True):
                if title not in writers:
                    path = aside / f"{title}.parquet"
                    writers[title] = stack.enter_context(_writer(table.schema, path))
                writers[title].write_table(table, row_group_size=_ROW_GROUP)
                rows[title] += table.num_rows
    text = json.dumps({**manifest, **rows}, ensure_ascii=False, indent=1, sort_keys=True)
    (aside / _MANIFEST).write_text(text + "\n", encoding="utf-8")
    if (out / name).exists():
        shutil.rmtree(out / name)
    aside.rename(out / name)


def partitions_forget(out: Path, names: set[str]) -> None:
    """Remove the findings of regions that are no longer among the facts."""
    for path in out.glob("region=*"):
        if path.name not in names:
            shutil.rmtree(path)


def _writer(schema: pa.Schema, path: Path) -> pq.ParquetWriter:
    coded = [name for name in schema.names if name != "unit_id"]
    return pq.ParquetWriter(
        path,
        schema,
        compression="snappy",
        use_dictionary=coded,
        column_encoding={"unit_id": "DELTA_BINARY_PACKED"},
        write_statistics=["standard", "clause", "unit_id"],
        store_schema=False,
    )
