"""Persons, matters or entries of a unit, each judged by a standard about them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.shared import clock
from zhibu.standards.selectors import subjects_judged
from zhibu.standards.views.units import unit_of


@require_safe
@login_required
def subjects(request: HttpRequest, unit_pk: int, standard: str) -> HttpResponse:
    page = subjects_judged(unit_of(request, unit_pk), standard, clock.today(), request.user)
    if page is None:
        raise Http404
    return render(request, "standards/subjects.html", {"page": page})
