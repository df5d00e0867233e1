"""A preview at rest: sealed, in pieces, so that a page of it opens without the rest."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from zhibu.jobs.importers import Change, Choice, PreviewRow, Problem
from zhibu.shared.secrets import decrypt, encrypt

PIECE = 500
_LETTERS = {"new": "n", "changed": "c", "unchanged": "u", "ask": "a", "error": "e"}


def seal(data: bytes) -> bytes:
    return encrypt(base64.b64encode(zlib.compress(data, 1)).decode()).encode()


def unseal(stored: bytes) -> bytes:
    return zlib.decompress(base64.b64decode(decrypt(stored.decode())))


def rows_digest(rows: Iterable[PreviewRow]) -> str:
    """What a commit must find again: states, changes and what would be written."""
    found = hashlib.sha256()
    for row in rows:
        changes = [(c.field, c.old, c.new) for c in row.changes]
        found.update(repr((row.number, row.state, changes, row.payload)).encode())
    return found.hexdigest()


def rows_count(rows: Sequence[PreviewRow]) -> dict[str, int]:
    counts = Counter(row.state for row in rows)
    return {state: counts[state] for state in _LETTERS} | {
        "warnings": sum(1 for r in rows if r.warnings)
    }


def preview_write(rows: Sequence[PreviewRow]) -> bytes:
    states = "".join(_LETTERS[row.state] for row in rows)
    lines = [seal(json.dumps({"states": states}).encode())]
    for start in range(0, len(rows), PIECE):
        piece = [_plain(row) for row in rows[start : start + PIECE]]
        lines.append(seal(json.dumps(piece, ensure_ascii=False).encode()))
    return b"\n".join(lines)


def _plain(row: PreviewRow) -> list[object]:
    return [
        row.number, row.state, row.label, row.summary, row.question,
        [astuple(c) for c in row.changes], [astuple(p) for p in row.problems],
        [astuple(w) for w in row.warnings], [astuple(c) for c in row.choices],
    ]  # fmt: skip


def _row(plain: list) -> PreviewRow:
    number, state, label, summary, question, changes, problems, warnings, choices = plain
    return PreviewRow(
        number, state, label, summary, question=question,
        changes=[Change(*c) for c in changes], problems=[Problem(*p) for p in problems],
        warnings=[Problem(*w) for w in warnings], choices=[Choice(*c) for c in choices],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """An opened preview; rows are unsealed when asked for."""

    states: str
    pieces: Sequence[bytes]

    @classmethod
    def open(cls, stored: bytes) -> Preview:
        first, *pieces = stored.split(b"\n")
        return cls(json.loads(unseal(first))["states"], pieces)

    def places(self, state: str = "") -> Sequence[int]:
        """Positions of the rows in this state; all of them without one."""
        if not state:
            return range(len(self.states))
        letter = _LETTERS[state]
        return [i for i, one in enumerate(self.states) if one == letter]

    def rows(self, places: Sequence[int]) -> list[PreviewRow]:
        opened: dict[int, list] = {}
        found = []
        for place in places:
            piece, offset = divmod(place, PIECE)
            if piece not in opened:
                opened[piece] = json.loads(unseal(self.pieces[piece]))
            found.append(_row(opened[piece][offset]))
        return found
