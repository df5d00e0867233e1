"""A large folder judged region by region: the same findings by arrays, DuckDB and Spark, and never half of them."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.engine.making import random_rows, tables
from tests.engine.oracle import Oracle
from tests.engine.parting import partitions_write
from zhibu_engine.assess import assess
from zhibu_engine.bulk import Job, Stopped, bulk_judge
from zhibu_engine.bulk.covering import Covering, median_twice, sorted_pairs
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.facts import NEVER
from zhibu_engine.prepare import facts_prepare

DAY = date(2025, 11, 22)
NUMBERS = ("measured", "required", "possible", "earned", "detail")


@pytest.fixture(scope="module")
def compiled(words) -> tuple[Compiled, ...]:
    """Every standard of the engine's own pack, whomever it judges."""
    return tuple(standard_compile(words, key) for key in words.standards)


@pytest.fixture(scope="module")
def facts(words) -> dict[str, pa.Table]:
    return tables(random_rows(words, 40, 11, DAY, sittings=25))


@pytest.fixture
def folder(facts, tmp_path) -> Path:
    return partitions_write(facts, tmp_path / "facts", 3)


def judged(job: Job) -> set[tuple]:
    """All findings of a job as plain rows."""
    bulk_judge(job)
    return read(job.out)


def read(out: Path) -> set[tuple]:
    found = set()
    for path in out.glob("region=*/findings.parquet"):
        rows = pq.read_table(path, partitioning=None).to_pylist()
        found |= {tuple(row.values()) for row in rows}
        assert len({tuple(row.values()) for row in rows}) == len(rows)
    return found


def in_memory(compiled, facts, as_of) -> set[tuple]:
    found = set()
    prepared = facts_prepare(facts, as_of)
    for one in compiled:
        findings = assess(one, prepared)
        subjects = np.repeat(findings.subject_ids, len(one.standard.clauses)).tolist()
        for row, subject in zip(findings.rows(), subjects, strict=True):
            until = row["until"]
            found.add(
                (
                    one.standard_key,
                    row["clause"],
                    row["unit_id"],
                    subject,
                    row["verdict"],
                    row["code"],
                    *(row[name] for name in NUMBERS),
                    None if until == NEVER else date.fromordinal(as_of.toordinal() + until),
                )
            )
    return found


@pytest.mark.parametrize(
    "as_of", [DAY, date(2025, 12, 31), date(2025, 1, 1), date(2024, 2, 29)], ids=str
)
@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_a_large_folder_is_judged_as_facts_in_memory_are(words, compiled, tmp_path, as_of, engine):
    raw = tables(random_rows(words, 60, as_of.toordinal(), as_of, sittings=25))
    root = partitions_write(raw, tmp_path / "facts", 3)

    found = judged(Job(root, tmp_path / "out", compiled, as_of, engine=engine))

    assert found == in_memory(compiled, raw, as_of)
    assert len({row[4] for row in found}) >= 5


def test_and_as_reading_row_by_row_finds(words, compiled, facts, folder, tmp_path):
    every = next(one for one in compiled if one.standard_key == "every")
    rows = {name: table.to_pylist() for name, table in facts.items()}
    oracle = Oracle(words, every.standard, rows, DAY)

    found = judged(Job(folder, tmp_path / "out", (every,), DAY))

    by_unit: dict[int, set] = {}
    for _, clause, unit, _, verdict, _, measured, required, _, earned, *_ in found:
        by_unit.setdefault(unit, set()).add((clause, verdict, earned, measured, required))
    assert by_unit == {unit: set(oracle.findings(unit)) for unit in range(1, 41)}


