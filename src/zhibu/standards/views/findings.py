"""The page of one finding, and what those who judge may do there."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.standards import pages, papers, policies, services
from zhibu.standards.forms import ExemptionForm, HandScoreForm
from zhibu.standards.judging import year_end
from zhibu.standards.models import HandScore
from zhibu.standards.selectors import Explained, finding_explained
from zhibu.standards.selectors.sharing import finding_shared
from zhibu.standards.views.units import unit_of


@require_safe
@login_required
def finding(request: HttpRequest, unit_pk: int, standard: str, clause: str) -> HttpResponse:
    branch, form = unit_of(request, unit_pk), request.GET.get("export", "")
    if form not in papers.FORMS:
        return _finding(request, branch, standard, clause)
    today = clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    content = papers.finding_paper(branch, standard, clause, year_end(year, today), form)
    return papers.paper_response(request, branch, standard, year, content)


def _finding(
    request: HttpRequest,
    branch: Unit,
    standard: str,
    clause: str,
    *,
    exempting: ExemptionForm | None = None,
    scoring: HandScoreForm | None = None,
) -> HttpResponse:
    year, found = _found(request, branch, standard, clause)
    today = clock.today()
    context = {
        "unit": branch,
        "found": found,
        "year": year,
        "standard": standard,
        "as_of": year_end(year, today),
        "shared": finding_shared(branch, standard, clause, year),
    }
    if policies.may_exempt(request.user, branch) and year == today.year:
        context["form"] = exempting or ExemptionForm(
            initial={"from_on": today, "to_on": date(year, 12, 31)}
        )
    if found.clause.method == "manual" and policies.may_score(request.user, branch):
        context["hand_form"] = scoring or HandScoreForm(clause=found.clause)
    status = 422 if exempting or scoring else 200
    return render(request, "standards/finding.html", context, status=status)


def _found(request: HttpRequest, branch: Unit, standard: str, clause: str) -> tuple[int, Explained]:
    today = clock.today()
    year = pages.year_asked(request.GET.get("year", ""), today)
    found = finding_explained(branch, standard, clause, year_end(year, today), request.user)
    if found is None:
        raise Http404
    return year, found


@require_POST
@login_required
def exempt(request: HttpRequest, unit_pk: int, standard: str, clause: str) -> HttpResponse:
    branch, form = unit_of(request, unit_pk), ExemptionForm(request.POST)
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
        return _finding(request, branch, standard, clause, exempting=form)
    messages.success(request, _("已豁免，得分已重新计算。"))
    return redirect("standards:finding", branch.pk, standard, clause)


@require_POST
@login_required
def hand_score(request: HttpRequest, unit_pk: int, standard: str, clause: str) -> HttpResponse:
    branch = unit_of(request, unit_pk)
    year, found = _found(request, branch, standard, clause)
    form = HandScoreForm(request.POST, clause=found.clause)
    if form.is_valid():
        try:
            services.hand_score_give(
                unit=branch,
                standard=standard,
                year=year,
                clause=clause,
                actor=request.user,
                **form.given(),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
    if form.errors:
        return _finding(request, branch, standard, clause, scoring=form)
    messages.success(request, _("已评分，得分已重新计算。"))
    return _back(branch, standard, clause, year)


@require_POST
@login_required
def hand_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    score = get_object_or_404(HandScore.objects.visible_to(request.user), pk=pk)
    services.hand_score_withdraw(score=score, actor=request.user)
    messages.success(request, _("已撤销评分，这一条回到未评。"))
    return _back(score.unit, score.standard, score.clause, score.year)


def _back(branch: Unit, standard: str, clause: str, year: int) -> HttpResponse:
    url = reverse("standards:finding", args=[branch.pk, standard, clause])
    return redirect(f"{url}?year={year}")
