"""Pages of what a unit makes public, for those who work for it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.documents import policies, services
from zhibu.documents import publication_pages as pages
from zhibu.documents.acting import unit_of_reader, unit_seen, unit_writable
from zhibu.documents.forms import ObjectionForm
from zhibu.documents.models import Publication
from zhibu.documents.selectors import publication_rows
from zhibu.documents.tables import PublicationTable
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.shared.tables import configure, excel_response, wants_excel

REFUSED = (ValidationError, RuleBroken)


@require_safe
@login_required
def publication_start(request: HttpRequest) -> HttpResponse:
    """The menu's entry: straight to the list of the unit the user works for."""
    unit = unit_of_reader(request)
    return redirect("documents:publications", unit.pk) if unit else redirect("/")


@require_safe
@login_required
def publication_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = unit_seen(request, unit_pk)
    page = pages.list_page(request, unit)
    rows = pages.narrowed(publication_rows(request.user, unit, clock.today()), page)
    table = configure(request, PublicationTable(rows, unit=unit))
    if wants_excel(request):
        return excel_response(table, _("%(unit)s公开目录") % {"unit": unit}, exclude=())
    return render(request, "documents/publications.html", {"page": page, "table": table})


@require_safe
@login_required
def publication_new(request: HttpRequest, unit_pk: int) -> HttpResponse:
    return _form(request, pages.new_page(unit_writable(request, unit_pk), request.GET))


@require_POST
@login_required
def publication_publish(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """First the masked preview, then, confirmed, the act."""
    unit = unit_writable(request, unit_pk)
    page = pages.new_page(unit, request.GET, request.POST).preview()
    if page.draft is None or not page.is_confirmed:
        return _form(request, page)
    try:
        made = services.publication_publish(
            unit=unit, actor=request.user, about=page.about, **page.form.values()
        )
    except REFUSED as error:
        return _form(request, page.refused(error))
    messages.success(request, _("已公开。"))
    return redirect(made)


@require_safe
@login_required
def publication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _publication(request, pk))


@require_safe
@login_required
def publication_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, pages.edit_page(_correctable(request, pk)))


@require_POST
@login_required
def publication_correct(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _correctable(request, pk)
    page = pages.edit_page(publication, request.POST).preview()
    if page.draft is None or not page.is_confirmed:
        return _form(request, page)
    try:
        services.publication_correct(
            publication=publication, actor=request.user, **page.form.values()
        )
    except REFUSED as error:
        return _form(request, page.refused(error))
    messages.success(request, _("已更正，更正前的内容已保留。"))
    return redirect(publication)


@require_POST
@login_required
def publication_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _publication(request, pk)
    reason = request.POST.get("reason", "")
    try:
        services.publication_withdraw(publication=publication, reason=reason, actor=request.user)
    except REFUSED as error:
        return _detail(request, publication, withdraw_error=pages.first_said(error))
    messages.success(request, _("已撤回，页面只写明撤回和原因。"))
    return redirect(publication)


@require_POST
@login_required
def objection_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """What came on paper, by word of mouth or by phone."""
    publication = _publication(request, pk)
    if not policies.may_write(request.user, publication.record.owner):
        raise PermissionDenied
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _detail(request, publication, form)
    try:
        made = services.objection_receive(
            publication=publication, actor=request.user, **form.cleaned_data
        )
    except REFUSED as error:
        return _detail(request, publication, pages.objection_refused(form, error))
    messages.success(request, _("已登记，编号 %(number)s。") % {"number": made.number})
    return redirect(f"{reverse('documents:publication', args=[pk])}#objection-{made.number}")


@require_POST
@login_required
def objection_answer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    publication = _publication(request, pk)
    objection = get_object_or_404(publication.objections, number=number)
    try:
        services.objection_answer(
            objection=objection,
            answer=request.POST.get("answer", ""),
            taken="not_taken" not in request.POST,
            actor=request.user,
        )
    except REFUSED as error:
        said = pages.first_said(error)
        return _detail(request, publication, refused=number, answer_error=said)
    messages.success(request, _("已答复，答复会写在公开的页面上。"))
    return redirect(f"{reverse('documents:publication', args=[pk])}#objection-{number}")


def _form(request: HttpRequest, page: pages.FormPage) -> HttpResponse:
    name = "preview" if page.draft else "form"
    return render(request, f"documents/publication_{name}.html", {"page": page}, status=page.status)


def _detail(
    request: HttpRequest,
    publication: Publication,
    form: ObjectionForm | None = None,
    **said: object,
) -> HttpResponse:
    page = pages.detail_page(publication, request.user, form, **said)
    status = 422 if form or said else 200
    return render(request, "documents/publication.html", {"page": page}, status=status)


def _publication(request: HttpRequest, pk: int) -> Publication:
    rows = Publication.objects.visible_to(request.user).select_related(
        "record__owner", "record__entered_by"
    )
    return get_object_or_404(rows, pk=pk)


def _correctable(request: HttpRequest, pk: int) -> Publication:
    publication = _publication(request, pk)
    if not policies.may_write(request.user, publication.record.owner):
        raise PermissionDenied(
            _("您可以查看这份公开，但没有更正的权限。请联系本组织的书记或记录员。")
        )
    if publication.withdrawn_on is not None:
        raise Http404
    return publication
