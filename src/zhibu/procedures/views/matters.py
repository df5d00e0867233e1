"""Opening a matter, reading its file, turning its way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.procedures import finding, pages, services
from zhibu.procedures.forms import TurnForm
from zhibu.procedures.paperwork import FILE, SHEET, matter_paper
from zhibu.procedures.selectors import steps_of_record
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.shared.excel import file_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
REFUSED = (ValidationError, RuleBroken)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@login_required
def matter_new(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """Choose a procedure, then its form; the address may fill in both."""
    page = pages.new_page(finding.unit_writable(request, unit_pk), request.GET)
    return render(request, "procedures/new.html", {"page": page})


@require_POST
@login_required
def matter_open(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = finding.unit_writable(request, unit_pk)
    page = pages.new_page(unit, request.GET, request.POST)
    if page.form is None or page.procedure is None:
        raise Http404
    if page.form.asks_more():
        return render(request, "procedures/new.html", {"page": page})
    if page.form.is_valid():
        try:
            made = services.matter_open(
                unit=unit,
                procedure=page.procedure.key,
                actor=request.user,
                opened_on=page.form.cleaned_data["opened_on"],
                **page.form.said(),
                **page.form.subject(),
            )
        except REFUSED as error:
            page.form.refused(error)
        else:
            messages.success(request, _("已启动，编号 %(number)s。") % {"number": made.number})
            return redirect(made)
    return render(request, "procedures/new.html", {"page": page}, status=422)


@require_safe
@login_required
def matter_of_record(request: HttpRequest, record_pk: int) -> HttpResponse:
    """From an entry (登记) to the matter whose step it is: an entry has no page of its own."""
    steps = steps_of_record(record_pk)
    if not steps:
        raise Http404
    return redirect(finding.file_seen(request, steps[0].matter_id).matter)


@require_safe
@login_required
def matter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = finding.file_seen(request, pk)
    page = pages.detail_page(found.matter, request.user, asked=request.GET.get("step", ""))
    return render(request, "procedures/detail.html", {"page": page})


@require_safe
@login_required
def matter_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole file, or with ``?form=sheet`` the sheet that is signed step by step; it names people, so it is logged."""
    found = finding.file_seen(request, pk)
    page = pages.detail_page(found.matter, request.user)
    form = SHEET if request.GET.get("form") == SHEET else FILE
    content = matter_paper(page, form, clock.today())
    services.matter_export(matter=found.matter, actor=request.user)
    title = _("办理单") if form == SHEET else _("一事一档")
    name = f"{found.matter.number}-{found.matter.title[:40]}-{title}.docx"
    return file_response(name, content, DOCX)


@get_or_post
@login_required
def matter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = finding.file_writable(request, pk)
    form = pages.edit_form(found, request.POST or None)
    if not form.asks_more() and form.is_valid():
        try:
            services.matter_update(
                matter=found.matter,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                **form.said(),
            )
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("已更正，更正前的内容已保留。"))
            return redirect(found.matter)
    context = {"matter": found.matter, "form": form, "title": _("更正事项")}
    return _form(request, form, context)


@get_or_post
@login_required
def matter_return(request: HttpRequest, pk: int) -> HttpResponse:
    found = finding.file_turnable(request, pk)
    done = dict.fromkeys((one.row.step, one.title) for one in found.done)
    form = TurnForm(request.POST or None, steps=list(done))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.matter_return(
                matter=found.matter,
                to=data.get("to", ""),
                reason=data["reason"],
                actor=request.user,
            )
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("已退回。以前办的步骤还能查看，不再算数。"))
            return redirect(found.matter)
    says = _("选中的这一步和它后面的步骤都要重新办理。以前办的还能查看，不再算数。")
    return _form(request, form, _turning(found.matter, form, _("退回"), says))


@get_or_post
@login_required
def matter_terminate(request: HttpRequest, pk: int) -> HttpResponse:
    found = finding.file_turnable(request, pk)
    form = TurnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.matter_terminate(matter=found.matter, reason=reason, actor=request.user)
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("已终止。需要时可以重新办理。"))
            return redirect(found.matter)
    says = _("终止以后不再登记步骤，已经登记的都保留。")
    return _form(request, form, _turning(found.matter, form, _("终止"), says))


@get_or_post
@login_required
def matter_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = finding.file_turnable(request, pk)
    if found.procedure is None or found.procedure.reopening is None:
        raise Http404
    form = TurnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.matter_reopen(matter=found.matter, reason=reason, actor=request.user)
        except REFUSED as error:
            form.refused(error)
        else:
            messages.success(request, _("已重新办理。"))
            return redirect(found.matter)
    step = found.procedure.step(found.procedure.reopening.to).title
    says = _("从“%(step)s”开始重新办理，原来的结果今天失效。") % {"step": step}
    return _form(request, form, _turning(found.matter, form, _("重新办理"), says))


def _turning(matter: Any, form: Any, title: str, says: str) -> dict[str, Any]:
    return {"matter": matter, "form": form, "title": title, "says": says, "danger": True}


def _form(request: HttpRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and not form.asks_more() else 200
    return render(request, "procedures/form.html", context, status=status)
