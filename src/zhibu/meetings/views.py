"""Pages of the sittings. One address, one act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.audit.services import event_record
from zhibu.files.services import blob_read
from zhibu.meetings import begin, policies, selectors, services
from zhibu.meetings.cautions import cautions_of
from zhibu.meetings.content import frozen_rosters
from zhibu.meetings.entry import Entry
from zhibu.meetings.forms import DetachForm, FileForm, FilterForm, ReasonForm
from zhibu.meetings.frame import Frame
from zhibu.meetings.ledgerwriting import ledger_rows
from zhibu.meetings.models import Sitting
from zhibu.meetings.tables import LedgerTable, SegmentTable
from zhibu.meetings.terms import kinds_offered
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Record
from zhibu.records.selectors import record_usages, record_versions
from zhibu.shared import clock, tables
from zhibu.shared.errors import RuleBroken
from zhibu.shared.htmx import render_page

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The list of the reader's own unit: the one he records for, else the highest he sees."""
    unit = selectors.main_unit(request.user)
    if unit is None:
        return render_page(request, "meetings/none.html")
    return redirect("meetings:list", unit.pk)


@require_safe
@login_required
def sitting_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_pk)
    form = _filters(request, unit)
    rows = selectors.segment_rows(unit, clock.today(), **_wanted(form))
    table = tables.configure(request, SegmentTable(rows, unit=unit))
    context = {
        "unit": unit,
        "table": table,
        "filters": form,
        "may_enter": policies.may_enter(request.user, unit) and unit.is_branch,
    }
    return render_page(request, "meetings/list.html", context)


