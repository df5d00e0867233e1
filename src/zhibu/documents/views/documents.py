"""Pages of plans and summaries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.documents import pages, policies, services
from zhibu.documents.acting import unit_of_reader, unit_seen, unit_writable
from zhibu.documents.models import Document
from zhibu.documents.selectors import document_rows
from zhibu.documents.tables import DocumentTable, filtered
from zhibu.organization.models import Unit
from zhibu.records.models import Record
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.shared.tables import configure, excel_response, wants_excel


@require_safe
@login_required
def document_start(request: HttpRequest) -> HttpResponse:
    """The menu's entry: straight to the list of the unit the user works for."""
    unit = unit_of_reader(request)
    return redirect("documents:list", unit.pk) if unit else redirect("/")


@require_safe
@login_required
def document_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = unit_seen(request, unit_pk)
    rows = document_rows(request.user, unit, clock.today())
    filters = pages.list_filters(request, unit, rows)
    table = configure(request, DocumentTable(filtered(rows, filters.kind, filters.year)))
    if wants_excel(request):
        return excel_response(table, _("%(unit)s计划与总结") % {"unit": unit}, exclude=())
    context = {
        "page": pages.list_page(unit, filters, may_write=policies.may_write(request.user, unit)),
        "table": table,
    }
    return render(request, "documents/list.html", context)


@require_safe
@login_required
def document_new(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """The empty form, pre-filled from the address: kind, year, period, title, body."""
    unit = _writable(request, unit_pk)
    return _form(request, pages.new_page(unit, request.GET))


@require_POST
@login_required
def document_write(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = _writable(request, unit_pk)
    page = pages.new_page(unit, request.GET, request.POST)
    if "more" in request.POST or not page.is_valid():
        return _form(request, page)
    try:
        document = services.document_create(
            owner=unit,
            actor=request.user,
            kind=page.kind.code,
            year=page.year,
            period=page.period,
            index=page.index,
            **page.values(),
        )
    except (ValidationError, RuleBroken) as error:
        return _form(request, page.refused(error))
    messages.success(request, _("已保存。"))
    return redirect(document)


@require_safe
@login_required
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    return render(
        request, "documents/detail.html", {"page": pages.detail_page(document, request.user)}
    )


@require_safe
@login_required
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, pages.edit_page(_correctable(request, pk)))


@require_POST
@login_required
def document_correct(request: HttpRequest, pk: int) -> HttpResponse:
    document = _correctable(request, pk)
    page = pages.edit_page(document, request.POST)
    if "more" in request.POST or not page.is_valid():
        return _form(request, page)
    try:
        services.document_update(document=document, actor=request.user, **page.values())
    except (ValidationError, RuleBroken) as error:
        return _form(request, page.refused(error))
    messages.success(request, _("已更正，更正前的内容已保留。"))
    return redirect(document)


@require_POST
@login_required
def document_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    sitting = pages.sitting_asked(document, request.POST.get("sitting", ""))
    try:
        if sitting is None:
            raise RuleBroken(_("请先选择通过本文档的会议。"))
        services.document_adopt(document=document, actor=request.user, sitting=sitting)
    except RuleBroken as error:
        return _refused(request, document, adopt_error=error.message)
    messages.success(request, _("已登记通过本文档的会议。"))
    return redirect(document)


@require_POST
@login_required
def document_void(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    try:
        services.document_void(
            document=document, actor=request.user, reason=request.POST.get("reason", "")
        )
    except (RuleBroken, ValidationError) as error:
        said = error.message if isinstance(error, RuleBroken) else " ".join(error.messages)
        return _refused(request, document, void_error=said)
    messages.success(request, _("已作废。内容仍可查看，不再计入评判。"))
    return redirect(document)


def _form(request: HttpRequest, page: pages.FormPage) -> HttpResponse:
    return render(
        request, "documents/form.html", {"page": page}, status=422 if page.has_errors else 200
    )


def _refused(request: HttpRequest, document: Document, **errors: Any) -> HttpResponse:
    page = pages.detail_page(document, request.user, **errors)
    return render(request, "documents/detail.html", {"page": page}, status=422)


def _writable(request: HttpRequest, pk: int) -> Unit:
    unit = unit_writable(request, pk)
    if not pages.has_kinds(unit):
        raise Http404
    return unit


def _document(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related(
        "record__owner", "record__entered_by"
    )
    return get_object_or_404(rows, pk=pk)


def _correctable(request: HttpRequest, pk: int) -> Document:
    document = _document(request, pk)
    if not policies.may_write(request.user, document.record.owner):
        raise PermissionDenied(
            _("您可以查看这份文档，但没有更正的权限。请联系本组织的书记或记录员。")
        )
    if document.record.state == Record.State.VOIDED:
        raise Http404
    return document
