"""A whole standard for one unit after the other, or for its persons, matters or entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.engine.oracle.found import JUDGED, Found, Judgement, by_hand, half_up, judged
from tests.engine.oracle.ledger import Span, spans
from tests.engine.oracle.records import Records
from tests.engine.oracle.rows import Row, filled
from tests.engine.oracle.standing import Standing
from zhibu_engine.facts import RELATIONS
from zhibu_engine.packs import Clause, Standard, Words

#: Clause, verdict, points earned, measured, required.
Line = tuple[str, str, int, int, int]
_KEYS = {"person": "person_id", "matter": "matter_id", "entry": "record_id"}
#: Where they stand first, the worst news of several periods without a verdict.
_OPEN = ("not_assessed", "not_due", "not_applicable")


class _Book(Records, Standing):
    """All rules."""

    def rule(self, clause: Clause) -> Found:
        found: Found = getattr(self, clause.rule.name)(clause.rule)
        return found


@dataclass(frozen=True)
class _Subject:
    """The unit itself (key 0), or one of its persons, matters or entries."""

    unit: Row
    key: int
    born: date
    died: date


class Oracle:
    """``exempt`` and ``manual`` are by unit, clause and, where others than units are judged, the subject."""

    def __init__(
        self,
        words: Words,
        standard: Standard,
        rows: Mapping[str, list[Row]],
        as_of: date,
        *,
        exempt: Collection[tuple[object, ...]] = (),
        manual: Mapping[tuple[object, ...], int] | None = None,
    ) -> None:
        self.words, self.standard, self.as_of = words, standard, as_of
        self.exempt, self.manual = set(exempt), dict(manual or {})
        self._rows: dict[int, dict[str, list[Row]]] = defaultdict(dict)
        for name, listed in rows.items():
            for row in listed:
                self._rows[row["unit_id"]].setdefault(name, []).append(filled(name, row))

    def beside(self, standard: Standard) -> Oracle:
        """The same rows against another standard."""
        other = copy(self)
        other.standard = standard
        return other

    def findings(self, unit_id: int) -> list[Line]:
        """Those of a unit; of all its subjects, one after the other, where the standard judges those."""
        return [line for _, lines in self.subjects(unit_id) for line in lines]

    def subjects(self, unit_id: int) -> Iterator[tuple[int, list[Line]]]:
        for subject in self._subjects(unit_id):
            judgements = self._judgements(subject)
            yield (
                subject.key,
                [
                    (clause.key, *judgement)
                    for clause, judgement in zip(self.standard.clauses, judgements, strict=True)
                ],
            )

    # subjects

    def _subjects(self, unit_id: int) -> list[_Subject]:
        own = self._rows[unit_id]
        unit = own["unit"][0]
        born, died = unit["founded"] or date.min, unit["withdrawn"] or date.max
        asked = self.standard.subject
        if asked.kind == "unit":
            return [_Subject(unit, 0, born, died)]
        book = self._book(_Subject(unit, 0, born, died), own, self._whole_year())
        if asked.kind != "person":
            kinds = asked.procedures or asked.registers
            rows = [row for row in book.events(asked.kind) if row["kind"] in kinds]
            keys = {row[_KEYS[asked.kind]] for row in rows}
            return [_Subject(unit, key, born, died) for key in sorted(keys)]
        held: dict[int, list[Row]] = defaultdict(list)
        for row in book.holders(asked.posts):
            held[row["person_id"]].append(row)
        return [
            _Subject(
                unit,
                person,
                max(born, min(row["from_day"] or date.min for row in posts)),
                min(died, max(row["to_day"] or date.max for row in posts)),
            )
            for person, posts in sorted(held.items())
        ]

    def _own(self, subject: _Subject) -> dict[str, list[Row]]:
        """What names the subject is its own; anything else is its unit's."""
        own = self._rows[subject.unit["unit_id"]]
        key = _KEYS.get(self.standard.subject.kind)
        if key is None:
            return own
        return {
            name: [row for row in rows if row[key] == subject.key]
            if key in RELATIONS[name].by_name and name not in ("member", "group")
            else rows
            for name, rows in own.items()
        }

    def _whole_year(self) -> Span:
        return date(self.as_of.year, 1, 1), self.as_of

    def _book(self, subject: _Subject, own: dict[str, list[Row]], judged_days: Span) -> _Book:
        since, today = judged_days
        return _Book(self.words, subject.unit, own, subject.born, subject.died, since, today)

    # clauses

    def _judgements(self, subject: _Subject) -> list[Judgement]:
        own, per = self._own(subject), self.standard.average
        over = (
            [span for span in spans(self.as_of.year, per) if span[1] <= self.as_of] if per else []
        )
        books = [self._book(subject, own, span) for span in over or [self._whole_year()]]
        found = []
        for clause in self.standard.clauses:
            each = [self._judgement(book, subject, clause) for book in books]
            found.append(_mean(clause, each) if over else each[0])
        return found

    def _judgement(self, book: _Book, subject: _Subject, clause: Clause) -> Judgement:
        applies = book.applies(self.standard.applies) and book.applies(clause.applies)
        names = self._names(subject, clause)
        if self.exempt & names:
            applies = False
        if clause.method == "record":
            return judged(clause, book.rule(clause), applies)
        if not applies:
            return "not_applicable", 0, 0, 0
        given = [points for name, points in self.manual.items() if name in names]
        if clause.method == "manual" and given:
            return by_hand(clause, given[-1])
        return "not_assessed", 0, 0, 0

    def _names(self, subject: _Subject, clause: Clause) -> set[tuple[object, ...]]:
        unit = subject.unit["unit_id"]
        return {(unit, clause.key), (unit, clause.key, subject.key)}


def _mean(clause: Clause, each: list[Judgement]) -> Judgement:
    """The mean of the periods that were judged, half up; those without a verdict neither help nor hurt."""
    had = [one for one in each if one[0] in JUDGED]
    if not had:
        verdicts = [one[0] for one in each]
        return next(verdict for verdict in _OPEN if verdict in verdicts), 0, 0, 0
    earned = half_up(Fraction(sum(one[1] for one in had), len(had)))
    verdict = "partial" if earned else "unmet"
    if all(one[0] == "met" for one in had):
        verdict = "met"
    return verdict, earned, sum(one[2] for one in had), sum(one[3] for one in had)
