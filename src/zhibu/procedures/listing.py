"""The list of matters of a unit and all below it: what may be asked of it, all in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import matters_seen, units_words
from zhibu.shared.numbers import whole
from zhibu_engine.packs import Words
from zhibu_engine.packs.procedure import FormField, Procedure

#: States that are asked for together.
RUNNING = "open"
MARKS = {
    "overdue": _("已超过限期"),
    "skipped": _("跳过或者颠倒了步骤"),
    "breach": _("有不符合程序之处"),
}
#: The blank by which matters of several procedures are told apart.
KIND = "kind"


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit with all below it, and the words they use."""

    unit: Unit
    day: date
    unit_ids: frozenset[int]
    words: Mapping[int, Words]

    @property
    def procedures(self) -> dict[str, Procedure]:
        """Of the unit itself first, then what units below have besides."""
        found = dict(self.words[self.unit.pk].procedures)
        for one in self.words.values():
            for key, known in one.procedures.items():
                found.setdefault(key, known)
        return found

    def codes(self, name: str) -> dict[str, str]:
        found = dict(self.words[self.unit.pk].codes.get(name, {}))
        for one in self.words.values():
            found = {**one.codes.get(name, {}), **found}
        return found


def scope_of(unit: Unit, day: date) -> Scope:
    ids = frozenset({unit.pk, *unit_descendant_ids(unit, day)})
    return Scope(unit, day, ids, units_words(ids, day))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; nonsense is as if not asked."""

    procedure: str = ""
    state: str = ""
    kind: str = ""
    year: int | None = None
    mark: str = ""
    text: str = ""

    @property
    def is_any(self) -> bool:
        return any((self.procedure, self.state, self.kind, self.year, self.mark, self.text))


def wanted(query: Mapping[str, str]) -> Wanted:
    state, mark = query.get("state", ""), query.get("mark", "")
    return Wanted(
        procedure=query.get("procedure", "")[:48],
        state=state if state in {RUNNING, *Matter.State.values} else "",
        kind=query.get(KIND, "")[:48],
        year=whole(query.get("year", ""), least=1, most=9999),
        mark=mark if mark in MARKS else "",
        text=query.get("text", "").replace("\x00", "").strip()[:100],
    )


def matter_rows(user: Any, scope: Scope, asked: Wanted) -> QuerySet[Matter]:
    rows = Matter.objects.visible_to(user).filter(unit__in=scope.unit_ids)
    rows = matters_seen(user, rows, scope.words).select_related("unit", "owner")
    if asked.procedure:
        rows = rows.of(asked.procedure)
    if asked.state:
        rows = rows.running() if asked.state == RUNNING else rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(**{f"form__{kind_field(scope, asked.procedure)}": asked.kind})
    if asked.year:
        rows = rows.filter(year=asked.year)
    if asked.text:
        rows = rows.filter(title__icontains=asked.text)
    return _marked(rows, asked.mark, scope.day)


def _marked(rows: QuerySet[Matter], mark: str, day: date) -> QuerySet[Matter]:
    if mark == "overdue":
        return rows.filter(state__in=Matter.RUNNING, due_on__lt=day)
    if mark == "skipped":
        return rows.filter(skipped())
    return rows.filter(breaches__gt=0) if mark == "breach" else rows


def skipped() -> Q:
    """Done although steps are missing, or a step was done before its turn."""
    standing = MatterStep.State.STANDING
    early = MatterStep.objects.filter(
        matter=OuterRef("pk"), state=standing, findings__icontains='"order:'
    )
    return Q(state=Matter.State.DONE, steps_missing__gt=0) | Exists(early)


def kind_field(scope: Scope, procedure: str) -> str:
    """The blank whose codes part the list: the first coded one of the procedure."""
    found = _coded(scope.procedures.get(procedure))
    return found.key if found else KIND


def _coded(procedure: Procedure | None) -> FormField | None:
    return next((one for one in procedure.form if one.type == "code"), None) if procedure else None


def kind_choices(scope: Scope, procedure: str) -> dict[str, str]:
    """Of one procedure, or of all that have a coded blank of that name."""
    if procedure:
        found = _coded(scope.procedures.get(procedure))
        return scope.codes(found.codes) if found else {}
    choices: dict[str, str] = {}
    for known in scope.procedures.values():
        for one in known.form:
            if one.key == KIND and one.type == "code":
                choices |= scope.codes(one.codes)
    return choices


def years_of(rows: QuerySet[Matter], day: date) -> list[int]:
    return sorted(
        {day.year, *rows.order_by().values_list("year", flat=True).distinct()}, reverse=True
    )
