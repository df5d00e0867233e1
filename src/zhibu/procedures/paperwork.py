"""一事一档 and 办理单 as Word: what the page shows, from the first day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from zhibu.procedures.blanks import Line
from zhibu.procedures.pages import DetailPage
from zhibu.procedures.timeline import Happened
from zhibu_engine.wordfile import WordFile

FILE, SHEET = "file", "sheet"
#: Millimetres; each adds up to the width of the text.
_FACTS, _STEPS, _SIGNED = (36, 128), (14, 40, 28, 50, 32), (14, 36, 28, 50, 36)


def matter_paper(page: DetailPage, form: str, day: date) -> bytes:
    """``file``: the whole; ``sheet``: one page that travels with the matter and is signed step by step."""
    title = _("事项办理单") if form == SHEET else _("事项档案")
    paper = WordFile(f"{page.matter.title}{title}", day)
    paper.title(title, [page.matter.title, f"{page.matter.unit}　{page.title}　{_head(page)}"])
    paper.table([_("项目"), _("内容")], _FACTS, _facts(page))
    if form == SHEET:
        paper.table(
            [_("序号"), _("步骤"), _("日期"), _("办理情况"), _("经办人签字")],
            _SIGNED,
            _to_sign(page),
        )
        return paper.bytes()
    paper.heading(_("一、进度"))
    paper.table(
        [_("序号"), _("步骤"), _("日期"), _("情况"), _("不符合之处")], _STEPS, _progress(page)
    )
    paper.heading(_("二、办理经过"))
    for one in page.timeline.happened:
        _told(paper, one)
    if page.timeline.gone:
        paper.heading(_("三、不再算数的记录"))
        for one in page.timeline.gone:
            _told(paper, one)
    if page.open_settings and page.matter.is_running:
        paper.heading(_("说明"))
        for text in page.open_settings:
            paper.text(text)
    return paper.bytes()


def _head(page: DetailPage) -> str:
    state = page.matter.get_state_display()
    return _("编号 %(number)s　%(state)s") % {"number": page.matter.number, "state": state}


def _facts(page: DetailPage) -> list[tuple[str, str]]:
    matter = page.matter
    rows = [
        (_("对象"), str(matter.person or matter.about_unit or "")),
        *((line.title, line.text) for line in page.lines),
        (_("责任人"), str(matter.owner or _("未明确"))),
        (_("启动日期"), str(matter.opened_on)),
        (_("要求完成日"), str(matter.wanted_on or "")),
        (_("办结日期"), str(matter.closed_on or "")),
    ]
    return [(title, text) for title, text in rows if text]


def _progress(page: DetailPage) -> list[tuple[str, ...]]:
    marks = [mark for stage in page.stages for mark in stage.steps]
    return [
        (
            str(place),
            f"{mark.stage}　{mark.title}" if mark.stage else mark.title,
            str(mark.day or ""),
            mark.said,
            _("%(n)s 处") % {"n": mark.faults} if mark.faults else "",
        )
        for place, mark in enumerate(marks, start=1)
    ]


def _to_sign(page: DetailPage) -> list[tuple[str, ...]]:
    """Steps that are done say so; the others leave room."""
    marks = [mark for stage in page.stages for mark in stage.steps if mark.state != "unneeded"]
    return [
        (str(place), mark.title, str(mark.day or ""), mark.said if mark.state == "done" else "", "")
        for place, mark in enumerate(marks, start=1)
    ]


def _told(paper: WordFile, one: Happened) -> None:
    gone = f"（{one.gone}）" if one.gone else ""
    paper.subheading(f"{one.day}　{one.title}{gone}")
    for text in one.texts:
        paper.text(text)
    _lines(paper, one.lines)
    for fault in one.faults:
        paper.text(fault.text, label=_("不符合"))
        paper.text(fault.reason or _("还没有说明理由。"), label=_("理由"))
    for attached in one.papers:
        paper.text(attached.name, label=attached.title or _("附件"))
    if one.link:
        paper.text(one.link, label=_("记录"))
    if one.late:
        paper.text(one.late, label=_("补录原因"))
    if one.entered:
        paper.text(one.entered)


def _lines(paper: WordFile, lines: Iterable[Line]) -> None:
    for line in lines:
        paper.text(line.text, label=line.title)
