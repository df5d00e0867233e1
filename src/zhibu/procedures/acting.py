"""What stands between a filled-in form and the act: refusals go to their fields, files are not lost."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from zhibu.files.models import Blob
from zhibu.files.services import blob_read, blob_store
from zhibu.procedures import services
from zhibu.procedures.forms import CiteForm, KeptFile, StepForm, person_of
from zhibu.procedures.mendforms import PaperForm
from zhibu.procedures.models import MatterStep
from zhibu.procedures.selectors import MatterFile
from zhibu.records.models import Record
from zhibu.records.services import file_check
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.procedure import StepOf

REFUSED = (ValidationError, RuleBroken)
Files = list[tuple[str, str, bytes]]


def salt(user: Any, matter_pk: int) -> str:
    """A kept file is good for one reader and one matter."""
    return f"procedures.kept:{user.pk}:{matter_pk}"


def step_enter(found: MatterFile, step: str, form: StepForm, user: Any) -> bool:
    behalf = person_of(form.cleaned_data.get("on_behalf_of"))
    try:
        services.step_act(
            matter=found.matter, step=step, actor=user, files=_files(form), on_behalf_of=behalf,
            decision=form.cleaned_data.get("decision", ""), **form.said(),
        )  # fmt: skip
    except services.StepRefused as refused:
        form.refused_by(refused.found)
    except REFUSED as error:
        form.refused(error)
    else:
        return True
    return False


def step_mend(made: MatterStep, form: StepForm, user: Any) -> bool:
    try:
        services.step_correct(
            made=made, actor=user, reason=form.cleaned_data["reason"], **form.said()
        )
    except services.StepRefused as refused:
        form.refused_by(refused.found)
    except REFUSED as error:
        form.refused(error)
    else:
        return True
    return False


def document_cite(found: MatterFile, step: StepOf, form: CiteForm, user: Any) -> bool:
    record = Record.objects.select_related("document").get(pk=form.cleaned_data["document"])
    try:
        services.step_satisfy(
            matter=found.matter, step=step.key, record=record, actor=user,
            evidence=services.Evidence(kind=record.document.kind), ask_reasons=False,
        )  # fmt: skip
    except REFUSED as error:
        form.refused(error)
        return False
    return True


def paper_add(made: MatterStep, form: PaperForm, user: Any) -> bool:
    file = form.cleaned_data["file"]
    try:
        services.step_paper_add(
            made=made,
            paper=form.cleaned_data["paper"],
            name=file.name,
            data=file.read(),
            actor=user,
        )
    except REFUSED as error:
        form.refused(error)
        return False
    return True


def papers_asked(found: MatterFile, made: MatterStep) -> list[tuple[str, str]]:
    """Papers of the step that are not there yet."""
    known = found.procedure
    there = made.evidence.get("papers", {})
    papers = known.step(made.step).papers if known else ()
    return [(one.key, one.title) for one in papers if one.key not in there]


def _files(form: StepForm) -> Files:
    """Those kept from a refused post, and those of this one, which come first for the same paper."""
    sent: Files = []
    for paper, upload in form.papers():
        upload.seek(0)
        sent.append((paper, upload.name, upload.read()))
    papers = {paper for paper, _name, _data in sent if paper}
    known = {data for _paper, _name, data in sent}
    for paper, name, blob_id, _token in form.kept():
        data = blob_read(blob=Blob.objects.get(pk=blob_id))
        if paper not in papers and data not in known:
            sent.append((paper, name, data))
    return sent


def files_keep(form: StepForm) -> None:
    """Store what came with a refused post, so that nothing is chosen twice; what can not be kept says why."""
    kept = [KeptFile(paper, name, token) for paper, name, _blob, token in form.kept()]
    for paper, upload in form.papers() if hasattr(form, "cleaned_data") else ():
        upload.seek(0)
        data = upload.read()
        try:
            name, media_type = file_check(upload.name, data)
        except RuleBroken as error:
            form.add_error(f"paper-{paper}", error.message)
            continue
        blob = blob_store(data=data, media_type=media_type)
        kept = [one for one in kept if not paper or one.paper != paper]
        kept.append(KeptFile(paper, name, form.keep(paper, name, blob.pk)))
    form.kept_files = kept
