"""The question sheet as plain values: read from the packs, frozen in the ballot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.ballot_sheets import BallotSheet
from zhibu_engine.points import hundredths, points_zh

#: More of them no phone shows and nobody answers.
MOST_QUESTIONS, MOST_CHOICES = 100, 12


@dataclass(frozen=True, slots=True)
class Choice:
    """``score`` is in 0.01."""

    key: str
    label: str
    score: int | None = None
    counts_as: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """``person_id`` names whom the question is about: a candidate, or who is appraised."""

    key: str
    text: str
    choices: tuple[Choice, ...]
    person_id: int | None = None

    def choice(self, key: str) -> Choice | None:
        return next((one for one in self.choices if one.key == key), None)


def questions_dump(questions: Iterable[Question]) -> list[dict[str, Any]]:
    return [asdict(one) for one in questions]


def questions_of(dumped: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(
        Question(
            one["key"],
            one["text"],
            tuple(Choice(**choice) for choice in one["choices"]),
            one["person_id"],
        )
        for one in dumped
    )


def questions_make(
    texts: Iterable[tuple[str, int | None]], choices: Iterable[Choice]
) -> tuple[Question, ...]:
    """One question for each (text, person), all with the same choices.

    Raises:
        RuleBroken: nothing is asked, something twice, or there is nothing to choose.
    """
    asked, offered = list(texts), tuple(choices)
    if not asked:
        raise RuleBroken(_("请至少写一个题目，或者选一个人。"))
    if len(asked) > MOST_QUESTIONS:
        raise RuleBroken(_("一张票最多 %(most)s 题，请分成几次。") % {"most": MOST_QUESTIONS})
    if len({text for text, _person in asked}) < len(asked):
        raise RuleBroken(_("有两个题目写得一样，请改一个；同名的人请加以区别。"))
    if not 2 <= len(offered) <= MOST_CHOICES:
        raise RuleBroken(_("选项要有 2 至 %(most)s 个。") % {"most": MOST_CHOICES})
    if len({one.label for one in offered}) < len(offered):
        raise RuleBroken(_("有两个选项写得一样，请改一个。"))
    return tuple(
        Question(f"q{place}", text[:200], offered, person)
        for place, (text, person) in enumerate(asked, start=1)
    )


def sheet_choices(sheet: BallotSheet | None) -> tuple[Choice, ...]:
    found = sheet.choices if sheet else ()
    return tuple(Choice(c.key, c.title, c.score, c.counts_as or "") for c in found)


def choices_write(choices: Iterable[Choice]) -> str:
    """A line for each, as the form shows them: the words and, where there is one, the score."""
    return "\n".join(
        one.label if one.score is None else f"{one.label} {points_zh(one.score)}" for one in choices
    )


def choices_read(text: str, known: Iterable[Choice]) -> tuple[Choice, ...]:
    """Lines of words and perhaps a score; what counts for or against is known from the sheet.

    Raises:
        RuleBroken: a line that is no choice.
    """
    before = {one.label: one for one in known}
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        label, _blank, last = line.replace("\u3000", " ").rpartition(" ")
        try:
            score = hundredths(last) if label else None
        except ValueError:
            score = None
        label = line if score is None else label.strip()
        old = before.get(label)
        key = old.key if old else f"c{len(found) + 1}"
        if len(label) > 40:
            raise RuleBroken(_("选项“%(label)s”太长，请写在 40 个字以内。") % {"label": label})
        found.append(Choice(key, label, score, old.counts_as if old else ""))
    return tuple(found)
