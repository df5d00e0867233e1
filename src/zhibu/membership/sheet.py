"""The official 党员基本信息汇总表: its columns, and what a row of it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from zhibu.jobs.cells import CellWrong, cell_day, cell_moment, cell_text, cell_yes
from zhibu.jobs.importers import Column, Problem, TableRow
from zhibu.membership import codes
from zhibu.membership.identity import Identity, identity_read, landline_read, mobile_read

COLUMNS = (
    Column("number", ("序号",)),
    Column("name", ("姓名", "党员姓名"), required=True),
    Column("unit", ("所在党支部", "所在党组织", "党支部", "所属党支部")),
    Column("identity", ("公民身份证号", "公民身份号码", "身份证号", "身份证号码")),
    Column("sex", ("性别",)),
    Column("ethnicity", ("民族",)),
    Column("born_on", ("出生日期", "出生年月", "出生年月日")),
    Column("education", ("学历",)),
    Column("category", ("人员类别", "党员类别"), required=True),
    Column("joined_on", ("加入党组织日期", "入党日期", "入党时间"), required=True),
    Column("full_on", ("转为正式党员日期", "转正日期", "转正时间")),
    Column("job", ("工作岗位",)),
    Column("mobile", ("手机号", "手机号码", "手机", "联系电话")),
    Column("landline", ("固定电话", "座机")),
    Column("address", ("家庭住址", "现居住地", "住址")),
    Column("status", ("党籍状态",)),
    Column("is_lost", ("是否为失联党员", "是否失联党员", "是否失联")),
    Column("lost_on", ("失去联系日期",)),
    Column("is_floating", ("是否为流动党员", "是否流动党员", "是否流动")),
    Column("destination", ("外出流向",)),
    #: Not of the official sheet: a column of ours at its right, taken where it is there.
    Column("is_leader", ("党员领导干部", "是否为党员领导干部", "是否党员领导干部")),
)
TITLES: dict[str, Any] = {
    "name": __("姓名"), "unit": __("所在党支部"), "identity": __("公民身份证号"), "sex": __("性别"),
    "ethnicity": __("民族"), "born_on": __("出生日期"), "education": __("学历"), "category": __("人员类别"),
    "joined_on": __("加入党组织日期"), "full_on": __("转为正式党员日期"), "job": __("工作岗位"),
    "mobile": __("手机号"), "landline": __("固定电话"), "address": __("家庭住址"), "status": __("党籍状态"),
    "is_lost": __("是否为失联党员"), "lost_on": __("失去联系日期"), "is_floating": __("是否为流动党员"),
    "destination": __("外出流向"), "is_leader": __("党员领导干部"),
}  # fmt: skip
#: In these years people were admitted without a probationary year (domain rules §2).
NO_PROBATION = (date(1969, 4, 1), date(1977, 8, 11))
_HAN_SPACE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass(slots=True)
class Said:
    """What one row says. ``values`` holds the columns that are there; blank is ``""`` or ``None``."""

    row: TableRow
    identity: Identity | None = None
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def wrong(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.row.cell(key), message))

    def doubt(self, key: str, message: str) -> None:
        self.warnings.append(Problem(self.row.cell(key), message))


def _name(value: Any) -> str:
    text = cell_text(value)
    text = _HAN_SPACE.sub("", text) if " " in text else text
    if len(text) > 64 or text.isdigit():
        raise CellWrong(_("“%(text)s”不像姓名。请填写本人姓名。") % {"text": text[:20]})
    return text


def _lost_on(value: Any) -> str:
    moment = cell_moment(value)
    return str(moment) if moment else ""


def _text(limit: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = cell_text(value) if value != "" else ""
        if len(text) > limit:
            raise CellWrong(_("内容超过 %(n)d 个字。请写得简短些。") % {"n": limit})
        return text

    return read


class Memo(dict[Any, Any]):
    """What a reader made of each value it has seen: most columns repeat a few values all the way down."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> Any:
        made = self._read(value)
        self[value] = made
        return made


def readers() -> dict[str, Callable[[Any], Any]]:
    """A reader for each column but the identity number; made once for a whole sheet."""
    repeating = {
        "sex": codes.sex().read, "ethnicity": codes.ethnicity().read, "born_on": cell_day,
        "education": codes.education().read, "category": codes.category().read, "joined_on": cell_day,
        "full_on": cell_day, "job": codes.job().read, "landline": landline_read, "status": codes.status().read,
        "is_lost": cell_yes, "lost_on": _lost_on, "is_floating": cell_yes, "destination": _text(64),
        "is_leader": cell_yes,
    }  # fmt: skip
    single = {"name": _name, "mobile": mobile_read, "address": _text(200)}
    return {key: Memo(read).__getitem__ for key, read in repeating.items()} | single


