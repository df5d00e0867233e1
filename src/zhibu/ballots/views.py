"""Pages of ballots: preparing, answering, counting, reading the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.ballots import pages, policies, services
from zhibu.ballots.models import Ballot
from zhibu.ballots.questions import questions_of
from zhibu.ballots.selectors import sheets_offered
from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken


@require_safe
@login_required
def ballot_start(request: HttpRequest) -> HttpResponse:
    """The menu's entry: the ballots of the unit one works for, else one's own."""
    unit = pages.start_unit(request.user)
    return redirect("ballots:list", unit.pk) if unit else redirect("ballots:mine")


@require_safe
@login_required
def ballot_mine(request: HttpRequest) -> HttpResponse:
    return render(request, "ballots/mine.html", {"page": pages.mine_page(request.user)})


@require_safe
@login_required
def ballot_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = _unit(request, unit_pk)
    return render(request, "ballots/list.html", {"page": pages.list_page(request.user, unit)})


@require_safe
@login_required
def ballot_new(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """The form of a sheet; ``sheet`` and ``about`` come from the address."""
    return _form(request, "new", _new_page(request, unit_pk, None))


@require_POST
@login_required
def ballot_create(request: HttpRequest, unit_pk: int) -> HttpResponse:
    page = _new_page(request, unit_pk, request.POST)
    if not page.form.is_valid():
        return _form(request, "new", page)
    try:
        ballot = services.ballot_create(
            owner=page.unit, actor=request.user, given=page.form.given()
        )
    except (ValidationError, RuleBroken) as error:
        return _form(request, "new", page.refused(error))
    messages.success(request, _("已保存。请核对以后再开始。"))
    return redirect(ballot)


@require_safe
@login_required
def ballot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who only votes goes to the voting page; a result is read here."""
    ballot = _ballot(request, pk)
    if not policies.works_for(request.user, ballot.record.owner):
        if ballot.state == Ballot.State.OPEN:
            return redirect("ballots:vote", pk)
        return render(
            request, "ballots/result.html", {"page": pages.detail_page(ballot, request.user)}
        )
    return render(request, "ballots/detail.html", {"page": pages.detail_page(ballot, request.user)})


@require_POST
@login_required
def ballot_open(request: HttpRequest, pk: int) -> HttpResponse:
    def act(ballot: Ballot) -> str:
        reason = request.POST.get("reason", "")
        services.ballot_open(ballot=ballot, actor=request.user, reason=reason)
        return _("已经开始。")

    return _acted(request, pk, act)


@require_POST
@login_required
def ballot_close(request: HttpRequest, pk: int) -> HttpResponse:
    def act(ballot: Ballot) -> str:
        services.ballot_close(ballot=ballot, actor=request.user)
        return _("已经结束，结果如下。")

    return _acted(request, pk, act)


@require_POST
@login_required
def ballot_publish(request: HttpRequest, pk: int) -> HttpResponse:
    def act(ballot: Ballot) -> str:
        services.ballot_publish(ballot=ballot, actor=request.user)
        return _("结果已经向成员公布。")

    return _acted(request, pk, act)


@require_POST
@login_required
def ballot_void(request: HttpRequest, pk: int) -> HttpResponse:
    def act(ballot: Ballot) -> str:
        reason = request.POST.get("reason", "")
        services.ballot_void(ballot=ballot, actor=request.user, reason=reason)
        return _("已作废，不再计入评判。")

    return _acted(request, pk, act)


@require_safe
@login_required
def ballot_vote(request: HttpRequest, pk: int) -> HttpResponse:
    page = pages.VotePage(_answerable(request, pk), request.user)
    if page.cast:
        return redirect("ballots:voted", pk)
    return _form(request, "vote", page)


