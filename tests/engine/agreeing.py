"""The engine's findings and totals in the shape of the interpreter's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from tests.engine.making import Rows, tables
from tests.engine.oracle import Oracle, total
from zhibu_engine.assess import Findings, assess
from zhibu_engine.compile import Compiled
from zhibu_engine.prepare import facts_prepare

#: Subject → its lines: clause, verdict, earned, measured, required.
Found = dict[tuple[int, int], list[tuple[Any, ...]]]


def engine_found(findings: Findings) -> Found:
    found: Found = {}
    subjects = np.repeat(findings.subject_ids, len(findings.standard.clauses)).tolist()
    for row, subject in zip(findings.rows(), subjects, strict=True):
        values = (row["clause"], row["verdict"], row["earned"], row["measured"], row["required"])
        found.setdefault((row["unit_id"], subject), []).append(values)
    return found


def engine_judged(compiled: Compiled, rows: Rows, as_of: date, **more: Any) -> Found:
    return engine_found(assess(compiled, facts_prepare(tables(rows), as_of), **more))


def assert_agree(
    compiled: Compiled,
    rows: Rows,
    as_of: date,
    units: Collection[int],
    *,
    exempt: Collection[tuple[Any, ...]] = (),
    manual: Mapping[tuple[Any, ...], int] | None = None,
) -> Findings:
    """Finding by finding, then total by total (made by each from its own findings)."""
    standard = compiled.standard
    facts = facts_prepare(tables(rows), as_of)
    findings = assess(compiled, facts, exemptions=exempt, manual=manual)
    found = engine_found(findings)
    scores = {(one.unit_id, one.subject_id): asdict(one) for one in findings.scores()}
    oracle = Oracle(compiled.words, standard, rows, as_of, exempt=exempt, manual=manual)
    for unit in units:
        read = {(unit, key): lines for key, lines in oracle.subjects(unit)}
        assert {subject: found[subject] for subject in found if subject[0] == unit} == read, unit
        for subject, lines in read.items():
            wanted = asdict(total(standard, {line[0]: line[1:] for line in lines}))
            assert {name: scores[subject][name] for name in wanted} == wanted, subject
    return findings
