"""What is masked in awkward texts, and properties that hold for all texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.documents.masking import Names, mask, name_masked


def said(text: str, *private: str, plain: tuple[str, ...] = ()) -> str:
    return mask(text, Names.of(private, plain)).text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张某"),
        ("张小三", "张某某"),
        ("欧阳修", "欧阳某"),
        ("司马相如", "司马某某"),
        ("东方", "东某"),
        ("爱新觉罗溥仪", "爱某某某某某"),
        ("阿依古丽·买买提", "阿某某某·某某某"),
    ],
)
def test_a_name_keeps_its_surname(name, shown):
    assert name_masked(name) == shown
    assert said(f"补助{name}三百元", name) == f"补助{shown}三百元"


def test_stars_instead_of_words_are_a_setting():
    assert mask("张小三", Names.of(["张小三"]), "star").text == "张**"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("王平安书记与王平", "王平安书记与王某", id="inside an office-holder's name"),
        pytest.param("张 三、李　四", "张 某、李　某", id="padded with blanks"),
        pytest.param("张\u200b三", "张\u200b某", id="invisible letter between"),
        pytest.param("户主张\n三", "户主张\n某", id="broken over two lines"),
        pytest.param("李四张三张三", "李某张某张某", id="names that touch"),
        pytest.param("高山种菜", "高某种菜", id="a common word that is somebody's name"),
        pytest.param("小李\n\n四月", "小李\n\n四月", id="another paragraph is no name"),
        pytest.param("欧阳", "欧阳", id="half a name is none"),
    ],
)
def test_names_in_awkward_places(text, shown):
    private = ("王平", "张三", "李四", "高山", "欧阳修")
    assert said(text, *private, plain=("王平安",)) == shown


def test_a_private_name_that_only_touches_an_office_holder_s_is_masked_all_the_same():
    assert said("李王张三", "王张", plain=("李王",)) == "李王某三"


def test_of_two_people_of_one_name_the_private_one_counts():
    assert said("王伟说", "王伟", plain=("王伟",)) == "王某说"


@pytest.mark.parametrize(
    "text",
    [
        "13040219800101001X",
        "13040219800101001x",
        "130402 19800101 0017",
        "130402-1980-0101-0017",
        "1304 0219 8001 0100 17",
        "１３０４０２１９８００１０１００１７",
        "130402800101001",
        "1 3 0 4 0 2 1 9 8 0 0 1 0 1 0 0 1 7",
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "138 123 45678",
        "+86 138 1234 5678",
        "8613812345678",
        "013812345678",
        "0310-1234567",
        "(0310)1234567",
        "（0310）1234567",
        "010 8765 4321",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "622202 1234567890123",
        "13040219800101001713812345678",
    ],
)
def test_private_numbers_are_masked_however_they_are_grouped(text):
    shown = said(f"①{text}，联系人")
    assert len(shown) == len(text) + 5
    assert sum(letter.isdecimal() for letter in shown) <= 3


@pytest.mark.parametrize("text", ["联系电话：1234567", "手机号码为 123 4567 89", "卡号：12345678"])
def test_what_is_called_a_number_is_one(text):
    assert sum(letter.isdecimal() for letter in said(text)) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-20 至 2026-04-20",
        "2026.03.20-2026.04.20",
        "2024 2025 2026 2027",
        "合同编号202603200001",
        "共 1,234,567.89 元，另付 300.00 元",
        "第 18 条第 3 款",
        "村发〔2026〕12号",
        "1380.00 元、1500.50 元",
        "统一社会信用代码 91350100M000100Y43",
    ],
)
def test_dates_amounts_and_document_numbers_stay(text):
    assert said(text) == text


def test_every_spot_is_named_once_it_is_masked():
    found = mask("张三 13812345678", Names.of(["张三"]))
    assert [(spot.sort, spot.shown) for spot in found.spots] == [
        ("name", "张某"),
        ("number", "138********"),
    ]


LETTERS = st.sampled_from("王张李平安三欧阳修高山的了，。 　1３-①")
NAME = st.text(st.sampled_from("王张李平安三欧阳修高山"), min_size=2, max_size=4)


@given(st.text(LETTERS, max_size=60), st.sets(NAME, max_size=4))
def test_no_private_name_is_left(text, private):
    shown = said(text, *private)
    assert len(shown) == len(text)
    assert [name for name in private if name in "".join(shown.split())] == []


@given(st.text(LETTERS, max_size=60), st.sets(NAME, max_size=4), NAME)
def test_a_private_name_is_left_only_inside_a_longer_plain_one(text, private, plain):
    shown = "".join(said(text, *private, plain=(plain,)).split())
    left = [name for name in private if name in shown.replace(plain, "|" * len(plain))]
    assert left == []


GAP = st.sampled_from(["", " ", "-", "－", "　"])
DIGIT = st.sampled_from("0123456789０１２３４５６７８９")


@given(
    st.lists(DIGIT, min_size=9, max_size=9),
    GAP,
    st.sampled_from([(3, 4, 4), (11,), (3, 8), (4, 3, 4)]),
    st.sampled_from(["", "电话", "①", "号", "（", "x"]),
)
def test_no_mobile_number_survives(rest, gap, groups, before):
    digits = ["1", "3", *rest]
    parts, at = [], 0
    for size in groups:
        parts.append("".join(digits[at : at + size]))
        at += size
    number = gap.join(parts)
    shown = said(f"{before}{number}。")
    assert sum(letter.isdecimal() for letter in shown) <= 3


@given(st.text(max_size=200), st.sets(NAME, max_size=3))
def test_masking_twice_changes_nothing_more(text, private):
    once = said(text, *private)
    assert said(once, *private) == once
