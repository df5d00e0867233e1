"""Who a row is, and what would change. A person is never guessed: by number, or by asking."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zhibu.jobs.cells import cell_text
from zhibu.jobs.importers import Change, Choice, PreviewRow, Reading
from zhibu.membership import lookups, sheet
from zhibu.membership.comparing import Plan, changes_of
from zhibu.membership.lookups import Branches, Known
from zhibu.membership.sheet import Said
from zhibu.organization.models import Unit
from zhibu.organization.services.people import ID_PURPOSE
from zhibu.shared.masks import mask_id
from zhibu.shared.secrets import blind_index

NEW, SKIP = "new", "skip"

_TOLD_EVERY = 500


@dataclass(slots=True)
class Case:
    """A row on its way to a verdict."""

    said: Said
    unit: Unit | None = None
    index: str = ""
    known: Known | None = None
    question: str = ""
    choices: Sequence[Choice] = ()
    skipped: bool = False


class Matching:
    """One sheet held against the database."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.branches = Branches(reading.actor, reading.day, str(reading.options.get("unit", "")))
        self.has_unit = reading.table.has("unit")

    def rows(self) -> Iterator[PreviewRow]:
        cases = list(self._read())
        self._look_up(cases)
        self._refuse_doubles(cases)
        for case in cases:
            self._identify(case)
        self._refuse_twice(cases)
        done = len(cases)
        for case in cases:
            yield self._judge(case)
        self.reading.progress(done)

    def _read(self) -> Iterator[Case]:
        known, day = sheet.readers(), self.reading.day
        for count, row in enumerate(self.reading.table.rows()):
            said = sheet.row_read(row, known, day)
            case = Case(said)
            case.unit, why = self.branches.find(cell_text(row["unit"]) if self.has_unit else "")
            if why:
                said.wrong("unit", why)
            if said.identity and not said.identity.masked:
                case.index = blind_index(said.identity.number, ID_PURPOSE)
            if count % _TOLD_EVERY == 0:
                self.reading.progress(count)
            yield case

    def _look_up(self, cases: list[Case]) -> None:
        self.by_index = lookups.known_by_index(c.index for c in cases if c.index)
        # Who has no number in the database can only be found by name, so new numbers ask too.
        self.by_name = lookups.known_by_name(
            c.said.values["name"]
            for c in cases
            if c.index not in self.by_index and c.said.values.get("name")
        )
        self.unnumbered = Counter(
            (c.said.values.get("name"), c.unit.pk if c.unit else 0)
            for c in cases
            if c.said.identity is None and not c.said.problems
        )

    def _refuse_doubles(self, cases: list[Case]) -> None:
        places: dict[str, list[Case]] = defaultdict(list)
        for case in cases:
            if case.index:
                places[case.index].append(case)
        for same in places.values():
            for case in same if len(same) > 1 else ():
                others = "、".join(str(o.said.row.number) for o in same[:6] if o is not case)
                case.said.wrong(
                    "identity",
                    _("身份证号与第 %(rows)s 行相同。一人只留一行；不是一人的，请核对号码。")
                    % {"rows": others},
                )

    def _identify(self, case: Case) -> None:
        if case.said.problems:
            return
        if case.index:
            self._by_number(case)
        elif case.said.identity is not None:
            self._by_mask(case)
        else:
            self._by_name_only(case)

    def _by_number(self, case: Case) -> None:
        name = case.said.values["name"]
        known = self.by_index.get(case.index)
        if known is not None:
            if not self._in_reach(known):
                case.said.wrong(
                    "identity",
                    _(
                        "这个身份证号已登记在您管理范围以外的组织。请联系上级组织部门办理组织关系转接。"
                    ),
                )
            elif known.name != name:
                question = _(
                    "系统里这个身份证号登记的是“%(known)s”，表中是“%(name)s”。是改了名，还是号码填错？"
                )
                same = Choice(
                    f"person:{known.person_id}", _("是同一人，改名为“%(name)s”") % {"name": name}
                )
                self._ask(case, question % {"known": known.name, "name": name}, [known], [same])
            else:
                case.known = known
            return
        near = [
            k
            for k in self._namesakes(case)
            if not k.values["id_index"] and k.unit_id == case.unit.pk
        ]
        if near:
            question = _(
                "“%(name)s”在系统里有没有身份证号的同名党员。是同一人吗？选同一人，就补上身份证号。"
            )
            self._ask(case, question % {"name": name}, near, [*map(_choice, near), self._new()])

    def _by_mask(self, case: Case) -> None:
        """A masked number comes from our own export: it tells who is meant, never what to write."""
        number = case.said.identity.number
        fits = [
            k
            for k in self._namesakes(case)
            if k.values["id_index"] and mask_id(k.identity()) == number
        ]
        here = [k for k in fits if k.unit_id == case.unit.pk]
        if len(fits) == 1 or len(here) == 1:
            case.known = (here or fits)[0]
        elif fits:
            question = _("有 %(n)d 个同名党员的号码都像“%(number)s”。请选是哪一位。")
            self._ask(
                case, question % {"n": len(fits), "number": number}, fits, list(map(_choice, fits))
            )
        else:
            case.said.wrong(
                "identity", _("打码的身份证号在系统里找不到对应的人。请填写完整的 18 位号码。")
            )

    def _by_name_only(self, case: Case) -> None:
        name = case.said.values["name"]
        known = self._namesakes(case)
        if known:
            question = _("“%(name)s”没有身份证号，系统里有同名的人。请选是哪一位，或新建。")
            self._ask(case, question % {"name": name}, known, [*map(_choice, known), self._new()])
        elif self.unnumbered[(name, case.unit.pk)] > 1:
            question = _(
                "表中有几行都叫“%(name)s”，又都没有身份证号。是不同的人就新建，重复的就不导入。"
            )
            self._ask(case, question % {"name": name}, [], [self._new()])
        else:
            case.said.doubt(
                "identity", _("没有身份证号，会作为新党员加入；以后再导入时要由人来认。")
            )

    def _namesakes(self, case: Case) -> list[Known]:
        """People of this name within reach, those of the same branch first."""
        found = [
            k
            for k in self.by_name.get(case.said.values["name"], ())
            if k.unit_id and self._in_reach(k)
        ]
        return sorted(found, key=lambda k: k.unit_id != case.unit.pk)[:8]

    def _in_reach(self, known: Known) -> bool:
        return not known.unit_id or self.branches.may_manage(known.unit_id)

    def _new(self) -> Choice:
        return Choice(NEW, _("不是上面的人，新建一名党员"))

    def _ask(
        self, case: Case, question: str, known: Sequence[Known], choices: list[Choice]
    ) -> None:
        choices = [*choices, Choice(SKIP, _("这一行不导入"))]
        answer = self.reading.answers.get(case.said.row.number)
        if answer not in {choice.key for choice in choices}:
            case.question, case.choices = question, choices
        elif answer == SKIP:
            case.skipped = True
        elif answer != NEW:
            case.known = next(k for k in known if f"person:{k.person_id}" == answer)

    def _refuse_twice(self, cases: list[Case]) -> None:
        places: dict[int, list[Case]] = defaultdict(list)
        for case in cases:
            if case.known is not None:
                places[case.known.person_id].append(case)
        for same in places.values():
            for case in same if len(same) > 1 else ():
                others = "、".join(str(o.said.row.number) for o in same[:6] if o is not case)
                case.said.wrong(
                    "name",
                    _("与第 %(rows)s 行认作了同一个人。请只留一行，或改选答复。")
                    % {"rows": others},
                )

    def _judge(self, case: Case) -> PreviewRow:
        said = case.said
        row = PreviewRow(
            said.row.number, "error", said.values.get("name") or _("（无姓名）"),
            summary=_summary(case), problems=said.problems, warnings=said.warnings,
        )  # fmt: skip
        if said.problems:
            return row
        if case.skipped:
            row.state, row.summary = "unchanged", _("已选择不导入。")
        elif case.choices:
            row.state, row.question, row.choices = "ask", case.question, case.choices
        else:
            self._compare(case, row)
        return row

    def _compare(self, case: Case, row: PreviewRow) -> None:
        day: date = self.reading.day
        plan, found = changes_of(case.said, case.known, case.unit, case.index, day)
        if case.said.problems:
            return
        row.payload = plan
        if case.known is None or not case.known.is_member:
            row.state = "new"
        else:
            row.state, row.changes = ("changed", found) if found else ("unchanged", ())


def _choice(known: Known) -> Choice:
    parts = [
        known.values["name_note"],
        sheet.shown("sex", known.values["sex"]),
        f"{known.values['born_on']:%Y-%m}" if known.values["born_on"] else "",
        mask_id(known.identity()),
        known.unit_name,
    ]
    return Choice(f"person:{known.person_id}", "　".join([known.name, *filter(None, parts)]))


def _summary(case: Case) -> str:
    said, values = case.said, case.said.values
    parts = [
        case.unit.name if case.unit else "",
        sheet.shown("sex", values.get("sex")),
        sheet.shown("category", values.get("category")),
        f"{values['joined_on']} 入党" if values.get("joined_on") else "",
        mask_id(said.identity.number) if said.identity else "",
    ]
    return "，".join(filter(None, parts))


__all__ = ["Change", "Matching", "Plan"]