def row_read(row: TableRow, known: dict[str, Callable[[Any], Any]], today: date) -> Said:
    """Read every cell, then hold them against each other."""
    said = Said(row)
    cells, values = row.cells, said.values
    width = len(cells)
    for key, place in row.places.items():
        read = known.get(key)
        if read is None:
            continue
        try:
            values[key] = read(cells[place] if place < width else "")
        except CellWrong as error:
            said.wrong(key, str(error))
            values[key] = None
    try:
        said.identity = identity_read(row["identity"])
    except CellWrong as error:
        said.wrong("identity", str(error))
    _check_required(said)
    _check_identity(said)
    _check_dates(said, today)
    return said


def _check_required(said: Said) -> None:
    values = said.values
    if values.get("name") == "":
        said.wrong("name", _("没有填姓名。请填写。"))
    if values.get("category") == "":
        said.wrong("category", _("没有填人员类别。请从“正式党员”“预备党员”中选。"))
    if values.get("joined_on") is None and not _has_problem(said, "joined_on"):
        said.wrong("joined_on", _("没有填加入党组织日期。请查档案后填写，例如 2020-07-01。"))


def _has_problem(said: Said, key: str) -> bool:
    cell = said.row.cell(key)
    return any(problem.cell == cell for problem in said.problems)


def _check_identity(said: Said) -> None:
    """Birth and sex must agree with the number; where they are blank they follow from it."""
    identity, values = said.identity, said.values
    if identity is None or identity.masked:
        return
    born, sex = values.get("born_on"), values.get("sex")
    if born is None and not _has_problem(said, "born_on"):
        values["born_on"] = identity.born_on
    elif born is not None and born != identity.born_on:
        said.wrong(
            "born_on",
            _("出生日期 %(born)s 与身份证号中的 %(told)s 不一致。请核对后改正其中一处。")
            % {"born": born, "told": identity.born_on},
        )
    if not sex and not _has_problem(said, "sex"):
        values["sex"] = identity.sex
    elif sex and sex != identity.sex:
        said.wrong("sex", _("性别与身份证号第 17 位不一致。请核对后改正其中一处。"))


def _check_dates(said: Said, today: date) -> None:
    values = said.values
    born, joined, full = values.get("born_on"), values.get("joined_on"), values.get("full_on")
    for key in ("born_on", "joined_on", "full_on"):
        if values.get(key) is not None and values[key] > today:
            said.wrong(key, _("%(day)s 还没有到。请核对年份。") % {"day": values[key]})
    if born and joined and joined <= today and joined < years_after(born, 18):
        said.wrong(
            "joined_on",
            _("加入党组织时未满 18 周岁（出生 %(born)s）。请核对两个日期。") % {"born": born},
        )
    if joined and full and joined <= today:
        _check_full(said, joined, full)
    if full and values.get("category") == "probationary":
        said.doubt(
            "full_on", _("预备党员填了转为正式党员日期。如已转正，请把人员类别改为“正式党员”。")
        )
    if (
        values.get("category") == "full"
        and full is None
        and said.row.cell("full_on")
        and not _has_problem(said, "full_on")
    ):
        said.doubt("full_on", _("正式党员没有填转为正式党员日期。可以先导入，查到后补上。"))
    _check_lost(said, today)


def _check_full(said: Said, joined: date, full: date) -> None:
    if full < joined:
        said.wrong("full_on", _("转为正式党员日期早于加入党组织日期。请核对两个日期。"))
    elif full == joined and not NO_PROBATION[0] <= joined <= NO_PROBATION[1]:
        said.wrong(
            "full_on",
            _("转为正式党员日期与加入党组织日期是同一天，而这一时期有预备期。请核对两个日期。"),
        )


def _check_lost(said: Said, today: date) -> None:
    lost, lost_on = said.values.get("is_lost"), said.values.get("lost_on")
    if lost and lost_on == "":
        said.doubt("lost_on", _("失联党员没有填失去联系日期。可以先导入，查到后补上。"))
    elif lost_on and lost is False:
        said.doubt("lost_on", _("不是失联党员，却填了失去联系日期。请核对。"))
    if lost_on and lost_on[:7] > f"{today:%Y-%m}":
        said.wrong("lost_on", _("%(day)s 还没有到。请核对年份。") % {"day": lost_on})


def years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def shown(key: str, value: Any) -> str:
    """A value as the sheet writes it; for the preview and the export."""
    if value is None or value == "":
        return ""
    if key in _LISTS:
        return _LISTS[key]().show(value)
    if key in _WORDS:
        return _WORDS[key]().codes.get(value, "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


_LISTS = {"ethnicity": codes.ethnicity, "education": codes.education, "job": codes.job}
_WORDS = {"sex": codes.sex, "category": codes.category, "status": codes.status}
