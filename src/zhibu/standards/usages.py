"""For which clauses a record counts: 已用于 n 处. The records app finds this module by discovery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.records.models import Record
from zhibu.records.selectors import Usage
from zhibu.shared import clock
from zhibu.standards.adopted import Applied
from zhibu.standards.judging import year_end
from zhibu.standards.live import facts_fetch
from zhibu.standards.selectors.findings import standards_applied_to
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import RuleKind
from zhibu_engine.packs import Clause, Words
from zhibu_engine.prepare import counted_rows, judging_form

_RELATIONS = {
    Record.Kind.SITTING: ("segment", "part", "attendance"),
    Record.Kind.DOCUMENT: ("document",),
    Record.Kind.PUBLICATION: ("publication",),
}
Columns = Mapping[str, Mapping[str, np.ndarray]]


def usages(record: Record) -> list[Usage]:
    """The clauses of every host unit that count this record, each with its finding."""
    if record.state not in (Record.State.ENTERED, Record.State.CONFIRMED):
        return []
    today = clock.today()
    as_of = year_end(min(record.event_on.year, today.year), today)
    hosts = list(Unit.objects.filter(pk__in=record.hosts.values("unit")))
    found = []
    for host in hosts:
        columns = _rows(record, host, as_of)
        for applied in standards_applied_to(host, as_of):
            for clause in _counting(applied, columns):
                found.append(_usage(host, applied, clause, as_of.year, named=len(hosts) > 1))
    return found


def _rows(record: Record, host: Unit, as_of: Any) -> Columns:
    """The record's own rows in judging form, for one host."""
    relations = _RELATIONS.get(record.kind, ())
    facts = facts_fetch(unit_ids=[host.pk], as_of=as_of, relations=relations)
    found = {}
    for name in relations:
        own = facts[name].filter(pc.equal(facts[name].column("record_id"), record.pk))
        if own.num_rows:
            form = judging_form(name, own, as_of)
            found[name] = {
                column: np.asarray(form.column(column).to_numpy()) for column in form.column_names
            }
    return found


def _counting(applied: Applied, columns: Columns) -> Iterator[Clause]:
    compiled = applied.compiled
    for clause in compiled.standard.clauses:
        if isinstance(clause.rule, RuleKind) and _counts(clause.rule, compiled.words, columns):
            yield clause


def _counts(rule: RuleKind, words: Words, columns: Columns) -> bool:
    for evidence in rule.evidence(words):
        rows = columns.get(evidence.relation)
        if rows is None:
            continue
        length = len(rows["unit_id"])
        mask = evidence.candidates.mask(rows, length)
        for check in evidence.checks:
            mask = mask & check.condition.mask(rows, length)
        if evidence.in_year and RELATIONS[evidence.relation].event:
            mask = mask & counted_rows(evidence.relation, rows)
        if mask.any():
            return True
    return False


def _usage(host: Unit, applied: Applied, clause: Clause, year: int, *, named: bool) -> Usage:
    label = _("%(standard)s：%(clause)s") % {
        "standard": applied.compiled.standard.title,
        "clause": clause.title,
    }
    url = reverse("standards:finding", args=[host.pk, applied.key, clause.key])
    return Usage(f"{host}　{label}" if named else label, f"{url}?year={year}")
