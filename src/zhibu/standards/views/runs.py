"""Pages of runs: made, checked, published and exported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.organization.models import Unit
from zhibu.shared import clock, excel
from zhibu.shared.errors import RuleBroken
from zhibu.standards import policies, services
from zhibu.standards.forms import RunForm
from zhibu.standards.models import Run
from zhibu.standards.selectors.findings import level_counts, level_said
from zhibu.standards.selectors.runs import run_standard, run_unit_rows, run_workbook, runs_of
from zhibu.standards.selectors.scope import scope_standards
from zhibu.standards.views.units import unit_of


@require_safe
@login_required
def runs(request: HttpRequest, unit_pk: int) -> HttpResponse:
    return _runs(request, unit_of(request, unit_pk))


def _runs(request: HttpRequest, scope: Unit, form: RunForm | None = None) -> HttpResponse:
    today = clock.today()
    context = {"scope": scope, "runs": runs_of(scope, request.user)}
    if policies.may_run(request.user, scope):
        offered = scope_standards(scope, today.year, today, request.user)
        context["form"] = form or RunForm(offered=offered, initial={"as_of": today})
    return render(request, "standards/runs.html", context, status=422 if form else 200)


@require_POST
@login_required
def run_make(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope, today = unit_of(request, unit_pk), clock.today()
    form = RunForm(request.POST, offered=scope_standards(scope, today.year, today, request.user))
    if form.is_valid():
        try:
            made = services.run_make(scope=scope, actor=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("评判完成。核对无误后可以发布，发布后不再变化。"))
            return redirect("standards:run", made.pk)
    return _runs(request, scope, form)


@require_safe
@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    if request.GET.get("export") == "xlsx":
        return excel.file_response(f"{found.title}.xlsx", run_workbook(found))
    standard = run_standard(found)
    scores = list(found.scores.order_by("parent_name", "unit_name"))
    context = {
        "run": found,
        "standard": standard,
        "scores": [(score, level_said(standard, score)) for score in scores],
        "levels": level_counts(standard, (score.level for score in scores)),
        "may_publish": found.published_at is None and policies.may_run(request.user, found.scope),
    }
    return render(request, "standards/run.html", context)


def _run(request: HttpRequest, pk: int) -> Run:
    found = (
        Run.objects.visible_to(request.user)
        .select_related("scope", "pack", "by")
        .defer("pack__content", "pack__compiled")
    )
    return get_object_or_404(found, pk=pk)


@require_POST
@login_required
def run_publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    try:
        services.run_publish(run=found, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已发布。结果和失分说明从此不再变化。"))
    return redirect("standards:run", found.pk)


@require_safe
@login_required
def run_unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """What a run kept of one unit."""
    found = _run(request, pk)
    score = get_object_or_404(found.scores, unit=unit_pk)
    context = {
        "run": found,
        "score": score,
        "level": level_said(run_standard(found), score),
        "rows": run_unit_rows(found, unit_pk),
    }
    return render(request, "standards/run_unit.html", context)
