"""A large folder with something wrong in it, and the command that judges one: a sentence, and nothing half written."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engine.test_bulk import DAY, compiled, facts, folder, judged, read  # noqa: F401
from zhibu_engine.bulk import Job, bulk_judge
from zhibu_engine.cli import main
from zhibu_engine.prepare import FactsError

# Bad input: a sentence, and nothing half written


def _no_regions(root: Path) -> None:
    for path in root.glob("region=*"):
        path.rename(path.with_name(path.name.replace("=", "-")))


def _without(column: str):
    def act(root: Path) -> None:
        path = root / "region=2" / "year=2025" / "segment.parquet"
        pq.write_table(pq.read_table(path, partitioning=None).drop_columns([column]), path)

    return act


def _of_text(root: Path) -> None:
    path = root / "region=2" / "year=2025" / "segment.parquet"
    table = pq.read_table(path, partitioning=None)
    place = table.column_names.index("due")
    pq.write_table(table.set_column(place, "due", table["due"].cast(pa.string())), path)


def _cut_short(root: Path) -> None:
    path = root / "region=2" / "member.parquet"
    path.write_bytes(path.read_bytes()[:400])


def _spoilt_inside(root: Path) -> None:
    path = root / "region=2" / "member.parquet"
    whole = bytearray(path.read_bytes())
    whole[4:200] = b"\xff" * 196
    path.write_bytes(bytes(whole))


def _strange_file(root: Path) -> None:
    (root / "region=1" / "meetings.parquet").write_bytes(b"")


def _no_units(root: Path) -> None:
    (root / "region=1" / "unit.parquet").unlink()


@pytest.mark.parametrize("engine", ["local", "duckdb"])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_regions, "没有按地区分的文件夹"),
        (_without("kind"), "“region=2/year=2025/segment.parquet”缺少“会议类别”（kind）一列"),
        (_of_text, "“应到人数”（due）一列是 string，应是 整数"),
        (_cut_short, "“region=2/member.parquet”不是完整的 Parquet 文件"),
        (_spoilt_inside, "读不完整，请重新导出"),
        (_strange_file, "不认识的文件“region=1/meetings.parquet”"),
        (_no_units, "“region=1”中没有《组织》"),
    ],
)
def test_bad_input_is_told_in_a_sentence(compiled, folder, tmp_path, spoil, said, engine):
    spoil(folder)
    job = Job(folder, tmp_path / "out", compiled, DAY, engine=engine, workers=1)

    with pytest.raises(FactsError) as told:
        bulk_judge(job)

    assert said in str(told.value)
    whole = {"findings.parquet", "scores.parquet", "manifest.json"}
    for left in job.out.glob("region=*"):
        assert {path.name for path in left.iterdir()} == whole
    assert not list(job.out.glob("region=2"))


def test_a_folder_with_other_things_is_not_written_into(compiled, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(FactsError, match="已有别的文件"):
        bulk_judge(Job(folder, out, compiled, DAY))


# The command


def _command(folder: Path, out: Path, *more: str) -> list[str]:
    return [
        *("assess-bulk", "--facts", str(folder), "--out", str(out), "--as-of", "2025-11-22"),
        *("--pack", "city-organs", "--pack", "national"),
        *("--standard", "liuhua", "--standard", "branch-regulation", *more),
    ]


def test_the_command_judges_tells_and_goes_on(folder, tmp_path, capsys):
    assert main(_command(folder, tmp_path / "out")) == 0
    first = capsys.readouterr()
    assert main(_command(folder, tmp_path / "out")) == 0
    second = capsys.readouterr()

    assert "2 个标准，3 个地区；本次评判 40 个组织" in first.out
    assert "已评判 3/3 个地区" in first.err
    assert "其中 3 个地区先前已评判、没有变化；本次评判 0 个组织" in second.out
    assert {row[0] for row in read(tmp_path / "out")} == {"liuhua", "branch-regulation"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--memory", "lots"), "“lots”不是内存大小，请写成 8GB"),
        (("--workers", "0"), "请写 1 以上的整数"),
        (("--standard", "unknown"), "没有标准“unknown”；有："),
    ],
)
def test_the_command_refuses_what_it_cannot_read(folder, tmp_path, capsys, more, said):
    try:
        assert main(_command(folder, tmp_path / "out", *more)) == 2
    except SystemExit as error:
        assert error.code == 2
    assert said in capsys.readouterr().err
