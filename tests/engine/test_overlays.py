"""``extends: true``: a local pack changes single entries of an earlier standard."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.packs import Pack, PackError, pack_read, packs_merge

BASE = """
key: small
title: 小标准
total_points: 3
groups: [{key: g, title: 组}]
items:
  - {key: a, group: g, title: 甲, points: 1}
  - {key: b, group: g, title: 乙, points: 2}
clauses:
  - {key: one, title: 一, item: a, points: 1, rule: {kind: minimum_count, segments: [assembly], per: year}}
  - {key: two, title: 二, item: b, points: 2, rule: {kind: minimum_count, segments: [assembly], per: quarter}}
"""
OVERLAY = """
key: small
extends: true
label: 本地
clauses:
  - {key: two, title: 二改, item: b, points: POINTS, rule: {kind: minimum_count, segments: [SEGMENT], per: quarter, at_least: 3}}
"""


def _pack(folder: Path, key: str, standard: str) -> Pack:
    (folder / key / "standards").mkdir(parents=True)
    (folder / key / "pack.yaml").write_text(f'key: {key}\nversion: "1"\ntitle: {key}\n')
    (folder / key / "standards" / "small.yaml").write_text(standard, encoding="utf-8")
    return pack_read(folder / key)


@pytest.fixture
def bases(tmp_path) -> list[Pack]:
    every = pack_read(Path(__file__).parent / "every-kind")
    return [every, _pack(tmp_path, "base", BASE)]


def _overlay(tmp_path: Path, points: int = 2, segment: str = "assembly") -> Pack:
    text = OVERLAY.replace("POINTS", str(points)).replace("SEGMENT", segment)
    return _pack(tmp_path, "local", text)


def test_a_clause_of_the_same_key_is_replaced_whole_and_the_rest_stays(bases, tmp_path):
    found = packs_merge([*bases, _overlay(tmp_path)]).standards["small"]

    assert [clause.title for clause in found.clauses] == ["一", "二改"]
    assert found.clauses[1].rule.at_least == 3
    assert (found.title, found.label, found.total_points) == ("小标准", "本地", 300)
    assert not found.extends


def test_a_merged_standard_compiles_and_loads_from_its_dump(bases, tmp_path):
    compiled = standard_compile(packs_merge([*bases, _overlay(tmp_path)]), "small")

    assert Compiled.load(compiled.dump()).standard.clauses[1].title == "二改"


def test_points_must_add_up_after_merging(bases, tmp_path):
    with pytest.raises(PackError, match=r"“乙”共 2 分，其条款合计 5 分"):
        packs_merge([*bases, _overlay(tmp_path, points=5)])


def test_an_unknown_word_is_named_at_the_line_of_the_overlay(bases, tmp_path):
    with pytest.raises(PackError, match=r"local/standards/small.yaml:6：.*“nosuch”"):
        packs_merge([*bases, _overlay(tmp_path, segment="nosuch")])


def test_nothing_can_be_extended_that_no_earlier_pack_has(bases, tmp_path):
    with pytest.raises(PackError, match="前面的制度包中没有标准“small”"):
        packs_merge([bases[0], _overlay(tmp_path)])
