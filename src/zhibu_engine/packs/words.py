"""All the words of several packs together; a later pack overrides an earlier one by key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.packs.ballot_sheets import BallotSheet
from zhibu_engine.packs.levels import average_problems, level_problems, subject_problems
from zhibu_engine.packs.load import Pack
from zhibu_engine.packs.overlay import overlaid, overlay_path
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.packs.procedure_sense import procedure_problems
from zhibu_engine.packs.procedure_way import way_problems
from zhibu_engine.packs.schema import (
    Applies,
    Clause,
    DocumentKind,
    SegmentKind,
    Standard,
    placeholders,
)
from zhibu_engine.packs.sense import kind_sense, sense_problems
from zhibu_engine.packs.source import PackError, circle
from zhibu_engine.points import points_zh

#: Entry forms that can mend a clause; a sitting or a document names its kind.
FORMS = ("sitting", "document", "term", "post", "member", "group")


@dataclass(frozen=True)
class Words:
    """What clauses may speak of."""

    segment_kinds: Mapping[str, SegmentKind] = field(default_factory=dict)
    document_kinds: Mapping[str, DocumentKind] = field(default_factory=dict)
    #: list name → code → Chinese; ``segment_kind`` and ``document_kind`` are lists too.
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    standards: Mapping[str, Standard] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    #: The merged data as written, by part and key.
    source: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Question sheets; no standard speaks of them, so they are not part of what is judged by.
    ballot_sheets: Mapping[str, BallotSheet] = field(default_factory=dict)

    def dump(self, standard: str) -> dict[str, Any]:
        """What is needed to judge one standard, as JSON-able data."""
        return {**self.source, "standards": {standard: self.source["standards"][standard]}}

    def procedure_digest(self, procedure: str) -> str:
        """Of everything that judging a matter of it reads."""
        whole = {"procedure": self.source["procedures"][procedure], "codes": self.source["codes"]}
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @staticmethod
    def from_dump(dumped: Mapping[str, Any]) -> Words:
        header = {"key": "merged", "version": "0", "title": "merged"}
        return _merge([Pack.from_dump({"pack": header, **dumped})])

    def digest(self, standard: str) -> str:
        text = json.dumps(
            self.dump(standard), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


def packs_merge(packs: Sequence[Pack]) -> Words:
    """Merge packs, later over earlier by key, and refuse words that none of them has.

    Raises:
        PackError: naming file and line, the unknown word and the words that exist.
    """
    present = [pack.key for pack in packs]
    _refuse_circle(packs)
    for pack in packs:
        for key in pack.depends:
            if key not in present:
                raise PackError(
                    f"制度包“{pack.key}”依赖“{key}”，请一并装入；现有：{'、'.join(present)}。"
                )
    words = _merge(packs)
    found = [sentence for pack in packs for sentence in _pack_problems(pack, words)]
    if found:
        raise PackError("\n".join(found))
    return words


def _refuse_circle(packs: Sequence[Pack]) -> None:
    """Packs that depend on each other in a circle: none of them would stand over the other."""
    below = {pack.key: pack.depends for pack in packs}
    done: set[str] = set()

    def walk(key: str, chain: tuple[str, ...]) -> None:
        if key in chain:
            raise PackError(circle((*chain[chain.index(key) :], key)))
        if key not in done:
            for base in below.get(key, ()):
                walk(base, (*chain, key))
            done.add(key)

    for pack in packs:
        walk(pack.key, ())


def _merge(packs: Iterable[Pack]) -> Words:
    parts = ("codes", "kinds", "documents", "standards", "procedures")
    source: dict[str, dict[str, Any]] = {part: {} for part in parts}
    segment_kinds: dict[str, SegmentKind] = {}
    document_kinds: dict[str, DocumentKind] = {}
    ballot_sheets: dict[str, BallotSheet] = {}
    standards: dict[str, Standard] = {}
    procedures: dict[str, Procedure] = {}
    codes: dict[str, dict[str, str]] = {}
    for pack in packs:
        for part in ("kinds", "documents"):
            source[part].update(pack.source[part])
        for key, standard in pack.standards.items():
            written = pack.source["standards"][key]
            if standard.extends:
                written = overlaid(pack, key, source["standards"])
                standard = Standard.model_validate(written)
            source["standards"][key], standards[key] = written, standard
        for key, procedure in pack.procedures.items():
            written = pack.source["procedures"][key]
            if procedure.extends:
                written = overlaid(pack, key, source["procedures"], "procedures")
                procedure = _whole_procedure(pack, key, written)
            source["procedures"][key], procedures[key] = written, procedure
        for name, listed in pack.codes.items():
            codes.setdefault(name, {}).update(listed.codes)
            source["codes"][name] = {"title": listed.title, "codes": dict(codes[name])}
        segment_kinds.update(pack.segment_kinds)
        document_kinds.update(pack.document_kinds)
        ballot_sheets.update(pack.ballot_sheets)
    return Words(
        segment_kinds,
        document_kinds,
        {
            **codes,
            "segment_kind": {code: entry.title for code, entry in segment_kinds.items()},
            "document_kind": {code: entry.title for code, entry in document_kinds.items()},
            # A standard may judge matters of procedures that only the facts know.
            "procedure": {
                **codes.get("procedure", {}),
                **{key: entry.title for key, entry in procedures.items()},
            },
        },
        standards,
        procedures,
        source,
        ballot_sheets,
    )


def _whole_procedure(pack: Pack, key: str, written: Mapping[str, Any]) -> Procedure:
    try:
        return Procedure.model_validate(written)
    except ValidationError as error:
        said = "；".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors())
        raise PackError(f"{pack.place('procedures', key, ())}：{said}") from None


def _pack_problems(pack: Pack, words: Words) -> Iterator[str]:
    for name in pack.codes:
        if name in ("segment_kind", "document_kind"):
            yield f"{pack.place('codes', name, ())}：会议类别写在 kinds/，文档类别写在 documents/。"
    for part, problems in (("kinds", _kind_problems), ("documents", _document_problems)):
        entries: Mapping[str, Any] = pack.segment_kinds if part == "kinds" else pack.document_kinds
        for key, entry in entries.items():
            for problem in problems(entry, words):
                yield f"{pack.place(part, key, problem.path)}：{problem.message}"
    yield from _procedures_problems(pack, words)
    yield from _sheet_problems(pack, words)
    for key, standard in pack.standards.items():
        if standard.extends:
            found = [*_repeated(standard), *_overlay_problems(standard, words)]
        else:
            found = list(standard_problems(standard, words))
        for problem in found:
            yield f"{pack.place('standards', key, problem.path)}：{problem.message}"


def _procedures_problems(pack: Pack, words: Words) -> Iterator[str]:
    for key, procedure in pack.procedures.items():
        whole = words.procedures[key] if procedure.extends else procedure
        found = [*procedure_problems(whole, words), *way_problems(whole, words.procedures)]
        for problem in found:
            path = problem.path
            if procedure.extends:
                path = overlay_path(path, whole, procedure)
            yield f"{pack.place('procedures', key, path)}：{problem.message}"


def _sheet_problems(pack: Pack, words: Words) -> Iterator[str]:
    known = words.codes.get("ballot_kind", {})
    for key, sheet in pack.ballot_sheets.items():
        for problem in unknown_words([sheet.kind], known, "kind", "代码"):
            yield f"{pack.place('ballots', key, problem.path)}：{problem.message}"


def _overlay_problems(overlay: Standard, words: Words) -> Iterator[Problem]:
    """What is wrong with the whole standard after merging, named where the overlay wrote it."""
    whole = words.standards[overlay.key]
    for problem in standard_problems(whole, words):
        yield Problem(overlay_path(problem.path, whole, overlay), problem.message)


def _kind_problems(entry: SegmentKind, words: Words) -> Iterator[Problem]:
    for name, codes, listed in (
        ("conveners", entry.conveners, "convener"),
        ("presiders", entry.presiders, "post"),
        ("substitutes", entry.substitutes, "post"),
        ("recorders", entry.recorders, "post"),
        ("lecturers", entry.lecturers, "post"),
        ("due_posts", entry.due_posts, "post"),
        ("forms", entry.forms, "activity_form"),
    ):
        yield from unknown_words(codes, words.codes.get(listed, {}), name, "代码")
    yield from kind_sense(entry)


def _document_problems(entry: DocumentKind, words: Words) -> Iterator[Problem]:
    yield from unknown_words(entry.adopted_by, words.segment_kinds, "adopted_by", "会议类别")


def standard_problems(standard: Standard, words: Words) -> Iterator[Problem]:
    """Everything in a standard that refers to nothing or does not add up."""
    yield from _repeated(standard)
    groups = [group.key for group in standard.groups]
    criteria = [criterion.key for criterion in standard.criteria]
    items = [item.key for item in standard.items]
    covered = {key for item in standard.items for key in item.maps}
    for place, criterion in enumerate(standard.criteria):
        if criterion.group:
            yield from _under(
                ("criteria", place), unknown_words([criterion.group], groups, "group", "分组")
            )
        if standard.items and criterion.key not in covered:
            yield Problem(
                ("criteria", place), f"“{criterion.title}”没有被任何分项（items 的 maps）覆盖。"
            )
    for place, item in enumerate(standard.items):
        yield from _under(("items", place), unknown_words(item.maps, criteria, "maps", "条目"))
        if item.group:
            yield from _under(
                ("items", place), unknown_words([item.group], groups, "group", "分组")
            )
    yield from _under(("applies",), _applies_problems(standard.applies, words))
    yield from _clause_problems(standard, words, groups, items)
    yield from _sums(standard)
    yield from level_problems(standard)
    yield from subject_problems(standard, words.codes)
    yield from average_problems(standard)
    yield from sense_problems(standard)


def _clause_problems(
    standard: Standard, words: Words, groups: Iterable[str], items: Iterable[str]
) -> Iterator[Problem]:
    for place, clause in enumerate(standard.clauses):
        at: tuple[str | int, ...] = ("clauses", place)
        if clause.item:
            yield from _under(at, unknown_words([clause.item], items, "item", "分项"))
        if clause.group:
            yield from _under(at, unknown_words([clause.group], groups, "group", "分组"))
        if clause.form:
            yield from _under(at, _form_problems(clause.form, words))
        yield from _under((*at, "applies"), _applies_problems(clause.applies, words))
        if clause.rule is not None:
            problems = list(clause.rule.check(words))
            yield from _under((*at, "rule"), problems)
            if clause.wording is not None and not problems:
                yield from _under((*at, "wording"), _reason_problems(clause, words))


def _reason_problems(clause: Clause, words: Words) -> Iterator[Problem]:
    """A reason for a condition that the rule does not ask, or with a column that its rows do not have."""
    known: dict[str, set[str]] = {}
    for evidence in clause.rule.evidence(words):
        columns = RELATIONS[evidence.relation].by_name.values()
        numbers = {column.name for column in columns if column.type == "int"}
        known.update({check.name: numbers for check in evidence.checks})
    reasons = clause.wording.reasons if clause.wording else {}
    for problem in unknown_words(reasons, known, "reasons", "条件"):
        yield Problem(("reasons",), problem.message)
    for name, text in reasons.items():
        for problem in unknown_words(
            sorted(placeholders(text)), sorted(known.get(name, ())), name, "数字列"
        ):
            yield Problem(("reasons", name), problem.message)


def _under(prefix: tuple[str | int, ...], problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem((*prefix, *problem.path), problem.message)


def _repeated(standard: Standard) -> Iterator[Problem]:
    for part in ("groups", "criteria", "items", "clauses"):
        seen: set[str] = set()
        for place, entry in enumerate(getattr(standard, part)):
            if entry.key in seen:
                yield Problem((part, place, "key"), f"“{entry.key}”在 {part} 中写了两次。")
            seen.add(entry.key)


def _sums(standard: Standard) -> Iterator[Problem]:
    by_item: dict[str, int] = {}
    by_group: dict[str, int] = {}
    for clause in standard.clauses:
        if clause.class_ == "scored":
            group = standard.group_of(clause)
            by_item[clause.item] = by_item.get(clause.item, 0) + clause.points
            by_group[group] = by_group.get(group, 0) + clause.points
    for place, one in enumerate(standard.groups):
        if one.points is not None and by_group.get(one.key, 0) != one.points:
            said = f"“{one.title}”共 {points_zh(one.points)} 分，其条款合计 {points_zh(by_group.get(one.key, 0))} 分。"
            yield Problem(("groups", place), said)
    for place, item in enumerate(standard.items):
        if by_item.get(item.key, 0) != item.points:
            said = f"“{item.title}”共 {points_zh(item.points)} 分，其条款合计 {points_zh(by_item.get(item.key, 0))} 分。"
            yield Problem(("items", place), said)
    total = sum(by_item.values())
    if standard.total_points is not None and total != standard.total_points:
        said = f"总分应为 {points_zh(standard.total_points)} 分，各条款合计 {points_zh(total)} 分。"
        yield Problem(("total_points",), said)


def _applies_problems(applies: Applies, words: Words) -> Iterator[Problem]:
    for name, listed in (
        ("kinds", "unit_kind"),
        ("except_kinds", "unit_kind"),
        ("sectors", "sector"),
        ("except_sectors", "sector"),
    ):
        yield from unknown_words(getattr(applies, name), words.codes.get(listed, {}), name, "代码")


def _form_problems(form: str, words: Words) -> Iterator[Problem]:
    head, _, tail = form.partition(":")
    if head not in FORMS:
        yield Problem(("form",), f"不认识的录入表单“{head}”；可用的有：{'、'.join(FORMS)}。")
    elif head == "sitting":
        yield from _under((), unknown_words([tail], words.segment_kinds, "form", "会议类别"))
    elif head == "document":
        yield from _under((), unknown_words([tail], words.document_kinds, "form", "文档类别"))
