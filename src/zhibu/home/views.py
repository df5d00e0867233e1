"""Where everybody starts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.documents.selectors import document_kinds, period_chosen
from zhibu.home.branch import branch_home
from zhibu.home.figures import summary_draft
from zhibu.home.me import my_record, person_of
from zhibu.home.owed import person_owed, unit_owed
from zhibu.home.places import places
from zhibu.home.starting import steps_first
from zhibu.home.tables import BranchTable, chosen_rows
from zhibu.home.upper import upper_home
from zhibu.organization.models import Unit
from zhibu.organization.services import person_view_sensitive
from zhibu.shared import clock
from zhibu.shared.numbers import whole
from zhibu.shared.tables import configure, excel_response, wants_excel
from zhibu.standards.selectors import YEARS
from zhibu.standards.services import year_refresh


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Straight to where the reader works; a choice only where there is one."""
    steps = steps_first(request.user)
    if steps:
        return render(request, "home/start.html", {"steps": steps})
    found = places(request.user)
    if found.main:
        return redirect("home:unit", found.main.pk)
    if not found.units and found.is_person:
        return redirect("home:me")
    return render(request, "home/choose.html", {"places": found})


@require_safe
@login_required
def unit_home(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    day = clock.today()
    year = _year(request, day.year)
    asked = request.GET.get("standard", "")
    if unit.is_branch:
        year_refresh(unit_ids=[unit.pk], year=year, day=day)
        page = branch_home(unit, request.user, day=day, year=year, standard=asked)
        return render(request, "home/branch.html", {"page": page})
    page = upper_home(unit, request.user, day=day, year=year, standard=asked)
    table = configure(request, BranchTable(chosen_rows(page.rows, request.GET), year=year))
    if wants_excel(request):
        return excel_response(table, _("%(unit)s所属党支部") % {"unit": unit})
    return render(request, "home/upper.html", {"page": page, "table": table})


@require_safe
@login_required
def owed(request: HttpRequest, pk: int) -> HttpResponse:
    """明白账 of a unit, or of one who answers there for something."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    asked = whole(request.GET.get("person", ""))
    page = unit_owed(unit, request.user, clock.today(), person_id=asked)
    return render(request, "home/owed.html", {"page": page, "unit": unit})


@require_safe
@login_required
def my_owed(request: HttpRequest) -> HttpResponse:
    person = person_of(request.user)
    if person is None:
        return redirect("home:me")
    return render(request, "home/owed.html", {"page": person_owed(person, clock.today())})


@require_safe
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """To the form of a plan or summary, begun with the figures the records give."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    day = clock.today()
    code, period = request.GET.get("kind", ""), request.GET.get("period", "")
    words = {"kind": code, "year": _year(request, day.year), "period": period}
    kind = document_kinds(unit, day).get(code)
    if kind and not kind.is_plan:
        words["body"] = summary_draft(
            unit, words["year"], *period_chosen(period, kind, words["year"], day), day
        )
    return redirect(f"{reverse('documents:new', args=[unit.pk])}?{urlencode(words)}")


@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    person = person_of(request.user)
    page = my_record(person, day=clock.today()) if person else None
    return render(request, "home/me.html", {"page": page})


@require_POST
@login_required
def me_full(request: HttpRequest) -> HttpResponse:
    """Show the reader's own identity number and phone in full; this too is written down."""
    person = person_of(request.user)
    if person is None:
        return redirect("home:me")
    person_view_sensitive(
        person=person, fields=("id_number", "phone"), purpose=_("本人查看"), actor=request.user
    )
    page = my_record(person, day=clock.today(), full=True)
    return render(request, "home/me.html", {"page": page})


def _year(request: HttpRequest, this: int) -> int:
    """One of the years that are offered; anything else is this year."""
    asked = request.GET.get("year", "")
    return int(asked) if asked in {str(this - back) for back in range(YEARS)} else this
