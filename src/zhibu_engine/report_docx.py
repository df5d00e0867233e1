"""评判说明 as a Word file: the total with its coverage, what to do next, and every clause down to its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from zhibu_engine.explain import EvidenceRow, Explanation, points_zh
from zhibu_engine.facts import RELATIONS
from zhibu_engine.packs import Standard
from zhibu_engine.report import (
    Report,
    UnitResult,
    basis_zh,
    coverage_sentence,
    level_sentence,
    titled,
)
from zhibu_engine.verdicts import VERDICT_ZH
from zhibu_engine.wordfile import WordFile

FAILED = ("partial", "unmet")
#: Things to do on the first page.
_NEXT = 8


def report_document(report: Report) -> bytes:
    """Every unit of every standard begins on a new page."""
    word = WordFile("评判说明", report.as_of)
    papers = [(sheet.standard, unit) for sheet in report.sheets for unit in sheet.units]
    for place, (standard, unit) in enumerate(papers):
        if place:
            word.new_page()
        _Paper(word, report, standard).unit(unit)
    if not papers:
        word.title("评判说明")
        word.text("没有适用的组织。")
    return word.bytes()


def finding_document(report: Report) -> bytes:
    """One clause of one unit, with all of its records. The report holds that one explanation."""
    sheet = report.sheets[0]
    unit = sheet.units[0]
    [found] = unit.explanations
    word = WordFile("评判说明", report.as_of)
    paper = _Paper(word, report, sheet.standard)
    word.title(f"{found.title}：评判说明", paper.below(unit.name))
    paper.clause(found, whole=True)
    return word.bytes()


class _Paper:
    """Writes about one standard."""

    def __init__(self, word: WordFile, report: Report, standard: Standard) -> None:
        self.word = word
        self.report = report
        self.standard = standard

    def below(self, *first: str) -> list[str]:
        pack = self.report.pack
        return [
            *first,
            titled(self.standard),
            f"评判日：{day_zh(self.report.as_of)}　制度包：{pack.key} {pack.version}",
        ]

    def unit(self, unit: UnitResult) -> None:
        word = self.word
        word.title(f"{unit.name}评判说明", self.below())
        word.text(coverage_sentence(unit.score), label="得分", large=True)
        level = level_sentence(self.standard, unit.score)
        if level:
            word.text(f"{level}。", large=True)
        if self.report.note:
            word.text(self.report.note)
        word.gap()
        self._groups(unit)
        self._next(unit.explanations)
        word.text("未评和未到期的分值既不算得分，也不算失分。")
        word.text("“系统内未见”只说明系统中没有记录，不说明没有开展；已经开展的请补录。")
        word.new_page()
        word.heading("逐条说明")
        for title, found in _placed(self.standard, unit.explanations):
            if title:
                word.heading(title)
            self.clause(found)

    def _groups(self, unit: UnitResult) -> None:
        """Points by group; standards without points have none to show."""
        if not unit.score.possible:
            return
        found: dict[str, list[int]] = {}
        for group, one in _grouped(self.standard, unit.explanations):
            sums = found.setdefault(group, [0, 0, 0, 0, 0])
            if one.verdict in ("met", *FAILED):
                sums[1] += one.possible
                sums[2] += one.earned
            sums[0] += one.possible
            sums[3] += one.possible if one.verdict == "not_assessed" else 0
            sums[4] += one.possible if one.verdict == "not_due" else 0
        rows = [[group or "其他", *map(points_zh, sums)] for group, sums in found.items()]
        headings = ("分组", "满分", "已评", "得分", "未评", "未到期")
        self.word.table(headings, (64, 20, 20, 20, 20, 20), rows)

    def _next(self, explanations: Sequence[Explanation]) -> None:
        """接下来做什么: most points first, then the nearest last day."""
        self.word.heading("接下来做什么")
        open_ = [found for found in explanations if found.verdict in FAILED or _waits(found)]
        open_.sort(key=lambda found: (_waits(found), -found.lost, found.until or date.max))
        if not open_:
            self.word.text("已评的条款都满足，没有要补的事。")
            return
        rows = [
            [
                str(place),
                found.title,
                found.fix or "请上级党组织核对。",
                _stake(found),
                last_day(found),
            ]
            for place, found in enumerate(open_[:_NEXT], start=1)
        ]
        headings = ("序号", "条款", "怎么办", "分值", "什么时候以前")
        self.word.table(headings, (12, 36, 62, 20, 34), rows)
        if len(open_) > _NEXT:
            self.word.text(f"另有 {len(open_) - _NEXT} 条，见“逐条说明”。")

    def clause(self, found: Explanation, *, whole: bool = False) -> None:
        word = self.word
        verdict = "只统计" if found.code == "statistic" else VERDICT_ZH[found.verdict]
        word.subheading(f"{found.title}（{verdict}{_points(found)}）")
        word.text(found.sentence, label="结论")
        if found.required:
            word.text(f"实测 {found.measured}，要求 {found.required}。", label="数字")
        if found.missing:
            word.text("、".join(found.missing) + "。", label="系统内未见")
        word.text(found.message or found.title, label="规则")
        word.text(basis_zh(found.basis), label="依据")
        if found.verdict in (*FAILED, "not_due") and found.fix:
            word.text(f"{found.fix}（{last_day(found)}）", label="怎么办")
        self._records(found, whole)

    def _records(self, found: Explanation, whole: bool) -> None:
        word = self.word
        if found.counted and whole:
            word.text(f"{len(found.counted)} 条。", label="计入的记录")
            word.table(
                ("日期", "记录种类", "记录"),
                (28, 24, 112),
                [[_day(row), RELATIONS[row.relation].zh, row.title] for row in found.counted],
            )
        elif found.counted:
            said = "；".join(_summed(found.counted))
            word.text(f"{len(found.counted)} 条。{said}。", label="计入的记录")
        if found.rejected:
            word.text(f"{len(found.rejected)} 条。", label="没有计入的记录")
            word.table(
                ("日期", "记录", "没有计入的原因"),
                (28, 56, 80),
                [[_day(row), row.title, "".join(row.reasons)] for row in found.rejected],
            )


def _points(found: Explanation) -> str:
    if not found.possible:
        return ""
    if found.verdict in ("met", *FAILED):
        return f"，得 {points_zh(found.earned)} 分，满分 {points_zh(found.possible)} 分"
    return f"，{points_zh(found.possible)} 分"


def last_day(found: Explanation) -> str:
    """Until when. What is past is mended by a late entry, if it took place."""
    parts = [f"{day_zh(found.until)}以前"] if found.until else []
    if found.rejected and not found.missing and found.verdict in FAILED:
        parts.append("已有的记录随时可以更正")
    elif found.may_backfill:
        parts.append("已开展的随时可以补录")
    return "；".join(parts) or "尽快"


def _waits(found: Explanation) -> bool:
    """Not due yet, with a last day and points that depend on it."""
    return found.verdict == "not_due" and found.until is not None


def _stake(found: Explanation) -> str:
    if not found.possible:
        return "—"
    if _waits(found):
        return f"未到期 {points_zh(found.possible)}"
    return f"失 {points_zh(found.lost)}"


def _summed(rows: Iterable[EvidenceRow]) -> Iterator[str]:
    """Records of one kind together: 党员大会 2 次：2 月 10 日、5 月 9 日."""
    found: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        kind, _colon, _rest = row.title.partition("：")
        found.setdefault(kind, []).append(row)
    for kind, listed in found.items():
        named = [_short(row) for row in listed]
        yield f"{kind}（{'、'.join(named)}）"


def _short(row: EvidenceRow) -> str:
    if RELATIONS[row.relation].event and row.date:
        return f"{row.date.month}月{row.date.day}日"
    return row.title.partition("：")[2] or row.title


def _day(row: EvidenceRow) -> str:
    return row.date.isoformat() if row.date else "—"


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _grouped(
    standard: Standard, explanations: Iterable[Explanation]
) -> Iterator[tuple[str, Explanation]]:
    """Each explanation with the title of its group."""
    groups = {group.key: group.title for group in standard.groups}
    for found in explanations:
        yield groups.get(standard.group_of(standard.clause(found.clause)), ""), found


def _placed(
    standard: Standard, explanations: Iterable[Explanation]
) -> Iterator[tuple[str, Explanation]]:
    """Each explanation in the order of the standard; the group's title before its first one."""
    before = None
    by_group: dict[str, list[Explanation]] = {}
    for group, found in _grouped(standard, explanations):
        by_group.setdefault(group, []).append(found)
    for group, listed in by_group.items():
        for found in listed:
            yield (group if group != before else ""), found
            before = group
