"""评判说明 as a file, for Word and for Excel: what the pages show, written by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.packs.models import PackVersion
from zhibu.shared import excel
from zhibu.standards.adopted import Applied
from zhibu.standards.judging import exemptions_on, hand_points, unit_facts
from zhibu.standards.selectors.explained import applied_find
from zhibu_engine.assess import assess
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.report import PackRef, Report, sheet_make
from zhibu_engine.report_docx import finding_document, report_document
from zhibu_engine.report_xlsx import report_workbook

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Form → its media type.
FORMS: Mapping[str, str] = {"docx": DOCX, "xlsx": excel.XLSX}


def unit_paper(unit: Unit, standard: str, day: date, form: str) -> bytes | None:
    """The whole standard for a unit; None where the unit does not keep it."""
    writers: dict[str, Callable[[Report], bytes]] = {
        "docx": report_document,
        "xlsx": report_workbook,
    }
    report = unit_report(unit, standard, day)
    return None if report is None else writers[form](report)


def finding_paper(unit: Unit, standard: str, clause: str, day: date, form: str) -> bytes | None:
    """One clause with all of its records."""
    report = unit_report(unit, standard, day)
    if report is None or not report.sheets[0].units:
        return None
    sheet = report.sheets[0]
    own = sheet.units[0]
    found = tuple(one for one in own.explanations if one.clause == clause)
    if not found:
        return None
    one = replace(report, sheets=(replace(sheet, units=(replace(own, explanations=found),)),))
    return finding_document(one) if form == "docx" else report_workbook(one)


def unit_report(unit: Unit, standard: str, day: date) -> Report | None:
    """From the facts of the moment, as the page of a finding is."""
    applied = applied_find(unit, standard, day)
    if applied is None or applied.compiled.standard.subject.kind != "unit":
        return None
    facts = unit_facts(unit.pk, day, applied.compiled)
    exempt = exemptions_on([unit.pk], day).get(standard, [])
    given = hand_points([unit.pk], day.year).get(standard, {})
    found = assess(
        applied.compiled, facts_prepare(facts, day), [unit.pk], exemptions=exempt, manual=given
    )
    sheet = sheet_make(applied.compiled, found, facts)
    return Report(_pack(applied), day, (sheet,), note=_note(applied))


def _pack(applied: Applied) -> PackRef:
    version = applied.version
    title = PackVersion.objects.values_list("title", flat=True).get(pk=version.pk)
    return PackRef(version.key, version.version, title, version.digest)


def _note(applied: Applied) -> str:
    if not applied.is_trial:
        return ""
    return _("这项标准正在试行：得分只供对照，不列入待办，也不作为正式结果。")


def paper_response(
    request: HttpRequest, branch: Unit, standard: str, year: int, content: bytes | None
) -> HttpResponse:
    """The file, and a line in the log: it names people."""
    if content is None:
        raise Http404
    form = request.GET["export"]
    event_record(
        actor=request.user,
        action="standards.exported",
        target=f"organization.unit:{branch.pk}",
        unit=branch,
        year=year,
        standard=standard,
        form="Word" if form == "docx" else "Excel",
    )
    return excel.file_response(f"{branch}-{year}-{_('评判说明')}.{form}", content, FORMS[form])