@require_safe
@login_required
def ledger(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """会议台账: the filtered rows with everything in them, as an Excel sheet."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_pk)
    rows = ledger_rows(unit, clock.today(), **_wanted(_filters(request, unit)))
    event_record(
        actor=request.user,
        action="meetings.exported",
        target=f"organization.unit:{unit.pk}",
        unit=unit,
        rows=len(rows),
    )
    return tables.excel_response(LedgerTable(rows), _("%(unit)s会议台账") % {"unit": unit})


@get_or_post
@login_required
def sitting_new(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_pk)
    if not policies.may_enter(request.user, unit):
        return _may_not(request, unit)
    frame = Frame(unit, begin.posted_day(request, clock.today()), request.user)
    if request.method != "POST":
        return _form(request, Entry(frame, begin.asked_data(frame, request.GET)))
    if request.POST.get("act", "save") != "save":
        return _form(
            request, Entry(frame, begin.grown(frame, request.POST.dict(), request.POST["act"]))
        )
    entry = Entry(frame, request.POST, check=True)
    sitting = _saved(entry, lambda values: _enter(unit, request, values))
    return (
        _done(request, sitting, _("会议已保存。")) if sitting else _form(request, entry, status=422)
    )


@get_or_post
@login_required
def sitting_correct(request: HttpRequest, pk: int) -> HttpResponse:
    sitting = _own(request, pk)
    record = sitting.record
    day = begin.posted_day(request, record.event_on)
    frame = Frame(record.owner, day, request.user, guests_before=selectors.guests_of(record))
    if day == record.event_on:
        frame.frozen = frozen_rosters(sitting, frame.words)
    frame.ordered = begin.tasks_ordered(record)
    entered = record.event_on + timedelta(days=record.entry_delay)
    options: dict[str, Any] = {"correcting": True, "entered_on": entered}
    if request.method != "POST":
        return _form(request, Entry(frame, begin.sitting_data(sitting, frame), **options), sitting)
    if request.POST.get("act", "save") != "save":
        data = begin.grown(frame, request.POST.dict(), request.POST["act"])
        return _form(request, Entry(frame, data, **options), sitting)
    entry = Entry(frame, request.POST, check=True, **options)
    done = _saved(entry, lambda values: _correct(sitting, request, entry, values))
    return (
        _done(request, done, _("会议已更正。"))
        if done
        else _form(request, entry, sitting, status=422)
    )


def _enter(unit: Unit, request: HttpRequest, values: dict[str, Any]) -> Sitting:
    return services.sitting_enter(owner=unit, actor=request.user, once=True, **values)


def _correct(
    sitting: Sitting, request: HttpRequest, entry: Entry, values: dict[str, Any]
) -> Sitting:
    reason = entry.head.cleaned_data["reason"]
    try:
        return services.sitting_correct(
            sitting=sitting, actor=request.user, reason=reason, seen_version=entry.version, **values
        )
    except services.RecordMoved:
        # Told once; who then saves again has been told that there is something newer.
        entry.version = sitting.record.version
        raise


@require_safe
@login_required
def sitting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Sitting.objects.visible_to(request.user), pk=pk)
    return _detail(request, pk, FileForm())


def _detail(request: HttpRequest, pk: int, file_form: FileForm, status: int = 200) -> HttpResponse:
    view = selectors.sitting_view(pk)
    context = {
        "files": list(view.record.attachments.select_related("blob").order_by("pk")),
        "file_form": file_form,
        "view": view,
        "cautions": cautions_of(view),
        "usages": record_usages(view.record),
        "versions": record_versions(view.record),
        "may_correct": policies.may_correct(request.user, view.record)
        and view.record.state != Record.State.VOIDED,
    }
    return render_page(request, "meetings/detail.html", context, status=status)


@require_safe
@login_required
def sitting_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """What the sitting said before a correction."""
    sitting = get_object_or_404(Sitting.objects.visible_to(request.user), pk=pk)
    old = get_object_or_404(sitting.record.versions.all(), version=version)
    words = unit_words(sitting.record.owner, sitting.record.event_on)
    context = {"sitting": sitting, "old": old, "lines": selectors.version_lines(old.content, words)}
    return render_page(request, "meetings/version.html", context)


@get_or_post
@login_required
def sitting_void(request: HttpRequest, pk: int) -> HttpResponse:
    sitting = _own(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.sitting_void(
                sitting=sitting, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("会议已作废，不再计数；原内容和作废原因仍可查看。"))
            return redirect("meetings:detail", pk)
    status = 422 if form.is_bound else 200
    return render_page(
        request, "meetings/void.html", {"sitting": sitting, "form": form}, status=status
    )


@require_POST
@login_required
def sitting_attach(request: HttpRequest, pk: int) -> HttpResponse:
    sitting = _own(request, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.sitting_attach(
                sitting=sitting, actor=request.user, name=file.name, data=file.read()
            )
        except RuleBroken as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("附件已上传。"))
            return redirect("meetings:detail", pk)
    return _detail(request, pk, form, status=422)


@require_safe
@login_required
def sitting_attachment(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """The bytes as they came, always to be saved, never shown by the browser as a page of ours."""
    sitting = get_object_or_404(Sitting.objects.visible_to(request.user), pk=pk)
    file = get_object_or_404(sitting.record.attachments.select_related("blob"), pk=file_pk)
    try:
        data = blob_read(blob=file.blob)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("meetings:detail", pk)
    response = HttpResponse(data, content_type=file.blob.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@get_or_post
@login_required
def sitting_detach(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    sitting = _own(request, pk)
    file = get_object_or_404(sitting.record.attachments.all(), pk=file_pk)
    form = DetachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.sitting_detach(
                sitting=sitting, attachment=file, actor=request.user, reason=reason
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("附件已删除，原因记在日志里。"))
            return redirect("meetings:detail", pk)
    context = {"sitting": sitting, "file": file, "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "meetings/detach.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> Sitting:
    """A sitting the reader may change; any other is not there for him."""
    visible = Sitting.objects.visible_to(request.user).select_related("record__owner")
    sitting = get_object_or_404(visible, pk=pk)
    if not policies.may_correct(request.user, sitting.record):
        return get_object_or_404(visible.none(), pk=pk)
    return sitting


def _may_not(request: HttpRequest, unit: Unit) -> HttpResponse:
    return get_object_or_404(Unit.objects.none(), pk=unit.pk)


def _saved(entry: Entry, act: Any) -> Sitting | None:
    """Do the act if the form can be read; put each refusal where it belongs."""
    if not entry.is_valid():
        return None
    values = entry.values()
    if entry.has_roll_errors:
        return None
    try:
        return act(values)
    except services.SittingRefused as refused:
        entry.blame(refused.problems)
    except RuleBroken as broken:
        entry.head.add_error(None, broken.message)
    except ValidationError as error:
        entry.head.add_error(None, [text for text in error.messages])
    return None


def _done(request: HttpRequest, sitting: Sitting, said: str) -> HttpResponse:
    messages.success(request, said)
    for caution in sitting.cautions:
        messages.warning(request, caution.text)
    return redirect("meetings:detail", sitting.pk)


def _form(
    request: HttpRequest, entry: Entry, sitting: Sitting | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "entry": entry,
        "unit": entry.frame.unit,
        "sitting": sitting,
        "post_url": request.path,
        "tasks": [] if sitting else begin.open_tasks(entry.frame.unit),
        "follows": entry.has_item(str(begin.FOLLOWUP)),
    }
    return render_page(request, "meetings/form.html", context, fragment="sitting", status=status)


def _filters(request: HttpRequest, unit: Unit) -> FilterForm:
    today = clock.today()
    years = selectors.years_recorded(unit, today)
    return FilterForm(request.GET, kinds=kinds_offered(unit_words(unit, today)), years=years)


def _wanted(form: FilterForm) -> dict[str, Any]:
    """Filters that make no sense are as if not given."""
    form.is_valid()
    data = form.cleaned_data
    return {
        "kind": data.get("kind", ""),
        "year": int(data["year"]) if data.get("year") else None,
        "month": int(data["month"]) if data.get("month") else None,
        "late": data.get("mark") == "late",
        "doubtful": data.get("mark") == "doubtful",
        "text": data.get("text", ""),
    }
