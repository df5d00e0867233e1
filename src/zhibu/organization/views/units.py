"""The tree, a unit, and what is done to units."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.organization import forms, pages, policies, services
from zhibu.organization.acting import act, unit_or_404
from zhibu.organization.sheets import day_read
from zhibu.shared import clock

get_or_post = require_http_methods(["GET", "POST"])


def day_asked(request: HttpRequest) -> date:
    """The day to show the organisation as of; an unreadable one means today."""
    return day_read(request.GET.get("day", "")) or clock.today()


@require_safe
@login_required
def tree(request: HttpRequest) -> HttpResponse:
    day = day_asked(request)
    page = pages.tree_page(request.user, day, request.GET.get("q", "").strip())
    return render(request, "organization/tree.html", {"page": page, "today": clock.today()})


@require_safe
@login_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    shown = unit_or_404(request, pk)
    page = pages.unit_page(shown, request.user, day_asked(request))
    return render(request, "organization/unit.html", {"page": page, "unit": shown})


@get_or_post
@login_required
def found(request: HttpRequest, pk: int) -> HttpResponse:
    above = unit_or_404(request, pk, policies.may_manage_organization)

    def do(asked: dict[str, Any]) -> None:
        services.unit_found(parent=above, actor=request.user, **asked)

    form = forms.UnitForm(request.POST or None)
    return act(
        request, above, form, do,
        title=_("新建下级组织"), submit=_("新建"), done=_("组织已建立。"),
    )  # fmt: skip


@get_or_post
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    one = unit_or_404(request, pk, policies.may_change_unit)

    def do(asked: dict[str, Any]) -> None:
        services.unit_rename(unit=one, actor=request.user, **asked)

    form = forms.RenameForm(
        request.POST or None, initial={"name": one.name, "short_name": one.short_name}
    )
    return act(request, one, form, do, title=_("更名"), submit=_("更名"), done=_("组织已更名。"))


@get_or_post
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    one = unit_or_404(request, pk, policies.may_change_unit)

    def do(asked: dict[str, Any]) -> None:
        services.unit_move(unit=one, actor=request.user, **asked)

    form = forms.MoveForm(request.POST or None, user=request.user, unit=one)
    return act(
        request, one, form, do,
        title=_("调整上级"), submit=_("调整"), done=_("上级已调整，之前的日子仍按原来的上级。"),
    )  # fmt: skip


@get_or_post
@login_required
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    one = unit_or_404(request, pk, policies.may_change_unit)

    def do(asked: dict[str, Any]) -> None:
        services.unit_merge(unit=one, actor=request.user, **asked)

    form = forms.MergeForm(request.POST or None, user=request.user, unit=one)
    return act(
        request, one, form, do,
        title=_("并入另一个组织"), submit=_("并入"), done=_("已并入，原有记录保留。"), danger=True,
    )  # fmt: skip


@get_or_post
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = unit_or_404(request, pk, policies.may_change_unit)

    def do(asked: dict[str, Any]) -> None:
        services.unit_withdraw(unit=one, actor=request.user, **asked)

    form = forms.WithdrawForm(request.POST or None)
    return act(
        request, one, form, do,
        title=_("撤销组织"), submit=_("撤销"), done=_("组织已撤销，记录保留。"), danger=True,
    )  # fmt: skip


@get_or_post
@login_required
def group(request: HttpRequest, pk: int) -> HttpResponse:
    branch = unit_or_404(request, pk, policies.may_manage_groups)

    def do(asked: dict[str, Any]) -> None:
        services.group_found(branch=branch, actor=request.user, **asked)

    form = forms.GroupForm(request.POST or None)
    return act(
        request, branch, form, do,
        title=_("设立党小组"), submit=_("设立"), done=_("党小组已设立，请登记组长，并在党员名册中编组。"),
    )  # fmt: skip


@get_or_post
@login_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    one = unit_or_404(request, pk, policies.may_manage_organization)

    def do(asked: dict[str, Any]) -> None:
        key, _blank, version = asked.pop("pack").partition(" ")
        services.pack_adopt(
            unit=one, pack_key=key, pack_version=version, actor=request.user, **asked
        )

    form = forms.AdoptForm(
        request.POST or None, initial={"from_on": date(clock.today().year, 1, 1)}
    )
    return act(
        request, one, form, do,
        title=_("采用制度包"), submit=_("采用"), done=_("已采用，本组织及下级都按它评判。"),
    )  # fmt: skip