def _narrow(table: pa.Table) -> pa.Table:
    """Small numbers, coded words, sorted backwards: as another program may write it."""
    for place, field in enumerate(table.schema):
        if field.type == pa.int64() and field.name != "record_id":
            table = table.set_column(place, field.name, table[field.name].cast(pa.int32()))
        elif field.type == pa.string():
            table = table.set_column(place, field.name, table[field.name].dictionary_encode())
    return table.take(pc.sort_indices(table["unit_id"], sort_keys=[("", "descending")]))


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_the_files_may_be_narrow_coded_and_in_any_order(compiled, facts, tmp_path, engine):
    root = partitions_write(facts, tmp_path / "facts", 2, _narrow)
    # Cut into parts, of which one lacks a column that may be left out.
    whole = root / "region=1" / "year=2025" / "segment.parquet"
    table = pq.read_table(whole, partitioning=None)
    table = table.set_column(
        table.column_names.index("late"), "late", pa.array([None] * len(table), pa.bool_())
    )
    whole.unlink()
    pq.write_table(table.slice(0, 50), whole.with_name("segment-1.parquet"))
    pq.write_table(table.slice(50).drop_columns(["late"]), whole.with_name("segment-2.parquet"))
    of_region = pc.equal(pc.bit_wise_and(facts["segment"]["unit_id"], 1), 0)
    this_year = pc.fill_null(pc.equal(pc.year(facts["segment"]["day"]), 2025), False)
    late = pc.if_else(pc.and_(of_region, this_year), False, facts["segment"]["late"])
    place = facts["segment"].column_names.index("late")
    same = {**facts, "segment": facts["segment"].set_column(place, "late", late)}

    found = judged(Job(root, tmp_path / "out", compiled, DAY, engine=engine))

    assert found == in_memory(compiled, same, DAY)


def test_a_partition_over_the_memory_is_counted_by_the_database(
    compiled, folder, tmp_path, monkeypatch
):
    asked = []
    from zhibu_engine.bulk import run

    counted = run.statements_counted
    monkeypatch.setattr(
        run, "statements_counted", lambda *given: asked.append(1) or counted(*given)
    )
    monkeypatch.setattr(run, "memory_needed", lambda job, *given: job.memory)

    found = judged(Job(folder, tmp_path / "out", compiled, DAY, memory=2**30))

    assert len(asked) == 3
    assert found == judged(Job(folder, tmp_path / "other", compiled, DAY, workers=1, memory=2**31))


def test_units_are_judged_and_written_some_at_a_time(compiled, folder, tmp_path, monkeypatch):
    whole = judged(Job(folder, tmp_path / "whole", compiled, DAY))
    monkeypatch.setattr("zhibu_engine.bulk.region.AT_A_TIME", 3)
    monkeypatch.setattr("zhibu_engine.bulk.rows.BATCH", 7)

    assert judged(Job(folder, tmp_path / "some", compiled, DAY)) == whole


@pytest.mark.needs("java")
def test_spark_writes_the_same_files(words, compiled, folder, tmp_path):
    here = Job(folder, tmp_path / "here", compiled, DAY)
    there = tuple(standard_compile(words, one.standard_key, "pyspark") for one in compiled)

    bulk_judge(here)
    bulk_judge(replace(here, out=tmp_path / "there", compiled=there, engine="spark"))

    for name in ("findings.parquet", "scores.parquet"):
        for region in ("region=1", "region=2", "region=3"):
            one, other = ((tmp_path / side / region / name) for side in ("here", "there"))
            assert one.read_bytes() == other.read_bytes(), f"{region}/{name}"


# Scores


def test_the_scores_are_those_of_the_findings(compiled, facts, folder, tmp_path):
    bulk_judge(Job(folder, tmp_path / "out", compiled, DAY))

    found = {}
    for path in (tmp_path / "out").glob("region=*/scores.parquet"):
        for row in pq.read_table(path, partitioning=None).to_pylist():
            found[row["standard"], row["unit_id"], row["subject_id"]] = row
    prepared = facts_prepare(facts, DAY)
    for one in compiled:
        for score in assess(one, prepared).scores():
            row = found.pop((one.standard_key, score.unit_id, score.subject_id))
            assert row["earned"] == score.earned and row["possible"] == score.possible
            assert (row["level_low"], row["level_high"]) == (score.level_low, score.level_high)
            parts = ("assessed", "not_assessed", "not_due", "not_applicable")
            assert sum(row[part] for part in parts) == row["possible"]
    assert not found


# Stopped and taken up again


def files(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }


def test_what_was_stopped_is_taken_up_where_it_stopped(compiled, folder, tmp_path):
    whole = Job(folder, tmp_path / "whole", compiled, DAY)
    bulk_judge(whole)
    stop = threading.Event()
    job = Job(
        folder,
        tmp_path / "out",
        compiled,
        DAY,
        workers=1,
        show=lambda progress: stop.set() if progress.done else None,
    )

    with pytest.raises(Stopped) as stopped:
        bulk_judge(job, stop)
    done = files(job.out)
    finished = bulk_judge(replace(job, show=lambda progress: None))

    assert stopped.value.progress.done == 1 and len(done) == 3
    assert (finished.fresh, finished.total) == (2, 3)
    assert files(job.out) == files(whole.out)


