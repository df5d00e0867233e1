"""What a pack may say, as typed models; everything else is refused."""

from __future__ import annotations

from string import Formatter
from typing import Any, Literal

from pydantic import Field, TypeAdapter, field_validator, model_validator

from zhibu_engine.kinds import RuleKind, kinds
from zhibu_engine.losses import Loss, loss_parse
from zhibu_engine.model import Model
from zhibu_engine.points import Points
from zhibu_engine.shares import ShareField
from zhibu_engine.votes import Quorum, VoteRule

#: Clauses with points: those of the total, those added to it, those taken from it.
POINTED = ("scored", "bonus", "penalty")
Codes = tuple[str, ...]


class Header(Model):
    """pack.yaml"""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(min_length=1)
    title: str
    publisher: str = ""
    depends: Codes = ()
    adopts_kinds: Codes = ()
    description: str = ""


class CodeList(Model):
    title: str
    codes: dict[str, str]


class SegmentKind(Model):
    """What makes a segment one of its kind. Empty or absent: the sources leave it open, so it is not checked."""

    code: str
    title: str
    conveners: Codes = ()
    presiders: Codes = ()
    substitutes: Codes = ()
    recorders: Codes = ()
    lecturers: Codes = ()
    #: ``counted``: people who are in no roster (all villagers); only their numbers are written.
    due: Literal["all_members", "committee", "group", "listed", "counted"] = "listed"
    #: Holders of these posts are on the list; empty: of any post in the unit.
    due_posts: Codes = ()
    entitled: Literal["full_members", "all_members", "committee", "listed", "none"] = "none"
    quorum: Quorum | None = None
    #: How its resolutions are carried; absent: more than half of those entitled.
    vote: VoteRule | None = None
    required: Codes = ()
    max_nonmember_share: ShareField | None = None
    min_present: int | None = None
    forms: Codes = ()
    ledger: str = ""
    basis: str = ""


class DocumentKind(Model):
    code: str
    title: str
    periods: tuple[Literal["year", "half", "quarter"], ...] = ("year",)
    adopted_by: Codes = ()
    items: bool = False
    ledger: str = ""
    basis: str = ""


class Range(Model):
    """Whole numbers from–to, both included."""

    from_: int | None = Field(default=None, alias="from")
    to: int | None = None


class Applies(Model):
    """To whom a clause applies; every condition given must hold."""

    kinds: Codes = ()
    except_kinds: Codes = ()
    sectors: Codes = ()
    except_sectors: Codes = ()
    temporary: bool | None = None
    age_days: Range | None = None
    full_members: Range | None = None
    members: Range | None = None
    groups: Range | None = None


class Group(Model):
    """A section. ``points`` is checked against its clauses; ``cap`` is what it may bring with its bonus."""

    key: str
    title: str
    points: Points | None = None
    cap: Points | None = None


class Criterion(Model):
    """A named item of the standard itself, apart from how it is scored."""

    key: str
    title: str
    group: str = ""


class Item(Model):
    """A scored item: points, and the criteria it covers."""

    key: str
    title: str
    group: str = ""
    points: Points = 0
    maps: Codes = ()


def rule_parse(source: Any) -> RuleKind:
    """The frozen dataclass of a rule, from its words."""
    known = kinds()
    if not isinstance(source, dict) or source.get("kind") not in known:
        word = source.get("kind") if isinstance(source, dict) else source
        raise ValueError(f"不认识的规则类别“{word}”；可用的有：{'、'.join(sorted(known))}。")
    words = {key: value for key, value in source.items() if key != "kind"}
    cls = known[source["kind"]]
    adapter: TypeAdapter[RuleKind] = _adapter(cls)
    return adapter.validate_python(words)


_ADAPTERS: dict[type[RuleKind], TypeAdapter[RuleKind]] = {}


def _adapter(cls: type[RuleKind]) -> TypeAdapter[RuleKind]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


class Wording(Model):
    """A clause's own words, where those of its rule kind read stiff. All may be left out.

    ``says`` is the whole sentence with {measured}, {required} and {share}; ``reasons`` says for a condition's
    column (or breach) why a row was not counted, with the row's numbers as {column}.
    """

    noun: str = ""
    unit: str = ""
    passing: str = ""
    failing: str = ""
    says: str = ""
    reasons: dict[str, str] = Field(default_factory=dict)

    @field_validator("says")
    @classmethod
    def _placeholders(cls, value: str) -> str:
        unknown = placeholders(value) - {"measured", "required", "share"}
        if unknown:
            raise ValueError(
                f"says 不认识“{'、'.join(sorted(unknown))}”；可用的有：measured、required、share。"
            )
        return value


