"""Dates, identity numbers and headings under any input."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.jobs.cells import CellWrong, cell_day, cell_moment
from zhibu.jobs.headings import Column, table_find

DAYS = st.dates(date(1900, 3, 1), date(2099, 12, 31))
WAYS = [
    "{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%Y.%m.%d}", "{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日",
    "{0:%Y%m%d}", " {0:%Y-%m-%d} ", "{0:%Y-%m-%d} 00:00:00", "{0.year} 年 {0.month} 月 {0.day} 日",
]  # fmt: skip


@given(DAYS, st.sampled_from(WAYS), st.booleans())
def test_a_day_is_the_same_day_however_it_is_written(day, way, full_width):
    text = way.format(day)
    if full_width:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)

    assert cell_day(text) == day


@given(DAYS)
def test_a_day_is_the_same_as_excels_number(day):
    serial = (day - date(1899, 12, 30)).days
    if 1900 <= serial <= 2100 or 190001 <= serial <= 210012:
        return  # these are taken for a year or a month

    assert cell_day(serial) == cell_day(float(serial)) == day


@given(
    st.one_of(
        st.text(max_size=30),
        st.floats(allow_nan=True),
        st.integers(),
        st.booleans(),
        st.timedeltas(),
    )
)
def test_anything_else_is_a_day_or_a_sentence(value):
    try:
        moment = cell_moment(value)
    except CellWrong as error:
        assert str(error).endswith("。")
    else:
        assert moment is None or 1899 <= moment.year <= 9999


@given(st.dates(date(1900, 1, 1), date(2099, 12, 1)))
def test_a_month_alone_is_no_day_and_the_sentence_shows_how_to_write_one(day):
    with pytest.raises(CellWrong, match=f"{day:%Y-%m}-01"):
        cell_day(f"{day.year}年{day.month}月")


COLUMNS = (
    Column("name", ("姓名",), required=True),
    Column("mobile", ("手机号",)),
    Column("landline", ("固定电话",)),
    Column("joined", ("加入党组织日期",)),
)


@pytest.mark.parametrize("blank_rows", [0, 1, 5])
def test_headings_are_found_below_titles_in_one_row_or_two(blank_rows):
    top = [[""] * 4] * blank_rows + [["某某表", "", "", ""]]
    one = [["姓 名", "手机\n号", "固定电话*", "加入党组织日期（年月日）"], ["甲", 1, 2, 3]]
    two = [
        ["姓名", "联系电话", "", "加入党组\n织日期"],
        ["", "手机号", "固定电话", ""],
        ["甲", 1, 2, 3],
    ]

    for headings in (one, two):
        table = table_find(
            COLUMNS, "表", [*top, *headings, ["注：不可自行制作。", "", "", ""], ["", "", "", ""]]
        )
        assert table.places == {"name": 0, "mobile": 1, "landline": 2, "joined": 3}
        (row,) = table.rows()
        assert (row["name"], row.cell("joined")) == ("甲", f"D{row.number}")
        assert row.number == len(top) + len(headings)


def test_rows_numbered_in_advance_are_not_data():
    columns = (Column("number", ("序号",)), *COLUMNS)
    grid = [
        ["序号", "姓名", "手机号", "", ""],
        ["1", "甲", "", "", ""],
        ["2", "", "", "", ""],
        [3.0, " ", "", "", ""],
    ]

    assert len(table_find(columns, "表", grid)) == 1


def test_every_day_of_a_leap_year_is_read_back():
    for offset in range(366):
        day = date(2024, 1, 1) + timedelta(days=offset)
        assert cell_day(f"{day.year}.{day.month:02d}.{day.day:02d}") == day
