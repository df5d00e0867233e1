"""A table of facts as arrays, column by column, each made when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class ColumnsOf(Mapping[str, np.ndarray]):
    """The columns of a table as arrays, each made when first asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.length = table.num_rows
        self._made: dict[str, np.ndarray] = {}
        self._coded: dict[str, tuple[np.ndarray, list[str]]] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._made:
            self._made[name] = np.asarray(self.table.column(name).to_numpy())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.column_names)

    def __len__(self) -> int:
        return len(self.table.column_names)

    def coded(self, name: str) -> tuple[np.ndarray, list[str]]:
        """A code column as places in the list of its different codes."""
        if name not in self._coded:
            found = pc.dictionary_encode(self.table.column(name)).combine_chunks()
            self._coded[name] = np.asarray(found.indices), found.dictionary.to_pylist()
        return self._coded[name]
