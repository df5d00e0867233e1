"""What is generated from the models is kept in docs/reference/, and every word has its Chinese name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.conftest import HERE
from zhibu_engine.cli_pack import schema_text
from zhibu_engine.kinds import kinds
from zhibu_engine.packs.json_schema import PARTS, definitions
from zhibu_engine.packs.naming import kind_title, value_zh
from zhibu_engine.packs.shape import rule_shape
from zhibu_engine.packs.sheets import sheets

REFERENCE = HERE.parents[1] / "docs" / "reference" / "pack-schema"


@pytest.mark.parametrize("part", PARTS)
def test_the_schema_for_editors_is_as_the_models_are(part):
    path = REFERENCE / f"{part}.schema.json"
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        path.write_text(schema_text(part), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == schema_text(part), "run `make snapshot`"


def _words(node: Any, within: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _words(one, within)
    if isinstance(node, dict):
        for word, entry in node.get("properties", {}).items():
            yield within, word, entry
            yield from _words(entry, word)
        for key, value in node.items():
            if key not in ("properties", "if"):
                yield from _words(value, within)


def test_every_word_of_a_pack_has_a_chinese_name_in_word_names():
    found = [one for name, node in definitions().items() for one in _words(node, name)]
    assert len(found) > 200
    unnamed = {(within, word) for within, word, entry in found if entry.get("title", "").isascii()}

    assert unnamed == set(), "name them in zhibu_engine/packs/word_names.py"


def test_every_value_that_a_word_may_take_has_a_chinese_name():
    unnamed = set()
    for name, node in definitions().items():
        for _, word, entry in _words(node, name):
            item = entry.get("items", entry)
            values = item.get("enum", ()) if isinstance(item, dict) else ()
            named = [value for value in values if isinstance(value, str) and value != "none"]
            if name != "Rule" and word != "kind":
                unnamed |= {(word, value) for value in named if value_zh(value, word).isascii()}

    assert unnamed == set(), "name them in zhibu_engine/packs/word_names.py"


def test_no_two_columns_of_a_sheet_and_no_two_rule_kinds_are_called_the_same():
    for sheet in sheets():
        headings = [column.zh for column in sheet.columns]
        assert len(set(headings)) == len(headings), sheet.name
    titles = [kind_title(cls) for cls in kinds().values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_words_of_a_rule_kind_are_told_apart_in_chinese(kind):
    names = rule_shape(kind, "segment").names

    assert [word for word, name in names.items() if name.isascii()] == []
    assert len(set(names.values())) == len(names)


def test_registers_and_procedures_are_shown_by_name():
    for kind, word, listed in (
        ("entry_number", "register", "register"),
        ("coverage", "registers", "register"),
        ("procedure_conforms", "procedures", "procedure"),
        ("row_count", "kinds", "register"),
    ):
        shape = rule_shape(kind, "entry").words[word]
        assert (shape.item or shape).codes == listed
