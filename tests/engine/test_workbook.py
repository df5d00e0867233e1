"""A pack as one workbook: nothing is lost on the way, and whatever is wrong is named by its cell."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.conftest import HERE
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.packs import Pack, PackError, pack_load, pack_read
from zhibu_engine.packs.find import pack_at, packs_below
from zhibu_engine.packs.notation import Names, NotationError, cell_value
from zhibu_engine.packs.notation_write import cell_write
from zhibu_engine.packs.shape import Shape, facts_shape, rule_shape, shape_of
from zhibu_engine.packs.sheets import sheets
from zhibu_engine.packs.workbook import cases_source, pack_convert
from zhibu_engine.packs.workbook_read import book_pack
from zhibu_engine.packs.workbook_write import book_write

ROOT = HERE.parents[1]
FOLDERS = [
    path.parent
    for place in (ROOT / "packs", ROOT / "packs" / "examples", ROOT / "tests" / "packs", HERE)
    for path in sorted(place.glob("*/pack.yaml"))
]
PRESENT = [pytest.param(path, id=path.name) for path in FOLDERS]


def _below(pack: Pack) -> list[Pack]:
    return packs_below(pack, [path.parent for path in FOLDERS]) or []


def _cases(path: Path) -> list[tuple[str, Any]]:
    return [(name, value) for name, value, _ in cases_source(path)]


@pytest.mark.parametrize("folder", PRESENT)
def test_a_pack_comes_back_the_same_from_a_workbook_and_from_the_folder_made_of_it(
    folder, tmp_path
):
    pack = pack_read(folder)
    book, again, book_again = (tmp_path / name for name in ("a.xlsx", "b", "c.xlsx"))

    pack_convert(pack, folder, book, _below(pack))
    pack_convert(pack_read(book), book, again, _below(pack))
    pack_convert(pack_read(again), again, book_again, _below(pack))

    assert pack_read(book).digest == pack_read(again).digest == pack.digest
    assert pack_read(book) == pack
    assert _cases(book) == _cases(again) == _cases(folder)
    assert book_again.read_bytes() == book.read_bytes()


def test_the_cases_of_a_workbook_come_out_like_those_of_its_folder(tmp_path):
    book = tmp_path / "every-kind.xlsx"
    pack_convert(pack_read(HERE / "every-kind"), HERE / "every-kind", book, [])

    _, words = pack_at(book)
    cases = cases_read(book)

    assert len(cases) == len(cases_read(HERE / "every-kind"))
    assert list(cases_run(cases, words)) == []
    assert cases[0].place.startswith("every-kind.xlsx：工作表“用例”的 A")


# ---------------------------------------------------------------- whatever a pack may say

_TEXT = st.text(
    st.characters(
        codec="utf-8", categories=["L", "N", "P", "S", "Z"], include_characters="\n（）『』；、：[]{}“”是否",
        exclude_characters="\u2028\u2029",
    ),
    max_size=12,
) | st.sampled_from(["", "是", "0164", "4", "4.0", "（空）", "（无）", " 空格 ", "2025-01-01", "80%", "『", "』"])  # fmt: skip
_NUMBER = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
_KEY = st.text("abcdefghij_", min_size=1, max_size=6)
_ANY = st.recursive(
    st.none() | st.booleans() | _NUMBER | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


def _said(shape: Shape) -> st.SearchStrategy[Any]:
    if shape.form == "text":
        return st.sampled_from(sorted(shape.names)) if shape.names else _TEXT
    if shape.form == "number":
        return _NUMBER
    if shape.form == "flag":
        return st.booleans()
    if shape.form == "list":
        assert shape.item is not None
        return st.lists(_said(shape.item), max_size=3)
    if shape.form == "words":
        words = {word: _said(under) for word, under in shape.words.items()}
        return st.fixed_dictionaries({}, optional=words)
    if shape.item is not None:
        return st.dictionaries(_TEXT, _said(shape.item), max_size=3)
    if shape.words and "from" not in shape.words:
        row = st.fixed_dictionaries(
            {}, optional={word: _said(under) for word, under in shape.words.items()}
        )
        return row | st.lists(row, max_size=2)
    if shape.words:
        bounds = st.dictionaries(st.sampled_from(["from", "to"]), st.integers(), max_size=2)
        scalar = st.booleans() | _NUMBER | _TEXT
        return bounds | scalar | st.lists(scalar, max_size=3)
    return _ANY


def _rule() -> st.SearchStrategy[Any]:
    kinds = ("minimum_count", "ratio", "committee_size", "coverage", "document_present", "manual")
    return st.sampled_from(kinds).flatmap(
        lambda kind: _said(rule_shape(kind, "segment")).map(
            lambda words: {
                **words,
                "kind": kind,
                **({"relation": "segment"} if kind == "ratio" else {}),
            }
        )
    )


def _entry(name: str) -> st.SearchStrategy[Any]:
    shape = shape_of(name)
    words = {word: _said(under) for word, under in shape.words.items() if word != "code"}
    words["rule"] = _rule()
    return st.fixed_dictionaries(
        {}, optional={word: one for word, one in words.items() if word in shape.words}
    )


def _standard() -> st.SearchStrategy[Any]:
    lists = {sheet.many: sheet for sheet in sheets() if sheet.part == "standards" and sheet.many}
    shape = shape_of("Standard")
    words = {word: _said(under) for word, under in shape.words.items() if word not in lists}
    for word in lists:
        item = shape.words[word].item
        name = {"clauses": "Clause"}.get(word)
        entry = _entry(name) if name else _said(item)
        words[word] = st.lists(entry.filter(bool), max_size=2)
    return st.fixed_dictionaries({}, optional=words)


def _procedure() -> st.SearchStrategy[Any]:
    """Any shapes that the schema knows; lists that are sheets of their own hold what is not empty."""
    shape = shape_of("Procedure")
    lists = {sheet.many for sheet in sheets() if sheet.part == "procedures" and sheet.many}
    words = {
        word: st.lists(_said(under.item).filter(bool), max_size=2)
        if word in lists
        else _said(under)
        for word, under in shape.words.items()
    }
    return st.fixed_dictionaries({}, optional=words)


def _keyed(wholes: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    return st.dictionaries(_KEY, wholes, min_size=least, max_size=2).map(
        lambda found: {key: {**one, "key": key} for key, one in found.items()}
    )


def _source() -> st.SearchStrategy[Any]:
    standards = _keyed(_standard())
    codes = st.fixed_dictionaries(
        {"codes": st.dictionaries(_KEY, _TEXT.filter(bool), max_size=3)}, optional={"title": _TEXT}
    )
    return st.fixed_dictionaries(
        {
            "pack": _said(shape_of("Header")).map(lambda one: {**one, "key": "k"}),
            "codes": st.dictionaries(_KEY, codes, max_size=2),
            "kinds": st.dictionaries(_KEY, _entry("SegmentKind"), max_size=2),
            "documents": st.dictionaries(_KEY, _entry("DocumentKind"), max_size=2),
            "ballots": st.dictionaries(_KEY, _entry("BallotSheet"), min_size=1, max_size=2),
            "standards": standards,
        },
        optional={"procedures": _keyed(_procedure(), 1)},
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=_source(), facts=_said(facts_shape()))
def test_whatever_the_schema_allows_comes_back_from_a_workbook(tmp_path_factory, source, facts):
    path = tmp_path_factory.mktemp("book") / "k.xlsx"
    cases = [("one", {"as_of": "2025-12-31", "cases": [{"facts": facts, "expect": {"lost": 0.5}}]})]

    book_write(path, source, cases)
    book = book_pack(path)

    assert book.source == source
    assert [(name, value) for name, value, _ in book.cases] == cases


@settings(max_examples=300, deadline=None)
@given(value=_ANY)
def test_any_value_is_written_so_that_it_reads_back_of_the_same_type(value):
    again = cell_value(cell_write(value, Shape("any"), Names()), Shape("any"), Names())

    assert again == value
    assert repr(again) == repr(value)


# ---------------------------------------------------------------- as people write


NAMES = Names({"segment_kind": {"assembly": "党员大会", "committee": "支部委员会"}})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("会议类别：党员大会；期间：每季度；不少于：1", {"segments": ["assembly"], "per": "quarter", "at_least": 1}),
        ("segments: assembly，支部委员会; per: quarter", {"segments": ["assembly", "committee"], "per": "quarter"}),
        ("会议类别：党员大会\n期间：每月\n只计有效：否", {"segments": ["assembly"], "per": "month", "valid": False}),
        (" 不少于 ： ２ ；", {"at_least": 2}),
        ("条件：（实到人数：（起：3）；书记到会：是）", {"where": {"present": {"from": 3}, "secretary_present": True}}),
        ("条件: (present: (from: 3))", {"where": {"present": {"from": 3}}}),
    ],
)  # fmt: skip
def test_a_rule_may_be_written_in_chinese_or_in_codes_with_any_punctuation(cell, value):
    assert cell_value(cell, rule_shape("minimum_count", "segment"), NAMES) == value


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            "会议类型：党员大会",
            "不认识的词“会议类型”；可用的有：会议类别、期间、不少于、条件、只计有效",
        ),
        ("会议类别：党员大会；会议类别：支部委员会", "“会议类别”写了两次"),
        ("党员大会", "“党员大会”后面缺“：”"),
        ("条件：（实到人数：（起：3）", "括号没有成对"),
        ("期间：每周", "不认识“每周”；可用的有：每月、每季度、每半年、每年"),
        ("会议类别：『党员大会", "缺“』”"),
        ("期间：；不少于：1", "后面缺值"),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_is_wrong_with_it(cell, says):
    with pytest.raises(NotationError, match=says):
        cell_value(cell, rule_shape("minimum_count", "segment"), NAMES)


@pytest.fixture
def book(tmp_path) -> Path:
    path = tmp_path / "every-kind.xlsx"
    pack_convert(pack_read(HERE / "every-kind"), HERE / "every-kind", path, [])
    return path


def _change(path: Path, sheet: str, cell: str, value: Any) -> None:
    opened = openpyxl.load_workbook(path)
    opened[sheet][cell] = value
    opened.save(path)


def _heading(path: Path, sheet: str, heading: str) -> str:
    row = next(openpyxl.load_workbook(path)[sheet].iter_rows(max_row=1))
    return next(cell.column_letter for cell in row if cell.value == heading)


def _row(path: Path, sheet: str) -> int:
    """The clause that the changes are made in; elsewhere the first entry."""
    if sheet != "条款":
        return 2
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(max_col=2, values_only=True)
    return list(rows).index(("every", "monthly")) + 1


def _row_of(path: Path, sheet: str, procedure: str) -> int:
    """The first row that speaks of a procedure, by its key or its title."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    titles = {row[0]: row for row in rows}
    known = {procedure, *(value for value in titles.get(procedure, ()) if isinstance(value, str))}
    return next(place for place, row in enumerate(rows, start=1) if known & set(row[:2]))


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "says"),
    [
        ("条款", "规则写法", "会议类别：党员大回；期间：每月", ["不认识的会议类别“党员大回”", "党员大会"]),
        ("条款", "规则写法", "会议类型：党员大会", ["不认识的词“会议类型”", "会议类别"]),
        ("条款", "规则类别", "开会", ["不认识“开会”", "人工评分"]),
        ("条款", "性质", "打分", ["不认识“打分”", "基础规范"]),
        ("条款", "扣分", "每缺一个扣：1；最多：2", ["不认识的词“最多”", "最多扣"]),
        ("条款", "扣分", "每缺一个扣：0.001", ["最多两位小数"]),
        ("条款", "分值", "六", ["“六”不是分值"]),
        ("条款", "标准", "evry", ["没有标准“evry”", "every"]),
        ("条款", "代号", "Monthly", ["只能用小写字母"]),
        ("条款", "所属分组", "gg", ["不认识的分组“gg”"]),
        ("条款", "适用", "组织类别：党小支", ["不认识的代码“党小支”"]),
        ("会议类别", "主持人职务", "书计", ["不认识的代码“书计”", "党支部书记"]),
        ("会议类别", "非党员最高占比", "多数", ["“多数”不是比例"]),
        ("标准", "总分", 100, ["总分应为 100 分"]),
        ("条款", "分值", "=1+1", ["是公式", "选择性粘贴"]),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_named_by_its_cell(book, sheet, heading, value, says):
    cell = f"{_heading(book, sheet, heading)}{_row(book, sheet)}"
    _change(book, sheet, cell, value)

    with pytest.raises(PackError) as refused:
        pack_load(book)

    assert f"every-kind.xlsx：工作表“{sheet}”的 {cell}" in str(refused.value)
    for words in says:
        assert words in str(refused.value)


@pytest.fixture
def six_steps(tmp_path) -> Path:
    path = tmp_path / "county-rural.xlsx"
    folder = ROOT / "packs" / "county-rural"
    pack_convert(pack_read(folder), folder, path, _below(pack_read(folder)))
    return path


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "says"),
    [
        ("程序步骤", "主持", "职务：书计", ["不认识的职务“书计”", "党支部书记"]),
        ("程序步骤", "主持", "职位：党支部书记", ["不认识的词“职位”", "绝不可以"]),
        ("程序步骤", "以什么为凭", "开会", ["不认识“开会”", "会议"]),
        ("程序步骤", "凭据类别", "大会", ["不认识的类别“大会”"]),
        ("程序步骤", "在哪些步骤之后", "nothing", ["不认识的步骤“nothing”", "propose"]),
        ("程序步骤", "时限", "从哪一天算起：nothing；最迟：3", ["不知道从哪一天算起：“nothing”"]),
        ("程序步骤", "至少公开几天", "nothing", ["不认识的设置项“nothing”"]),
        ("程序步骤", "程序", "six", ["没有程序“six”", "six_steps"]),
        ("程序登记栏", "代码表", "nothing", ["不认识的代码表“nothing”"]),
        ("程序设置项", "类型", "次", ["不认识“次”", "天数"]),
        ("程序", "决议在哪一步作出", "nothing", ["不认识的步骤“nothing”"]),
    ],
)
def test_whatever_is_wrong_with_a_procedure_is_named_by_its_cell(
    six_steps, sheet, heading, value, says
):
    cell = f"{_heading(six_steps, sheet, heading)}{_row_of(six_steps, sheet, 'six_steps')}"
    _change(six_steps, sheet, cell, value)

    with pytest.raises(PackError) as refused:
        pack_at(six_steps)

    assert f"county-rural.xlsx：工作表“{sheet}”的 {cell}" in str(refused.value)
    for words in says:
        assert words in str(refused.value)


