"""Pages of one unit's scores and findings, and the panorama."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhibu.organization.models import RoleGrant, Unit
from zhibu.shared import clock, excel
from zhibu.shared.htmx import render_page, wants_fragment
from zhibu.standards import heat_pages, pages, papers, policies, services
from zhibu.standards.judging import year_end
from zhibu.standards.selectors import heat_map
from zhibu.standards.selectors.heat import scope_units
from zhibu.standards.selectors.scope import scope_standards


def unit_of(request: HttpRequest, pk: int) -> Unit:
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
    branch, today = unit_of(request, unit_pk), clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    services.year_refresh(unit_ids=[branch.pk], year=year, day=today)
    page = pages.unit_page(branch, request.GET, today)
    form = request.GET.get("export", "")
    if form in papers.FORMS and page.score:
        key = page.score.standard.key
        content = papers.unit_paper(branch, key, page.score.as_of, form)
        return papers.paper_response(request, branch, key, year, content)
    if page.score and year == today.year and not wants_fragment(request):
        page.gap = pages.gap_asked(page, request.GET, today, request.user)
    return render_page(request, "standards/unit.html", {"page": page}, fragment="clauses")


@require_safe
@login_required
def heatmap(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope, today = unit_of(request, unit_pk), clock.today()
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
    page.may_try = policies.may_run(request.user, scope)
    if request.GET.get("export") == "xlsx":
        return excel.response(f"{scope}-{year}-{_('全景图')}.xlsx", heat_pages.heat_sheet(page))
    return render_page(request, "standards/heatmap.html", {"page": page}, fragment="map")
