"""Lists of matters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhibu.procedures import finding, listing, listpages, overviews
from zhibu.procedures.tables import MatterTable, UnitTable
from zhibu.shared import clock
from zhibu.shared.tables import configure, excel_response, wants_excel


@require_safe
@login_required
def matter_start(request: HttpRequest) -> HttpResponse:
    """The menu's entry: straight to the list of the unit the reader works for."""
    unit = finding.unit_of_reader(request)
    return redirect("procedures:list", unit.pk) if unit else render(request, "procedures/none.html")


@require_safe
@login_required
def matter_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = finding.unit_seen(request, unit_pk)
    scope = listing.scope_of(unit, clock.today())
    asked = listing.wanted(request.GET)
    rows = listing.matter_rows(request.user, scope, asked)
    titles = {key: one.title for key, one in scope.procedures.items()}
    several = len(scope.unit_ids) > 1
    table = MatterTable(rows, day=scope.day, titles=titles, several=several)
    configure(request, table)
    if wants_excel(request):
        return excel_response(table, _("%(unit)s事项清单") % {"unit": unit})
    page = listpages.list_page(request.user, scope, asked)
    return render(request, "procedures/list.html", {"page": page, "table": table})


@require_safe
@login_required
def matter_overview(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """From above: what each unit below did, and where something is to be looked at."""
    unit = finding.unit_seen(request, unit_pk)
    scope = listing.scope_of(unit, clock.today())
    page = overviews.overview_page(request.user, scope, request.GET)
    key = page.procedure.key if page.procedure else ""
    table = configure(request, UnitTable(list(page.counts), procedure=key))
    if wants_excel(request):
        return excel_response(table, _("%(unit)s事项办理情况") % {"unit": unit})
    return render(request, "procedures/overview.html", {"page": page, "table": table})
