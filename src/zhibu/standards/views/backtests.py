"""Pages of back-tests: bring a draft, try it on a scope, see who moves and why, publish."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.organization.models import Unit
from zhibu.packs.models import PackVersion
from zhibu.packs.services import pack_upload
from zhibu.shared import clock, excel
from zhibu.shared.errors import RuleBroken
from zhibu.shared.htmx import render_page
from zhibu.standards import policies, services, tasks
from zhibu.standards.forms import BackTestForm, DraftForm
from zhibu.standards.models import BackTest
from zhibu.standards.selectors.backtests import backtest_workbook, backtests_of, drafts_offered
from zhibu.standards.views.units import unit_of

PER_PAGE = 50


def _scope(request: HttpRequest, unit_pk: int) -> Unit:
    """Only who judges a scope tries standards on it; for others the pages are not there."""
    scope = unit_of(request, unit_pk)
    if not policies.may_run(request.user, scope):
        raise Http404
    return scope


def _found(request: HttpRequest, pk: int) -> BackTest:
    rows = BackTest.objects.visible_to(request.user).select_related("scope", "draft", "by")
    found = get_object_or_404(rows.defer("draft__content", "draft__compiled"), pk=pk)
    if not policies.may_run(request.user, found.scope):
        raise Http404
    return found


@require_safe
@login_required
def backtests(request: HttpRequest, unit_pk: int) -> HttpResponse:
    services.backtests_recover()
    return _page(request, _scope(request, unit_pk))


def _page(
    request: HttpRequest,
    scope: Unit,
    form: BackTestForm | None = None,
    upload: DraftForm | None = None,
) -> HttpResponse:
    offered = drafts_offered(request.user)
    context = {
        "scope": scope,
        "tests": backtests_of(scope, request.user),
        "upload": upload or DraftForm(),
        "form": form,
    }
    if form is None and offered:
        context["form"] = BackTestForm(offered=offered, initial={"as_of": clock.today()})
    status = 422 if form or upload else 200
    return render(request, "standards/backtests.html", context, status=status)


@require_POST
@login_required
def draft_upload(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope = _scope(request, unit_pk)
    form = DraftForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = pack_upload(filename=file.name, data=file.read(), actor=request.user)
        except RuleBroken as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, _("稿子已上传：%(draft)s。现在可以试算。") % {"draft": draft})
            return redirect("standards:backtests", scope.pk)
    return _page(request, scope, upload=form)


@require_POST
@login_required
def backtest_begin(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope = _scope(request, unit_pk)
    form = BackTestForm(request.POST, offered=drafts_offered(request.user))
    if form.is_valid():
        draft_pk, _sep, standard = form.cleaned_data["draft"].partition("/")
        draft = get_object_or_404(PackVersion.objects.visible_to(request.user), pk=draft_pk)
        try:
            made = services.backtest_begin(
                scope=scope,
                draft=draft,
                standard=standard,
                as_of=form.cleaned_data["as_of"],
                actor=request.user,
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            tasks.backtest_start(made)
            return redirect("standards:backtest", made.pk)
    return _page(request, scope, form=form)


@require_safe
@login_required
def backtest(request: HttpRequest, pk: int) -> HttpResponse:
    services.backtests_recover()
    made = _found(request, pk)
    if request.GET.get("export") == "xlsx" and made.result:
        name = f"{made.draft}-{_('试算')}-{made.as_of}.xlsx"
        return excel.response(name, backtest_workbook(made))
    result = made.result or {}
    moves = result.get("moves", [])
    if request.GET.get("show") == "level":
        moves = [move for move in moves if move["level"]]
    context = {
        "made": made,
        "result": result,
        "moves": Paginator(moves, PER_PAGE).get_page(request.GET.get("page")),
        "levels": sum(move["level"] for move in result.get("moves", [])),
        "may_publish": made.result is not None and made.draft.is_draft,
    }
    return render_page(request, "standards/backtest.html", context, fragment="panel")


@require_POST
@login_required
def backtest_publish(request: HttpRequest, pk: int) -> HttpResponse:
    made = _found(request, pk)
    try:
        services.backtest_publish(backtest=made, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
    except PermissionDenied:
        said = _("发布后受影响的组织不全由您管理。请由能管理全部这些组织的上级发布。")
        messages.error(request, said)
    else:
        transaction.on_commit(tasks.drain_later.enqueue)
        messages.success(
            request, _("已发布。采用最新版的组织从现在起按新版评判，得分在后台重新计算。")
        )
    return redirect("standards:backtest", made.pk)
