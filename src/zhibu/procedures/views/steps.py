"""Doing a step and mending one that was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.files.services import blob_read
from zhibu.procedures import acting, finding, pages, services
from zhibu.procedures.forms import TurnForm
from zhibu.procedures.mendforms import PaperForm, ReasonsForm
from zhibu.records.models import Record
from zhibu.shared.errors import RuleBroken

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
REFUSED = (ValidationError, RuleBroken)
#: A meeting or publication is put right at its own page, and its step with it.
VOIDED_HERE = (Record.Kind.ENTRY, Record.Kind.DOCUMENT)


@require_POST
@login_required
def step_act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A step that is written here. Refused, the page comes back with everything typed and chosen."""
    found = finding.file_seen(request, pk)
    known = finding.step_doable(request, found, step)
    if known.evidence != "act":
        raise Http404
    form = pages.step_form(found, step, request.POST, request.FILES, acting.salt(request.user, pk))
    asks = form.asks_more()
    if not asks and form.is_valid() and acting.step_enter(found, step, form, request.user):
        messages.success(request, _("“%(step)s”已登记。") % {"step": known.title})
        return redirect(found.matter)
    acting.files_keep(form)
    page = pages.detail_page(found.matter, request.user, asked=step, form=form)
    return render(request, "procedures/detail.html", {"page": page}, status=200 if asks else 422)


@require_POST
@login_required
def step_cite(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A document that is there already does the step."""
    found = finding.file_seen(request, pk)
    known = finding.step_doable(request, found, step)
    if known.evidence != "document":
        raise Http404
    form = pages.cite_form(found, known, request.POST)
    if form.is_valid() and acting.document_cite(found, known, form, request.user):
        messages.success(request, _("“%(step)s”已登记。") % {"step": known.title})
        return redirect(found.matter)
    page = pages.detail_page(found.matter, request.user, asked=step, cite=form)
    return render(request, "procedures/detail.html", {"page": page}, status=422)


@get_or_post
@login_required
def step_correct(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    found = finding.file_seen(request, pk)
    made = finding.step_made(request, found, step_pk)
    form = pages.step_form(found, made.step, request.POST or None, made=made)
    sent = not form.asks_more() and form.is_valid()
    if sent and acting.step_mend(made, form, request.user):
        messages.success(request, _("已更正，更正前的内容已保留。"))
        return redirect(found.matter)
    context = {"matter": found.matter, "step": form, "title": _("更正这一步")}
    return _form(request, form, context)


@get_or_post
@login_required
def step_fill(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """The blanks of a step that a meeting, publication or document did."""
    found = finding.file_seen(request, pk)
    made = finding.step_made(request, found, step_pk)
    if made.record.kind == Record.Kind.ENTRY:
        raise Http404
    form = pages.fill_form(found, made, request.POST or None)
    if not form.asks_more() and form.is_valid():
        try:
            services.step_fill(made=made, actor=request.user, **form.said())
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("已保存。"))
            return redirect(found.matter)
    return _form(
        request, form, {"matter": found.matter, "form": form, "title": _("填写这一步的内容")}
    )


@get_or_post
@login_required
def step_void(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    found = finding.file_seen(request, pk)
    made = finding.step_made(request, found, step_pk)
    if made.record.kind not in VOIDED_HERE:
        raise Http404
    form = TurnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.step_void(made=made, actor=request.user, reason=form.cleaned_data["reason"])
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("这一步已作废，内容仍可查看。"))
            return redirect(found.matter)
    says = _("作废以后这一步要重新办理。内容和作废原因仍可查看。")
    context = {"title": _("作废这一步"), "says": says, "danger": True}
    return _form(request, form, {"matter": found.matter, "form": form, **context})


@get_or_post
@login_required
def step_reason(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Reasons after the fact: they excuse, and what does not conform stays counted."""
    found = finding.file_seen(request, pk)
    made = finding.step_made(request, found, step_pk)
    form = ReasonsForm(request.POST or None, made=made)
    if request.method == "POST" and form.is_valid():
        try:
            services.step_reason(made=made, reasons=form.reasons(), actor=request.user)
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("理由已保存。"))
            return redirect(found.matter)
    says = _("写明理由以后仍会计入不符合之处，并注明已说明理由。")
    context = {"title": _("补写理由"), "says": says}
    return _form(request, form, {"matter": found.matter, "form": form, **context})


@get_or_post
@login_required
def step_paper(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    found = finding.file_seen(request, pk)
    made = finding.step_made(request, found, step_pk)
    papers = acting.papers_asked(found, made)
    if not papers:
        raise Http404
    form = PaperForm(request.POST or None, request.FILES or None, papers=papers)
    sent = request.method == "POST" and form.is_valid()
    if sent and acting.paper_add(made, form, request.user):
        messages.success(request, _("材料已上传。"))
        return redirect(found.matter)
    context: dict[str, Any] = {"title": _("补交材料"), "with_files": True}
    return _form(request, form, {"matter": found.matter, "form": form, **context})


@require_safe
@login_required
def matter_paper(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """A paper of one of the matter's steps, always to be saved, never shown as a page of ours."""
    found = finding.file_seen(request, pk)
    paper = finding.paper_of(found, file_pk)
    response = HttpResponse(blob_read(blob=paper.blob), content_type=paper.blob.media_type)
    response["Content-Disposition"] = content_disposition_header(True, paper.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _form(request: HttpRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and not form.asks_more() else 200
    return render(request, "procedures/form.html", context, status=status)