def test_a_process_killed_while_it_writes_leaves_nothing_half(
    compiled, folder, tmp_path, monkeypatch
):
    every = next(one for one in compiled if one.standard_key == "every")
    job = Job(folder, tmp_path / "out", (every,), DAY, workers=1)
    write, written = pq.ParquetWriter.write_table, []

    def killed(self: pq.ParquetWriter, table: pa.Table, **more: object) -> None:
        write(self, table, **more)
        written.append(table)
        if len(written) == 4:  # both files of the second region, without its manifest
            raise KeyboardInterrupt

    monkeypatch.setattr(pq.ParquetWriter, "write_table", killed)
    with pytest.raises(KeyboardInterrupt):
        bulk_judge(job)
    monkeypatch.undo()
    left = sorted(path.name for path in job.out.iterdir() if path.name.startswith("region="))
    finished = bulk_judge(job)
    bulk_judge(replace(job, out=tmp_path / "whole"))

    assert left == ["region=1"]
    assert finished.fresh == 2
    assert files(job.out) == files(tmp_path / "whole")


def test_only_what_changed_is_judged_again(words, compiled, folder, tmp_path):
    job = Job(folder, tmp_path / "out", compiled, DAY)
    bulk_judge(job)
    assert bulk_judge(replace(job)).fresh == 0

    member = folder / "region=2" / "member.parquet"
    table = pq.read_table(member, partitioning=None)
    pq.write_table(table.slice(0, table.num_rows - 1), member)
    assert bulk_judge(replace(job)).fresh == 1
    assert bulk_judge(replace(job, as_of=date(2025, 12, 31))).fresh == 3
    assert bulk_judge(replace(job, as_of=date(2025, 12, 31))).fresh == 0


def test_a_changed_pack_is_judged_again(words, compiled, folder, tmp_path):
    every = next(one for one in compiled if one.standard_key == "every")
    job = Job(folder, tmp_path / "out", (every,), DAY)
    bulk_judge(job)
    source = json.loads(json.dumps(words.dump("every")))
    source["standards"]["every"]["title"] = "改过的"
    changed = Compiled(type(words).from_dump(source), "every", every.sql)

    assert bulk_judge(replace(job, compiled=(changed,))).fresh == 3


def test_a_region_that_is_gone_takes_its_findings_along(compiled, folder, tmp_path):
    job = Job(folder, tmp_path / "out", compiled, DAY)
    bulk_judge(job)
    (folder / "region=3").rename(tmp_path / "elsewhere")

    assert bulk_judge(replace(job)).total == 2
    assert sorted(path.name for path in job.out.iterdir()) == ["region=1", "region=2"]


# Counting of pairs


def test_pairs_are_counted_as_sets_count_them():
    dice = np.random.default_rng(5)
    for wide in (5, 10**12):
        base = np.sort(dice.integers(0, 6, 200)), dice.integers(0, 9, 200) * wide
        rows = np.sort(dice.integers(0, 6, 500)), dice.integers(0, 12, 500) * wide
        pairs = set(zip(*(one.tolist() for one in base), strict=True))
        listed = list(zip(*(one.tolist() for one in rows), strict=True))
        wanted = [0] * 6
        for pair in pairs:
            wanted[pair[0]] += listed.count(pair) >= 4

        covering = Covering(*base, 6)
        for part in np.array_split(np.arange(500), 3):
            covering.add(rows[0][part], rows[1][part])
        assert covering.total(4).tolist() == wanted
        assert set(zip(*(one.tolist() for one in sorted_pairs(*base)), strict=True)) == pairs


def test_a_person_of_one_unit_found_with_another_is_not_covered():
    covering = Covering(np.array([0, 1]), np.array([7, 8]), 2)

    covering.add(np.array([0, 0, 1]), np.array([8, 7, 7]))

    assert covering.total(1).tolist() == [1, 0]


def test_the_median_is_doubled():
    place, values = np.array([0, 0, 2, 2, 2]), np.array([4, 1, 9, 3, 5])

    assert median_twice(place, values, 3).tolist() == [5, 0, 10]
