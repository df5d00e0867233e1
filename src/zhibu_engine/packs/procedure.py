"""What a pack may say of a procedure: its form, its steps, and who may do them in which order.

A number or list that the sources leave open is a *setting*: the procedure names it, a local pack gives it
(``settings:`` of the same procedure with ``extends: true``). Without a value nothing is checked and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from zhibu_engine.elections import ElectionRule
from zhibu_engine.model import Model
from zhibu_engine.packs.blanks import KEY, Codes, Column, FormField, Interval, Number, Setting, When
from zhibu_engine.votes import Quorum, VoteRule

__all__ = [
    "KEY", "Acting", "Codes", "Column", "Decision", "ElectionOf", "FormField", "Given", "Interval", "KindAsked", "Number", "Paper",
    "Party", "Procedure", "Reopening", "Repeats", "Scope", "Setting", "Spawns", "StepOf", "Substitute", "When",
]  # fmt: skip


class Substitute(Model):
    """Who may stand in, and on what condition: somebody's absence, a reason written down, a setting turned on."""

    posts: Codes
    #: Posts whose holders must all be away: none of them among those present.
    absent: Codes = ()
    reason: bool = False
    setting: str = ""
    note: str = ""
    basis: str = ""


class Acting(Model):
    """Who presides or records: posts held that day. ``never``: not even with a reason, unless he holds an accepted post too."""

    posts: Codes
    substitutes: tuple[Substitute, ...] = ()
    never: Codes = ()
    basis: str = ""


class Party(Model):
    """A group of which at least one must attend, or a reason says why not."""

    key: str = Field(pattern=KEY)
    title: str
    posts: Codes = ()
    at_least: int = Field(default=1, ge=1)
    #: All holders of these posts are due.
    all: bool = False


class Paper(Model):
    """A paper that belongs to the step, uploaded or printed from the record."""

    key: str = Field(pattern=KEY)
    title: str
    required: bool = True


class Repeats(Model):
    """The step is done again: at least so often, or every so many days, until another step is done."""

    at_least: Number | None = None
    every: Number | None = None
    unit: Literal["days", "months"] = "days"


class Given(Model):
    """What the decision gives the subject: an outcome from that day on, for so many months.

    ``since``: from another day, named as in an interval.
    """

    kind: str
    value: str
    since: str = ""
    months: Number | None = None
    basis: str = ""


class Required(Model):
    """What the subject must have been given before, by this or another matter: an outcome that holds that day."""

    kind: str
    any_of: Codes
    basis: str = ""


class Decision(Model):
    """A way a step may come out. ``then``: go on, back to a step, wait (the step again), end without result, or done."""

    key: str = Field(pattern=KEY)
    title: str
    then: Literal["on", "back", "again", "end", "done"] = "on"
    to: str = ""
    gives: tuple[Given, ...] = ()
    #: What higher apps do with it (names in their ``effects.py``), e.g. ``member_admit``.
    effects: Codes = ()

    @field_validator("then", mode="before")
    @classmethod
    def _on(cls, value: Any) -> Any:
        """YAML takes a bare ``on`` for yes."""
        return "on" if value is True else value

    @model_validator(mode="after")
    def _target(self) -> Decision:
        if (self.then == "back") != bool(self.to):
            raise ValueError("then: back 要写 to（退回到哪一步），其他的不写。")
        return self


class Spawns(Model):
    """Child matters: one per unit, person or row named in a field of the form or step, or per unit in scope."""

    procedure: str
    per: Literal["units", "persons", "scope", "rows"] = "units"
    #: A field of the form or of this step; of another step as ``step.field``.
    field: str = ""
    #: Of rows: the columns that say what it is about, who answers for it, and until when.
    title: str = ""
    owner: str = ""
    due: str = ""
    #: The step is done when all children are.
    waits: bool = True


class ElectionOf(ElectionRule):
    """How the step elects. Its counts are fields of the step: how many ``seats``, and rows of ``candidates`` with
    the columns person, votes_for, votes_against, votes_abstain and perhaps written_in; entitled and present (unless the meeting says them),
    issued, collected, void.
    """

    seats: str = "seats"
    candidates: str = "candidates"


class KindAsked(Model):
    """Who must come and how a vote is decided at a meeting of one kind."""

    turnout: Quorum | None = None
    vote: VoteRule | None = None
    basis: str = ""


