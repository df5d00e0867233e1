"""The small words of a procedure: blanks of its forms, days they are held to, settings and conditions."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from zhibu_engine.model import Model

Codes = tuple[str, ...]
KEY = r"^[a-z][a-z0-9_]*$"
#: A whole number, or the key of a setting that holds it.
Number = int | str

ColumnType = Literal["text", "lines", "int", "money", "day", "code", "flag", "person"]
FieldType = Literal[
    "text", "lines", "int", "money", "day", "code", "flag", "person", "unit", "units", "persons", "document", "rows"
]  # fmt: skip
#: Whose bounds count entries.
LISTED = ("units", "persons", "rows")


class Interval(Model):
    """Days or months between this step and another day: ``opened``, a step's key, ``parent.opened``,
    ``parent.<step>``, ``form.<field of type day>`` or ``<step>.<field of type day>``; of a blank also ``this``, the
    day of its step.

    ``min``: not sooner; ``max``: not later, a deadline that is counted down; ``before``: not later than so long
    before that day; ``same``: in the same month, quarter or year.
    """

    since: str
    min: Number | None = None
    max: Number | None = None
    before: Number | None = None
    unit: Literal["days", "months", "workdays"] = "days"
    same: Literal["month", "quarter", "year"] | None = None
    #: A last day of each year as month-day ("11-30"), instead of ``max``.
    by: str = ""
    title: str = ""
    basis: str = ""

    @model_validator(mode="after")
    def _something(self) -> Interval:
        numbers = (self.min, self.max, self.before)
        if numbers == (None, None, None) and not self.by and not self.same:
            raise ValueError("intervals 的每一条要写 min、max、before、same 或者 by。")
        if self.before is not None and self.unit == "workdays":
            raise ValueError("before 按天或者按月写，不按工作日写。")
        return self


class Column(Model):
    """One thing that each row of a blank says."""

    key: str = Field(pattern=KEY)
    title: str
    type: ColumnType = "text"
    required: bool = False
    #: Code list of type code.
    codes: str = ""
    help: str = ""
    #: Bounds of a number; of persons, units and rows: how many.
    at_least: Number | None = None
    at_most: Number | None = None
    #: Of persons: what they are that day (codes: member_category), as far as the program knows them.
    category: str = ""
    #: Of persons: that they hold one of these posts that day.
    posts: Codes = ()

    @model_validator(mode="after")
    def _own_words(self) -> Column:
        if (self.type == "code") != bool(self.codes):
            raise ValueError("type 为 code 的一栏要写 codes（代码表），其他的不写。")
        if (self.category or self.posts) and self.type not in ("person", "persons"):
            raise ValueError("type 为 person、persons 的一栏才写 category、posts。")
        return self


class FormField(Column):
    """One blank of a form. ``private``: names in it are masked when it is published."""

    type: FieldType = "text"  # type: ignore[assignment]
    private: bool = False
    #: Its text must say something else than that of this field (a cause is not the problem again);
    #: of persons: nobody of that field (who counts the votes is no candidate).
    differs_from: str = ""
    #: A number whose own least does instead of this one's.
    or_else: str = ""
    #: A number that counts part of what that other field counts, and the least or most part in percent.
    within: str = ""
    percent: Number | None = None
    percent_most: Number | None = None
    #: Of a day: what it is held to, as the day of a step is.
    intervals: tuple[Interval, ...] = ()
    #: Of rows: what each of them says.
    columns: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _listed(self) -> FormField:
        if (self.type == "rows") != bool(self.columns):
            raise ValueError("type 为 rows 的一栏要写 columns（各列），其他的不写。")
        if self.intervals and self.type != "day":
            raise ValueError("type 为 day 的一栏才写 intervals。")
        return self


@cache
def column_blank(column: Column) -> FormField:
    """A column as a blank of its own, to be looked at like one."""
    return FormField.model_validate(column.model_dump())


class Setting(Model):
    """A value that the sources leave open, or that a county may change."""

    key: str = Field(pattern=KEY)
    #: An overlay that only gives the value need not say it again.
    title: str = ""
    type: Literal["count", "days", "flag", "day", "share", "money"] = "count"
    value: Any = None
    basis: str = ""

    @field_validator("value")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, int | bool | str):
            raise ValueError("value 要写成一个数、是否、日期或者比例。")
        return value


class When(Model):
    """A condition; all that is written must hold: a field of the form has one of these values or is a number so
    large, a step came out with one of these decisions, a flag setting is on. What is held to a setting without a
    value does not hold.
    """

    field: str = ""
    any_of: tuple[str | int | bool, ...] = ()
    #: Of a number; of money in yuan.
    at_least: Number | None = None
    below: Number | None = None
    step: str = ""
    came: Codes = ()
    setting: str = ""

    @model_validator(mode="after")
    def _something(self) -> When:
        if not self.field and not self.setting and not self.step:
            raise ValueError("when 要写 field、step 或者 setting。")
        asked = bool(self.any_of) or self.at_least is not None or self.below is not None
        if bool(self.field) != asked:
            raise ValueError("when 的 field 要和 any_of、at_least 或者 below 一起写。")
        if bool(self.step) != bool(self.came):
            raise ValueError("when 的 step 和 came 要一起写。")
        return self
