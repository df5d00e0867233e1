"""What a pack may say of a procedure: its form, its steps, and who may do them in which order.

A number or list that the sources leave open is a *setting*: the procedure names it, a local pack gives it
(``settings:`` of the same procedure with ``extends: true``). Without a value nothing is checked and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from zhibu_engine.model import Model
from zhibu_engine.votes import Quorum, VoteRule

Codes = tuple[str, ...]
KEY = r"^[a-z][a-z0-9_]*$"
#: A whole number, or the key of a setting that holds it.
Number = int | str

FieldType = Literal[
    "text", "lines", "int", "money", "day", "code", "flag", "person", "unit", "units", "persons", "document"
]  # fmt: skip


class FormField(Model):
    """One blank of a form. ``private``: names in it are masked when it is published."""

    key: str = Field(pattern=KEY)
    title: str
    type: FieldType = "text"
    required: bool = False
    #: Code list of a field of type code.
    codes: str = ""
    help: str = ""
    private: bool = False
    #: Its text must say something else than that of this field (a cause is not the problem again).
    differs_from: str = ""
    at_least: Number | None = None
    at_most: Number | None = None
    #: A number that counts part of what that other field counts, and the least part in percent.
    within: str = ""
    percent: Number | None = None

    @model_validator(mode="after")
    def _listed(self) -> FormField:
        if (self.type == "code") != bool(self.codes):
            raise ValueError("type 为 code 的一栏要写 codes（代码表），其他的不写。")
        return self


class Setting(Model):
    """A value that the sources leave open, or that a county may change."""

    key: str = Field(pattern=KEY)
    #: An overlay that only gives the value need not say it again.
    title: str = ""
    type: Literal["count", "days", "flag", "day", "share"] = "count"
    value: Any = None
    basis: str = ""

    @field_validator("value")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, int | bool | str):
            raise ValueError("value 要写成一个数、是否、日期或者比例。")
        return value


class When(Model):
    """A condition: a field of the form has one of these values, or a flag setting is on; all that is written must hold."""

    field: str = ""
    any_of: tuple[str | int | bool, ...] = ()
    setting: str = ""

    @model_validator(mode="after")
    def _something(self) -> When:
        if not self.field and not self.setting:
            raise ValueError("when 要写 field 或者 setting。")
        if bool(self.field) != bool(self.any_of):
            raise ValueError("when 的 field 和 any_of 要一起写。")
        return self


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


class Interval(Model):
    """Days or months between this step and another day: ``opened``, a step's key, ``parent.opened``,
    ``parent.<step>``, ``form.<field of type day>`` or ``<step>.<field of type day>``.

    ``min``: not sooner; ``max``: not later, a deadline that is counted down. ``hard``: an impossible order.
    """

    since: str
    min: Number | None = None
    max: Number | None = None
    unit: Literal["days", "months", "workdays"] = "days"
    #: A last day of each year as month-day ("11-30"), instead of ``max``.
    by: str = ""
    title: str = ""
    basis: str = ""

    @model_validator(mode="after")
    def _something(self) -> Interval:
        if self.min is None and self.max is None and not self.by:
            raise ValueError("intervals 的每一条要写 min、max 或者 by。")
        return self


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
    """What the decision gives the subject: an outcome from that day on, for so many months."""

    kind: str
    value: str
    months: Number | None = None
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

    @model_validator(mode="after")
    def _target(self) -> Decision:
        if (self.then == "back") != bool(self.to):
            raise ValueError("then: back 要写 to（退回到哪一步），其他的不写。")
        return self


class Spawns(Model):
    """Child matters: one per unit or person named in a field of the form, or per unit in scope."""

    procedure: str
    per: Literal["units", "persons", "scope"] = "units"
    field: str = ""
    #: The step is done when all children are.
    waits: bool = True


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
    #: What holds instead for one kind of the evidence.
    for_kind: dict[str, KindAsked] = Field(default_factory=dict)
    intervals: tuple[Interval, ...] = ()
    papers: tuple[Paper, ...] = ()
    fields: tuple[FormField, ...] = ()
    repeats: Repeats | None = None
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

    def turned_on(self, setting: str) -> bool:
        known = self.setting(setting)
        return known is not None and known.value is True

    def open_settings(self) -> tuple[Setting, ...]:
        return tuple(one for one in self.settings if one.value is None)

    def numbers(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every place of the steps where a setting is named, with its key."""
        for place, step in enumerate(self.steps):
            for path, key in _named(step.model_dump(exclude={"vote", "turnout", "for_kind"})):
                yield ("steps", place, *path), key


#: Words that hold a number or the key of a setting, or only the key.
_NUMBERED = {"min", "max", "shown", "at_least", "at_most", "every", "percent", "months", "setting"}


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
