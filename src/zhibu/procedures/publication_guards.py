"""Nothing of a matter is published without a valid resolution, and what is published does its step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import matter_file, matter_resolution_problems, steps_of_record
from zhibu.procedures.services import Evidence, step_restate, step_satisfy


def publication_refusals(*, about: str, kind: str, day: date) -> Iterable[str]:
    matter = matter_about(about)
    return matter_resolution_problems(matter) if matter else ()


def matter_about(about: str) -> Matter | None:
    head, _, tail = about.partition(":")
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
