"""Nothing of a matter is published without a valid resolution, and what is published does its step.

What it says is filled in from the matter, with the names to be masked, so that nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zhibu.procedures.blanks import Named
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import (
    MatterFile,
    matter_file,
    matter_resolution_problems,
    steps_of_record,
)
from zhibu.procedures.services import Evidence, step_restate, step_satisfy
from zhibu_engine.votes import VoteCount, vote_judge

#: The kind of publication that shows the resolution itself.
RESOLUTION = "resolution"


def publication_refusals(*, about: str, kind: str, day: date) -> Iterable[str]:
    matter = matter_about(about)
    return matter_resolution_problems(matter) if matter else ()


def publication_filled(*, unit: Any, about: str, kind: str) -> dict[str, Any]:
    """The form's own names; only of a matter of that very unit."""
    matter = matter_about(about)
    if matter is None or matter.unit_id != unit.pk:
        return {}
    found = matter_file(matter)
    titles = found.words.codes.get("publication_kind", {})
    filled = {
        "title": f"{matter.title}：{titles[kind]}" if kind in titles else matter.title,
        "about_title": matter.title,
    }
    if found.procedure is None:
        return filled
    fields, said = found.procedure.form, matter.form
    lines = [
        one
        for one in Named.of([(fields, said)]).lines(fields, said, found.words)
        if not one.private
    ]
    long = [one.text for one in lines if one.long]
    return {
        **filled,
        "body": "\n\n".join([*long, *_resolved(found, kind)]),
        "table": "\n".join(f"{one.title}：{one.text}" for one in lines if not one.long),
        "private_names": "\n".join(_private_names(found)),
    }


def publication_about_url(*, about: str) -> str:
    matter = matter_about(about)
    return matter.get_absolute_url() if matter else ""


def _resolved(found: MatterFile, kind: str) -> Iterable[str]:
    """How the vote came out, where the resolution itself is shown."""
    known = found.procedure
    rows = [one for one in found.done if known and one.row.step == known.resolves]
    count = rows[-1].row.evidence.get("count") if rows and kind == RESOLUTION else None
    rule = rows[-1].step.asked(rows[-1].row.evidence["kind"]).vote if count else None
    if rule and count:
        titles = found.words.codes.get("segment_kind", {})
        yield _("%(day)s，%(meeting)s表决：%(said)s") % {
            "day": date_format(rows[-1].row.day, "Y年n月j日"),
            "meeting": titles.get(rows[-1].row.evidence["kind"], ""),
            "said": vote_judge(rule, VoteCount(**count)).sentence,
        }


def _private_names(found: MatterFile) -> list[str]:
    """People in blanks that the pack marks as private, and the one a private matter is about."""
    known, said = found.procedure, found.matter.form
    if known is None:
        return []
    private = [one for one in known.form if one.private]
    names = list(Named.of([(private, said)]).people.values())
    names += [str(said[one.key]) for one in private if one.type == "text" and said.get(one.key)]
    if known.private and found.matter.person:
        names.append(found.matter.person.name)
    return list(dict.fromkeys(names))


def matter_about(about: str) -> Matter | None:
    head, _colon, tail = about.partition(":")
    if head != "matter" or not tail.isdecimal():
        return None
    return Matter.objects.select_related("unit").filter(pk=int(tail)).first()


def publication_changed(publication: Any, actor: Any) -> None:
    """A publication does the open step that asks for its kind; what does not conform is counted, not refused."""
    matter = matter_about(publication.about)
    if matter is None:
        return
    ends = publication.withdrawn_on or publication.to_on
    shown = (ends - publication.from_on).days + 1 if ends else None
    evidence = Evidence(kind=publication.kind, shown=shown)
    done = [step for step in steps_of_record(publication.pk) if step.matter_id == matter.pk]
    for step in done:
        step_restate(made=step, evidence=evidence, actor=actor, day=publication.from_on)
    if done or publication.withdrawn_on or not matter.is_running:
        return
    for one in matter_file(matter).open:
        if one.step.evidence == "publication" and publication.kind in one.step.kinds:
            step_satisfy(
                matter=matter, step=one.step.key, record=publication.record, actor=actor, evidence=evidence,
                ask_reasons=False,
            )  # fmt: skip
            return
