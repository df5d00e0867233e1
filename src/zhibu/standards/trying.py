"""A draft tried on a scope: judged in portions, compared with what is in force, said in Chinese. Only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.packs.models import PackVersion
from zhibu.shared.errors import RuleBroken
from zhibu.standards.adopted import (
    Applied,
    UnitRow,
    Version,
    compiled_load,
    packs_adopted,
    standard_covers,
    standards_applied,
    unit_rows,
)
from zhibu.standards.judging import exemptions_on, facts_judged, hand_points
from zhibu_engine.assess import Findings, assess
from zhibu_engine.backtest import BackTest as Compared
from zhibu_engine.backtest import Move, backtest, findings_join
from zhibu_engine.backtest_said import (
    SAYS,
    backtest_tables,
    band_labels,
    cause_sentence,
    move_sentence,
    percent_zh,
    reasons_sentence,
    result_sentence,
)
from zhibu_engine.compile import Compiled
from zhibu_engine.packs import Standard
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.report import level_sentence

PORTION = 300
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried on which units; ``against`` is None where no unit keeps the standard."""

    draft: Compiled
    against: Applied | None
    #: Units judged by the draft, and those of them and others judged by what is in force.
    tried: tuple[int, ...]
    kept: tuple[int, ...]
    as_of: date

    @property
    def units(self) -> list[int]:
        return sorted({*self.tried, *self.kept})


def trial_of(scope: Unit, draft: PackVersion, standard: str, as_of: date) -> Trial:
    """Whom the draft would judge: who keeps the standard, or has adopted the pack; else all it speaks of.

    Raises:
        RuleBroken: several versions are in force below, or the draft speaks of nobody there.
    """
    below = unit_descendant_ids(scope, as_of, since=as_of.replace(month=1, day=1))
    rows = [unit for unit in unit_rows(below) if unit.founded_on <= as_of]
    compiled = compiled_load(version_of(draft), standard)
    applied = {
        unit: one
        for unit, kept in standards_applied(rows, as_of).items()
        for one in kept
        if one.key == standard
    }
    against = _one_version(applied)
    packs = packs_adopted(rows, as_of)
    near = {row.pk for row in rows if row.pk in applied or draft.key in packs.get(row.pk, ())}
    tried = tuple(_covered(compiled, rows, near))
    if not tried:
        raise RuleBroken(
            _("这个范围内没有这项标准适用的组织。请换一个范围，或者检查标准的适用条件。")
        )
    return Trial(compiled, against, tried, tuple(sorted(applied)), as_of)


def _covered(compiled: Compiled, rows: list[UnitRow], near: set[int]) -> Iterator[int]:
    for row in sorted(rows, key=lambda row: row.pk):
        if (row.pk in near or not near) and standard_covers(compiled.standard.applies, row):
            yield row.pk


def _one_version(applied: dict[int, Applied]) -> Applied | None:
    kept = {(one.version, one.key): one for one in applied.values()}
    if len(kept) > 1:
        raise RuleBroken(_("这个范围内的组织采用了该标准的不同版本。请分别对各自的范围试算。"))
    return next(iter(kept.values()), None)


def version_of(version: PackVersion) -> Version:
    return Version(version.pk, version.key, version.version, version.digest)


def trial_run(trial: Trial, told: Told) -> Compared:
    """Judge by both standards, portion by portion: memory stays small and progress is seen."""
    units = trial.units
    news: list[Findings] = []
    olds: list[Findings] = []
    told(0, len(units))
    for start in range(0, len(units), PORTION):
        portion = units[start : start + PORTION]
        for side, found in _judged(trial, portion):
            (news if side == "tried" else olds).append(found)
        told(min(start + PORTION, len(units)), len(units))
    return backtest(findings_join(news), findings_join(olds) if olds else None)


