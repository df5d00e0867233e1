"""A stored finding in one sentence, without reading a single fact."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zhibu_engine.calendar import Calendar
from zhibu_engine.kinds import One, RuleKind, Said
from zhibu_engine.packs import Clause, Words
from zhibu_engine.verdicts import CODE_ZH


def finding_sentence(
    clause: Clause,
    words: Words,
    *,
    verdict: str,
    code: str,
    measured: int,
    required: int,
    detail: int,
    until: date | None,
    as_of: date,
) -> str:
    """What was found, in the words of the rule; 未评 and 未到期 say why."""
    why = CODE_ZH.get(code, "")
    if verdict == "not_applicable":
        return _("不适用：%(why)s。") % {"why": why} if why else _("不适用。")
    if verdict == "not_due":
        return _until(until)
    if verdict == "not_assessed" and code != "statistic":
        return _not_assessed(clause, why)
    if not isinstance(clause.rule, RuleKind) or clause.method != "record":
        return why
    missing = () if verdict == "met" else missing_periods(clause, words, detail, as_of)
    return clause.rule.told(
        Said(
            measured,
            required,
            verdict == "met",
            missing,
            words,
            statistic=code == "statistic",
            wording=clause.wording,
        )
    )


def missing_periods(clause: Clause, words: Words, detail: int, as_of: date) -> tuple[str, ...]:
    """The periods that lack something. Persons who lack something are named only on the finding page."""
    if not detail or not isinstance(clause.rule, RuleKind):
        return ()
    try:
        return tuple(clause.rule.lacking(detail, One({}), Calendar(as_of), words))
    except KeyError:
        # This kind names people, and their rows are not at hand here.
        return ()


def _until(until: date | None) -> str:
    if until is None:
        return _("未到期：评判日尚无到期的期间。")
    return _("未到期：最后一日为 %(year)s 年 %(month)s 月 %(day)s 日。") % {
        "year": until.year,
        "month": until.month,
        "day": until.day,
    }


def _not_assessed(clause: Clause, why: str) -> str:
    if clause.waits_for:
        return _("未评：%(why)s（等待：%(waits)s）。") % {"why": why, "waits": clause.waits_for}
    return _("未评：%(why)s。") % {"why": why or _("尚无结论")}
