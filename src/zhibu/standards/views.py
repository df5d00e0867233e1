"""Pages of scores, findings, the panorama and runs."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.organization.models import RoleGrant, Unit
from zhibu.shared import clock, excel
from zhibu.shared.errors import RuleBroken
from zhibu.shared.htmx import render_page
from zhibu.standards import heat_pages, pages, policies, services
from zhibu.standards.forms import ExemptionForm, RunForm
from zhibu.standards.judging import year_end
from zhibu.standards.models import Run
from zhibu.standards.selectors import finding_explained, heat_map
from zhibu.standards.selectors.findings import level_counts, level_said
from zhibu.standards.selectors.heat import scope_units
from zhibu.standards.selectors.runs import (
    run_standard,
    run_unit_rows,
    run_workbook,
    runs_of,
)
from zhibu.standards.selectors.scope import scope_standards


def _unit(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The menu's entry: the score of one's branch, or the panorama of what one stands over."""
    granted = (
        RoleGrant.objects.held_on(clock.today())
        .filter(user=request.user)
        .order_by("pk")
        .values("unit")
    )
    units = Unit.objects.visible_to(request.user)
    found = units.filter(pk__in=granted).first() or units.first()
    if found is None:
        return redirect("/")
    return redirect("standards:unit" if found.is_branch else "standards:heatmap", found.pk)


@require_safe
@login_required
def unit(request: HttpRequest, unit_pk: int) -> HttpResponse:
    branch, today = _unit(request, unit_pk), clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    services.year_refresh(unit_ids=[branch.pk], year=year, day=today)
    page = pages.unit_page(branch, request.GET, today)
    if request.GET.get("export") == "xlsx":
        return excel.response(f"{branch}-{year}-{_('得分')}.xlsx", pages.findings_sheet(page))
    return render_page(request, "standards/unit.html", {"page": page}, fragment="clauses")


@require_safe
@login_required
def finding(request: HttpRequest, unit_pk: int, standard: str, clause: str) -> HttpResponse:
    return _finding(request, _unit(request, unit_pk), standard, clause)


def _finding(
    request: HttpRequest,
    branch: Unit,
    standard: str,
    clause: str,
    form: ExemptionForm | None = None,
) -> HttpResponse:
    today = clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    found = finding_explained(branch, standard, clause, year_end(year, today), request.user)
    if found is None:
        raise Http404
    context = {
        "unit": branch,
        "found": found,
        "year": year,
        "standard": standard,
        "as_of": year_end(year, today),
    }
    if policies.may_exempt(request.user, branch) and year == today.year:
        context["form"] = form or ExemptionForm(
            initial={"from_on": today, "to_on": date(year, 12, 31)}
        )
    return render(request, "standards/finding.html", context, status=422 if form else 200)


@require_POST
@login_required
def exempt(request: HttpRequest, unit_pk: int, standard: str, clause: str) -> HttpResponse:
    branch, form = _unit(request, unit_pk), ExemptionForm(request.POST)
    if form.is_valid():
        try:
            services.exemption_grant(
                unit=branch,
                standard=standard,
                clause=clause,
                actor=request.user,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    if form.errors:
        return _finding(request, branch, standard, clause, form)
    messages.success(request, _("已豁免，得分已重新计算。"))
    return redirect("standards:finding", branch.pk, standard, clause)


@require_safe
@login_required
def heatmap(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope, today = _unit(request, unit_pk), clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    as_of = year_end(year, today)
    if year < today.year:
        below = scope_units(scope, year, as_of, request.user)
        services.year_refresh(unit_ids=below, year=year, day=today)
    offered = scope_standards(scope, year, as_of, request.user)
    asked = request.GET.get("standard", "")
    key = asked if asked in dict(offered) else next(iter(dict(offered)), "")
    heat = (
        heat_map(
            scope, key, year, request.user, day=today, wanted=heat_pages.heat_filter(request.GET)
        )
        if key
        else None
    )
    if heat is None:
        return render(request, "standards/heatmap_empty.html", {"scope": scope, "year": year})
    page = heat_pages.heat_page(scope, heat, request.GET, offered, today)
    if request.GET.get("export") == "xlsx":
        return excel.response(f"{scope}-{year}-{_('全景图')}.xlsx", heat_pages.heat_sheet(page))
    return render_page(request, "standards/heatmap.html", {"page": page}, fragment="map")


@require_safe
@login_required
def runs(request: HttpRequest, unit_pk: int) -> HttpResponse:
    return _runs(request, _unit(request, unit_pk))


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
    scope, today = _unit(request, unit_pk), clock.today()
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