def _judged(trial: Trial, portion: list[int]) -> Iterator[tuple[str, Findings]]:
    sides = [("tried", trial.draft, trial.tried)]
    if trial.against is not None:
        sides.append(("kept", trial.against.compiled, trial.kept))
    own = set(portion)
    raw = facts_judged(
        {side: (compiled, own & set(units)) for side, compiled, units in sides}, trial.as_of
    )
    facts = facts_prepare(raw, trial.as_of)
    known = set(raw["unit"].column("unit_id").to_pylist())
    key = trial.draft.standard_key
    exempt = exemptions_on(portion, trial.as_of).get(key, ())
    given = hand_points(portion, trial.as_of.year).get(key)
    for name, compiled, units in sides:
        present = [unit for unit in portion if unit in known and unit in set(units)]
        if present:
            found = assess(
                compiled, facts, present, as_of=trial.as_of, exemptions=exempt, manual=given
            )
            yield name, found


def result_data(trial: Trial, result: Compared) -> dict[str, Any]:
    """All that the page and the workbook show, as JSON: the draft may change or go, what was said stays."""
    names = {
        pk: (code, short or name)
        for pk, code, name, short in Unit.objects.filter(pk__in=trial.units).values_list(
            "pk", "code", "name", "short_name"
        )
    }
    after = trial.draft.standard
    before = trial.against.compiled.standard if trial.against else None
    return {
        "sentence": result_sentence(result),
        "title": after.title,
        "label": after.label,
        "against": trial.against.version.version if trial.against else "",
        "sides": [_side(side) for side in (result.after, result.before) if side is not None],
        "bands": band_labels(),
        "clauses": [
            {
                **asdict(one),
                "says": SAYS.get(one.says, ""),
                "state": one.says,
                "reasons": reasons_sentence(one),
            }
            for one in result.after.clauses
        ],
        "hints": _hints(one.says for one in result.after.clauses),
        "moves": [_move(move, names, before, after) for move in result.moves if before],
        "entered": [names[unit][1] for unit in result.entered],
        "left": [names[unit][1] for unit in result.left],
        "tables": [asdict(one) for one in backtest_tables(result, names, after, before)],
    }


def _hints(says: Iterable[str]) -> list[str]:
    """How many clauses are worth a look before publishing, and why."""
    counts = Counter(says)
    texts = {
        "nobody": _("%(number)s 条没有组织失分"),
        "everybody": _("%(number)s 条评到的组织都失分"),
        "unjudged": _("%(number)s 条一个组织也没有评到"),
        "undue": _("%(number)s 条还没有到期"),
        "nowhere": _("%(number)s 条对哪个组织都不适用"),
    }
    return [text % {"number": counts[key]} for key, text in texts.items() if counts[key]]


def _side(side: Any) -> dict[str, Any]:
    spread = side.spread
    return {
        "title": side.title,
        "units": side.units,
        "bands": list(spread.bands),
        "rates": [
            [title, percent_zh(getattr(spread, name))]
            for title, name in (
                (_("最低"), "lowest"),
                (_("第10百分位"), "tenth"),
                (_("中位数"), "median"),
                (_("平均"), "mean"),
                (_("最高"), "highest"),
            )
        ],
        "levels": [[title, number] for _key, title, number in side.levels],
    }


def _move(
    move: Move, names: dict[int, tuple[str, str]], before: Standard, after: Standard
) -> dict[str, Any]:
    return {
        "unit": move.unit_id,
        "name": names[move.unit_id][1],
        "was": [move.before.earned, move.before.assessed],
        "now": [move.after.earned, move.after.assessed],
        "difference": move.difference,
        "level": move.level_changes,
        "level_was": level_sentence(before, move.before).removeprefix("等次："),
        "level_now": level_sentence(after, move.after).removeprefix("等次："),
        "sentence": move_sentence(move, before, after),
        "causes": [
            {
                "said": cause_sentence(one),
                "difference": one.difference,
                "decisive": one.clause in move.decisive,
            }
            for one in move.causes
        ],
    }