def test_numbers_as_text_full_width_digits_and_spaces_are_read_as_they_are_meant(book):
    before = pack_read(book).digest
    row = _row(book, "条款")
    points, loss = (f"{_heading(book, '条款', word)}{row}" for word in ("分值", "扣分"))
    opened = openpyxl.load_workbook(book)
    page = opened["条款"]
    assert (page[points].value, "0.5" in page[loss].value) == (6, True)
    page[points] = " ６ "
    page[loss] = f"{page[loss].value} ".replace("0.5", "０.５").replace("：", ": ")
    page[f"A{row}"] = f"{page[f'A{row}'].value}  "
    opened.save(book)

    assert pack_read(book).digest == before


def test_merged_cells_unknown_sheets_and_columns_are_named(book):
    opened = openpyxl.load_workbook(book)
    opened["条款"].merge_cells("A2:A3")
    opened["条款"]["Z1"] = "邮编"
    opened.create_sheet("台账")
    opened.create_sheet("备注")
    opened.save(book)

    with pytest.raises(PackError) as refused:
        pack_read(book)

    assert "工作表“条款”的 A2:A3 是合并单元格" in str(refused.value)
    assert "不认识的工作表“台账”" in str(refused.value)
    assert "备注" not in str(refused.value).replace("可用的有", "")


def test_a_share_typed_in_excel_is_a_number_and_still_a_share(book):
    column = _heading(book, "会议类别", "非党员最高占比")
    _change(book, "会议类别", f"{column}2", 0.5)

    assert next(iter(pack_read(book).segment_kinds.values())).max_nonmember_share == (50, 100)


def test_what_is_no_workbook_is_said(tmp_path):
    text = tmp_path / "text.xlsx"
    text.write_text("不是工作簿", encoding="utf-8")
    with pytest.raises(PackError, match="不是 Excel 工作簿"):
        pack_read(text)
    with pytest.raises(PackError, match="找不到"):
        pack_read(tmp_path / "none.xlsx")


def test_a_target_that_exists_is_never_written_over(book, tmp_path):
    shutil.copytree(HERE / "every-kind", tmp_path / "kept")
    with pytest.raises(PackError, match="已经存在"):
        pack_convert(pack_read(book), book, tmp_path / "kept", [])