@require_POST
@login_required
def ballot_cast(request: HttpRequest, pk: int) -> HttpResponse:
    """The choice is in the posted body alone: never in an address, a session or a message."""
    page = pages.VotePage(_answerable(request, pk), request.user, request.POST)
    if page.cast:
        return redirect("ballots:voted", pk)
    if not page.form.is_valid():
        return _form(request, "vote", page)
    try:
        services.ballot_cast(ballot=page.ballot, actor=request.user, chosen=page.form.chosen())
    except RuleBroken as error:
        return _form(request, "vote", page.refused(error))
    return redirect("ballots:voted", pk)


@require_safe
@login_required
def ballot_voted(request: HttpRequest, pk: int) -> HttpResponse:
    page = pages.VotePage(_answerable(request, pk), request.user)
    if not page.cast:
        return redirect("ballots:vote", pk)
    return render(request, "ballots/voted.html", {"page": page})


@require_safe
@login_required
def ballot_count(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, "count", pages.CountPage(_countable(request, pk)))


@require_POST
@login_required
def ballot_counted(request: HttpRequest, pk: int) -> HttpResponse:
    page = pages.CountPage(_countable(request, pk), request.POST)
    if not page.form.is_valid():
        return _form(request, "count", page)
    try:
        services.ballot_count_enter(ballot=page.ballot, actor=request.user, **page.form.values())
    except (ValidationError, RuleBroken) as error:
        return _form(request, "count", page.refused(error))
    messages.success(request, _("计票结果已登记。"))
    return redirect(page.ballot)


@require_safe
@login_required
def ballot_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper slip, to be printed."""
    ballot = _managed(request, pk)
    context = {"ballot": ballot, "questions": questions_of(ballot.questions)}
    return render(request, "ballots/slip.html", context)


def _acted(request: HttpRequest, pk: int, act: Callable[[Ballot], str]) -> HttpResponse:
    ballot = _managed(request, pk)
    try:
        said = act(ballot)
    except (ValidationError, RuleBroken) as error:
        ballot.refresh_from_db()
        page = pages.detail_page(ballot, request.user, error=pages.refusal(error))
        return render(request, "ballots/detail.html", {"page": page}, status=422)
    messages.success(request, said)
    return redirect(ballot)


def _form(request: HttpRequest, name: str, page: Any) -> HttpResponse:
    status = 422 if page.has_errors else 200
    return render(request, f"ballots/{name}.html", {"page": page}, status=status)


def _unit(request: HttpRequest, pk: int) -> Unit:
    """A mere member has his own page and does not look through the unit's ballots."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not policies.works_for(request.user, unit):
        raise PermissionDenied(_("您的投票和已公布的结果在“我的投票”里。"))
    return unit


def _new_page(request: HttpRequest, unit_pk: int, data: Any) -> pages.NewPage:
    unit = _unit(request, unit_pk)
    if not policies.may_manage(request.user, unit):
        raise PermissionDenied(
            _("您可以查看本组织，但没有组织投票的权限。请联系本组织的书记或记录员。")
        )
    if not sheets_offered(unit, clock.today()):
        raise Http404
    return pages.NewPage(unit, request.GET.get("sheet", ""), request.GET.get("about", ""), data)


def _ballot(request: HttpRequest, pk: int) -> Ballot:
    rows = Ballot.objects.visible_to(request.user).select_related("record__owner", "result")
    return get_object_or_404(rows, pk=pk)


def _managed(request: HttpRequest, pk: int) -> Ballot:
    ballot = _ballot(request, pk)
    if not policies.may_manage(request.user, ballot.record.owner):
        raise Http404
    return ballot


def _answerable(request: HttpRequest, pk: int) -> Ballot:
    """Only whose person is on the roll; for everybody else there is nothing here."""
    rows = Ballot.objects.visible_to(request.user).answerable_by(request.user)
    return get_object_or_404(rows.select_related("record__owner"), pk=pk)


def _countable(request: HttpRequest, pk: int) -> Ballot:
    ballot = _managed(request, pk)
    if ballot.way != Ballot.Way.PAPER or ballot.state in {
        Ballot.State.DRAFT,
        Ballot.State.VOIDED,
    }:
        raise Http404
    return ballot