class StepOf(Model):
    """One step. What satisfies it is a record: a segment, document, publication, ballot, or an act written here."""

    key: str = Field(pattern=KEY)
    title: str
    #: What it is part of, where several steps make one of the institution's own.
    stage: str = ""
    #: One short sentence that tells the clerk what to do.
    says: str = ""
    evidence: Literal["act", "segment", "document", "publication", "ballot"] = "act"
    #: Accepted kinds of that evidence; empty: any.
    kinds: Codes = ()
    by: Literal["owner", "upper", "subject"] = "owner"
    #: Steps that come before; absent: the one written before it.
    after: Codes | None = None
    when: When | None = None
    unless: When | None = None
    optional: bool = False
    presiding: Acting | None = None
    recording: Acting | None = None
    parties: tuple[Party, ...] = ()
    turnout: Quorum | None = None
    vote: VoteRule | None = None
    election: ElectionOf | None = None
    #: What holds instead for one kind of the evidence.
    for_kind: dict[str, KindAsked] = Field(default_factory=dict)
    intervals: tuple[Interval, ...] = ()
    papers: tuple[Paper, ...] = ()
    fields: tuple[FormField, ...] = ()
    repeats: Repeats | None = None
    requires: tuple[Required, ...] = ()
    #: Nobody who did one of these steps may do this one (hard).
    not_by: Codes = ()
    decisions: tuple[Decision, ...] = ()
    spawns: Spawns | None = None
    #: The publication stands at least so many days.
    shown: Number | None = None
    #: Every objection to what the matter published is answered before this step.
    answered: bool = False
    basis: str = ""

    def asked(self, kind: str) -> KindAsked:
        """Turnout and vote at evidence of this kind."""
        return self.for_kind.get(kind) or KindAsked(turnout=self.turnout, vote=self.vote)

    def decision(self, key: str) -> Decision | None:
        return next((one for one in self.decisions if one.key == key), None)


class Scope(Model):
    """Which units may open it. Empty: any."""

    kinds: Codes = ()
    sectors: Codes = ()


class Reopening(Model):
    """A done matter may be taken up again: within so many months (none: always), from this step."""

    to: str
    within: Number | None = None


class Procedure(Model):
    """A way that a matter goes, step by step."""

    key: str = Field(pattern=KEY)
    extends: bool = False
    title: str = ""
    short: str = ""
    label: str = ""
    description: str = ""
    basis: str = ""
    #: What the matter is about.
    subject: Literal["none", "person", "unit", "document"] = "none"
    scope: Scope = Scope()
    #: Tags from packs, for filters; no clerk types them.
    tags: Codes = ()
    form: tuple[FormField, ...] = ()
    settings: tuple[Setting, ...] = ()
    steps: tuple[StepOf, ...] = ()
    #: From this step on its resolution stands: nothing of it is published before.
    resolves: str = ""
    reopening: Reopening | None = None
    #: Last day of the whole, counted like a step's.
    due: tuple[Interval, ...] = ()
    #: Only those who hold a role on the unit may read it (personal matters); others see that there is one.
    private: bool = False
    #: A spawned matter: not opened by hand.
    child: bool = False

    @model_validator(mode="after")
    def _written(self) -> Procedure:
        for word in ("title", "steps"):
            if not self.extends and not getattr(self, word):
                raise ValueError(f"缺少“{word}”。")
        untitled = [one.key for one in self.settings if not one.title]
        if untitled and not self.extends:
            raise ValueError(f"设置项“{'、'.join(untitled)}”缺少“title”。")
        return self

    def step(self, key: str) -> StepOf:
        return next(step for step in self.steps if step.key == key)

    def blank(self, key: str) -> FormField | None:
        """A field of the form, or of a step as ``step.field``."""
        head, _, tail = key.partition(".")
        fields = self.form
        if tail and head != "form":
            fields = next((step.fields for step in self.steps if step.key == head), ())
        return next((one for one in fields if one.key == (tail or head)), None)

    @property
    def step_index(self) -> dict[str, int]:
        return {step.key: place for place, step in enumerate(self.steps)}

    def before(self, step: StepOf) -> tuple[str, ...]:
        """Keys of the steps that come before: as written, else the one written before it."""
        if step.after is not None:
            return step.after
        place = self.step_index[step.key]
        return (self.steps[place - 1].key,) if place else ()

    def setting(self, key: str) -> Setting | None:
        return next((one for one in self.settings if one.key == key), None)

    def number(self, value: Number | None) -> int | None:
        """A number as written, or the value of the setting it names; None where that is open."""
        if isinstance(value, str):
            known = self.setting(value)
            value = known.value if known is not None else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def month_day(self, by: str) -> str:
        """A day of each year as written, or the value of the setting it names; "" where that is open."""
        known = self.setting(by)
        value = known.value if known is not None else by
        return str(value)[-5:] if value else ""

    def turned_on(self, setting: str) -> bool:
        known = self.setting(setting)
        return known is not None and known.value is True

    def open_settings(self) -> tuple[Setting, ...]:
        return tuple(one for one in self.settings if one.value is None)

    def numbers(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every place where a setting is named, with its key."""
        for word in ("form", "due"):
            for place, one in enumerate(getattr(self, word)):
                for path, key in _named(one.model_dump()):
                    yield (word, place, *path), key
        if self.reopening is not None and isinstance(self.reopening.within, str):
            yield ("reopening", "within"), self.reopening.within
        for place, step in enumerate(self.steps):
            for path, key in _named(step.model_dump(exclude=_SHARES)):
                yield ("steps", place, *path), key


#: Words that hold a number or the key of a setting, or only the key.
_NUMBERED = {
    "min", "max", "before", "below", "shown", "at_least", "at_most", "every", "percent", "percent_most", "months", "setting",
}  # fmt: skip
#: Parts of a step that hold shares.
_SHARES = {"vote", "turnout", "election", "for_kind"}


def _named(value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    entries: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list | tuple):
        entries = enumerate(value)
    for word, below in entries:
        if word in _NUMBERED and isinstance(below, str) and below:
            yield (word,), below
        else:
            for path, key in _named(below):
                yield (word, *path), key
