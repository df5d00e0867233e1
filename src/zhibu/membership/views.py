"""Pages of the members. One address, one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.membership import forms, pages, policies, selectors, services
from zhibu.membership.models import Member
from zhibu.membership.tables import MemberTable
from zhibu.organization.models import Unit
from zhibu.shared import clock, tables
from zhibu.shared.errors import RuleBroken
from zhibu.shared.excel import file_response
from zhibu.shared.htmx import render_page
from zhibu.shared.numbers import whole

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The list of the reader's own unit."""
    unit = selectors.main_unit(request.user, clock.today())
    if unit is None:
        return render_page(request, "membership/none.html")
    return redirect("membership:list", unit.pk)


@require_safe
@login_required
def member_list(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = _unit(request, unit_pk)
    groups = selectors.groups_of(unit, clock.today())
    filters = forms.FilterForm(request.GET or None, groups=groups)
    may_manage = policies.may_manage(request.user, unit)
    table = MemberTable(_rows(request, unit), unit=unit, may_group=may_manage and bool(groups))
    context = {
        "unit": unit, "table": tables.configure(request, table), "filters": filters, "groups": groups,
        "may_manage": may_manage, "counts": pages.counts(unit, clock.today()),
    }  # fmt: skip
    return render_page(request, "membership/list.html", context)


@get_or_post
@login_required
def export(request: HttpRequest, unit_pk: int) -> HttpResponse:
    """The official sheet: masked at once, in full only with a purpose (posted)."""
    unit = _unit(request, unit_pk)
    full = request.method == "POST"
    form = forms.FullExportForm(request.POST or None)
    if (request.method == "POST" and not form.is_valid()) or request.GET.get("how") == "full":
        if not policies.may_see_sensitive(request.user, unit):
            raise Http404
        context = {"unit": unit, "form": form}
        return render_page(request, "membership/export.html", context, status=422 if full else 200)
    content = services.members_export(
        unit=unit, memberships=list(_rows(request, unit)), full=full,
        purpose=form.cleaned_data["purpose"] if full else "", actor=request.user,
        leaders=form.cleaned_data["leaders"] if full else "leaders" in request.GET,
    )  # fmt: skip
    return file_response(_("党员基本信息汇总表_%(unit)s.xlsx") % {"unit": unit}, content)


@get_or_post
@login_required
def admit(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = _unit(request, unit_pk)
    _require_manager(request, unit)
    form = forms.AdmitForm(request.POST or None, initial={"from_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        from_on = values.pop("from_on")
        made = _tried(form, lambda: services.member_admit(
            unit=unit, values=values, from_on=from_on, actor=request.user
        ))  # fmt: skip
        if made:
            messages.success(request, _("党员已登记。"))
            return redirect("membership:detail", made.pk)
    return _form(request, form, title=_("登记党员"), unit=unit)


@require_POST
@login_required
def group(request: HttpRequest, unit_pk: int) -> HttpResponse:
    unit = _unit(request, unit_pk)
    chosen = {str(one.pk): one for one in selectors.groups_of(unit, clock.today())}.get(
        request.POST.get("group", "")
    )
    people = [pk for pk in map(whole, request.POST.getlist("person")) if pk is not None]
    try:
        count = services.group_assign(
            unit=unit, group=chosen, person_ids=people, actor=request.user
        )
        messages.success(request, _("已调整 %(count)d 人的党小组。") % {"count": count})
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect("membership:list", unit.pk)


@require_safe
@login_required
def detail(request: HttpRequest, person_pk: int) -> HttpResponse:
    page = pages.member_page(_member(request, person_pk), request.user)
    return render_page(
        request, "membership/detail.html", {"page": page, "form": forms.PurposeForm()}
    )


@require_POST
@login_required
def full(request: HttpRequest, person_pk: int) -> HttpResponse:
    """Shown once, on this answer only; the address of the page stays the masked one."""
    member = _member(request, person_pk)
    form = forms.PurposeForm(request.POST)
    shown: dict[str, str] | None = None
    if form.is_valid():
        shown = _tried(form, lambda: services.member_view_sensitive(
            member=member, fields=pages.PRIVATE, purpose=form.cleaned_data["purpose"], actor=request.user
        ))  # fmt: skip
    context = {"page": pages.member_page(member, request.user, shown), "form": form}
    return render_page(request, "membership/detail.html", context, status=200 if shown else 422)


@get_or_post
@login_required
def edit(request: HttpRequest, person_pk: int) -> HttpResponse:
    member = _member(request, person_pk)
    unit = _managed(request, member)
    form = forms.MemberForm(request.POST or None, initial=pages.initial(member), known=True)
    if request.method == "POST" and form.is_valid() and _tried(form, lambda: services.member_update(
        member=member, values=form.cleaned_data, actor=request.user
    )):  # fmt: skip
        messages.success(request, _("资料已保存。"))
        return redirect("membership:detail", member.pk)
    return _form(
        request, form, title=_("修改%(name)s的资料") % {"name": member}, unit=unit, member=member
    )


@get_or_post
@login_required
def transfer(request: HttpRequest, person_pk: int) -> HttpResponse:
    member = _member(request, person_pk)
    unit = _managed(request, member)
    units = selectors.branches_below(request.user, clock.today()).exclude(pk=unit.pk)
    form = forms.TransferForm(request.POST or None, units=units, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid() and _tried(form, lambda: services.member_transfer(
        member=member, actor=request.user, **form.cleaned_data
    )):  # fmt: skip
        messages.success(request, _("组织关系已转接。"))
        return redirect("membership:detail", member.pk)
    return _form(
        request,
        form,
        title=_("转接%(name)s的组织关系") % {"name": member},
        unit=unit,
        member=member,
    )


@get_or_post
@login_required
def end(request: HttpRequest, person_pk: int) -> HttpResponse:
    member = _member(request, person_pk)
    unit = _managed(request, member)
    form = forms.EndForm(request.POST or None, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid() and _tried(form, lambda: services.member_end(
        member=member, actor=request.user, **form.cleaned_data
    )):  # fmt: skip
        messages.success(request, _("已登记离开。"))
        return redirect("membership:list", unit.pk)
    return _form(
        request, form, title=_("登记%(name)s离开") % {"name": member}, unit=unit, member=member
    )


def _unit(request: HttpRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not policies.may_list(request.user, unit):
        raise Http404
    return unit


def _rows(request: HttpRequest, unit: Unit) -> Any:
    wanted = {name: request.GET.get(name, "") for name in ("q", "category", "state")}
    group = request.GET.get("group", "")
    wanted["group"] = group if whole(group) is not None or group == "none" else ""
    return selectors.members_list(viewer=request.user, unit=unit, day=clock.today(), wanted=wanted)


def _member(request: HttpRequest, pk: int) -> Member:
    return get_object_or_404(
        Member.objects.visible_to(request.user).select_related("person"), pk=pk
    )


def _managed(request: HttpRequest, member: Member) -> Unit:
    belonging = selectors.current_belonging(member)
    if belonging is None:
        raise Http404
    _require_manager(request, belonging.unit)
    return belonging.unit


def _require_manager(request: HttpRequest, unit: Unit) -> None:
    if not policies.may_manage(request.user, unit):
        raise Http404


def _tried(form: Any, act: Callable[[], Any]) -> Any:
    """What the act gives, or ``None`` with its refusal written on the form."""
    try:
        return act()
    except ValidationError as error:
        form.add_error(None, error.messages)
    except RuleBroken as error:
        form.add_error(None, str(error))
    return None


def _form(
    request: HttpRequest, form: Any, *, title: str, unit: Unit, member: Member | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "unit": unit, "member": member}
    return render_page(request, "membership/form.html", context, status=422 if form.errors else 200)