def placeholders(text: str) -> set[str]:
    """The names in braces of a text; broken braces are refused."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise ValueError(f"“{text}”中的花括号没有成对。") from None


class Clause(Model):
    """One checkable sentence of a standard."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    group: str = ""
    item: str = ""
    class_: Literal["base", "scored", "statistic", "bonus", "penalty", "veto"] = Field(
        default="scored", alias="class"
    )
    method: Literal["record", "manual", "later"] = "record"
    points: Points = 0
    rule: Any = None
    loss: Any = Loss()
    basis: str = ""
    message: str = ""
    fix: str = ""
    form: str = ""
    waits_for: str = ""
    wording: Wording | None = None
    applies: Applies = Applies()
    #: Not met, it takes all points of its item, its group or the whole.
    zeroes: Literal["item", "group", "total"] | None = None
    #: Not met, the level or the total can be no better than this.
    caps_level: str = ""
    caps_score: Points | None = None

    @field_validator("rule", mode="before")
    @classmethod
    def _rule(cls, value: Any) -> RuleKind | None:
        return None if value is None else rule_parse(value)

    @field_validator("loss", mode="before")
    @classmethod
    def _loss(cls, value: Any) -> Loss:
        return value if isinstance(value, Loss) else loss_parse(value)

    @model_validator(mode="after")
    def _whole(self) -> Clause:
        if self.method == "record" and self.rule is None:
            raise ValueError("由记录评判（method: record）的条款要写 rule。")
        if self.method == "later" and self.rule is not None:
            raise ValueError("method: later 的条款不写 rule，请写 waits_for。")
        if self.class_ != "statistic" and isinstance(self.rule, RuleKind) and self.rule.open_words:
            raise ValueError(
                f"只有只统计（class: statistic）的条款可以不写 {self.rule.open_words}。"
            )
        if self.class_ not in POINTED and self.points:
            raise ValueError(f"只有 class: {'、'.join(POINTED)} 的条款可以有 points。")
        if self.class_ in ("bonus", "penalty") and not self.points:
            raise ValueError("加分、扣分的条款要写 points：最多加多少、最多扣多少。")
        caps = bool(self.caps_level) or self.caps_score is not None
        if caps and self.class_ != "veto":
            raise ValueError("caps_level 和 caps_score 只用于否决条款（class: veto）。")
        if self.class_ == "veto" and not caps and self.zeroes is None:
            raise ValueError("否决条款（class: veto）要写 caps_level、caps_score 或者 zeroes。")
        if self.zeroes == "item" and not self.item:
            raise ValueError("zeroes: item 的条款要写 item。")
        if isinstance(self.loss, Loss) and self.loss.gains and self.class_ != "bonus":
            raise ValueError("per_extra 只用于加分条款（class: bonus）。")
        return self


class Level(Model):
    """A level of the total: ``from`` so many points, and all the clauses of ``must`` met."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    from_: Points = Field(default=0, alias="from")
    must: Codes = ()


class Caps(Model):
    """What all bonus and all deductions (those of items and groups too) come to at most, and the total with them."""

    bonus: Points | None = None
    penalty: Points | None = None
    total: Points | None = None


class Subject(Model):
    """Whom a standard judges. A person is a holder of ``posts`` in a unit on the judging day."""

    kind: Literal["unit", "person", "matter", "entry"] = "unit"
    posts: Codes = ()
    procedures: Codes = ()
    registers: Codes = ()

    @model_validator(mode="after")
    def _named(self) -> Subject:
        wanted = {"person": "posts", "matter": "procedures", "entry": "registers"}.get(self.kind)
        for word in ("posts", "procedures", "registers"):
            if (word == wanted) != bool(getattr(self, word)):
                asked = f"要写 {wanted}" if wanted else "不写 posts、procedures、registers"
                raise ValueError(f"评判对象为 {self.kind} 时{asked}。")
        return self


class Standard(Model):
    """A standard: groups, named criteria, scored items and clauses.

    With ``extends`` it only holds what it changes of the standard of that key in an earlier pack.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    extends: bool = False
    title: str = ""
    label: str = ""
    description: str = ""
    total_points: Points | None = None
    applies: Applies = Applies()
    subject: Subject = Subject()
    #: Each month or quarter is judged by itself; a clause earns the mean of those judged.
    average: Literal["month", "quarter"] | None = None
    caps: Caps = Caps()
    #: The best first.
    levels: tuple[Level, ...] = ()
    #: What 不适用 points do to a level: the rest is scaled up, they count as earned, or as lost.
    not_applicable: Literal["rescale", "full", "lost"] | None = None
    groups: tuple[Group, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    items: tuple[Item, ...] = ()
    clauses: tuple[Clause, ...] = ()

    @model_validator(mode="after")
    def _written(self) -> Standard:
        for word in ("title", "clauses"):
            if not self.extends and word not in self.model_fields_set:
                raise ValueError(f"缺少“{word}”。")
        return self

    @property
    def clause_index(self) -> dict[str, int]:
        return {clause.key: place for place, clause in enumerate(self.clauses)}

    def group_of(self, clause: Clause) -> str:
        """The key of the clause's group: its own, else that of its item; empty where it has neither."""
        items = (item.group for item in self.items if item.key == clause.item)
        return clause.group or (next(items, "") if clause.item else "")

    def clause(self, key: str) -> Clause:
        return next(clause for clause in self.clauses if clause.key == key)
