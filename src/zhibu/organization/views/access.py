"""Roles and accounts of a unit, and the page that shows private numbers once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.organization import forms, pages, policies, services
from zhibu.organization.acting import act, unit_or_404
from zhibu.organization.models import Person, RoleGrant
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

get_or_post = require_http_methods(["GET", "POST"])
GRANTS = "organization:grants"


@require_safe
@login_required
def grants(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_or_404(request, pk, policies.may_see_grants)
    context = {
        "unit": unit,
        "rows": pages.grants_held(unit, clock.today()),
        "may_grant": policies.may_grant_roles(request.user, unit),
        "acts": pages.ROLE_ACTS,
        "roles": RoleGrant.Role.labels,
    }
    return render(request, "organization/grants.html", context)


@get_or_post
@login_required
def grant_new(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_or_404(request, pk, policies.may_grant_roles)

    def do(asked: dict[str, Any]) -> None:
        services.role_grant_by_login(unit=unit, actor=request.user, **asked)

    form = forms.GrantForm(request.POST or None)
    return act(
        request,
        unit,
        form,
        do,
        title=_("授予角色"),
        submit=_("授予"),
        done=_("角色已授予。"),
        back=GRANTS,
    )


@require_POST
@login_required
def grant_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    grant = _grant_or_404(request, pk)
    services.role_revoke(grant=grant, actor=request.user)
    messages.success(request, _("角色已收回，立即生效。"))
    return redirect(GRANTS, grant.unit_id)


@never_cache
@get_or_post
@login_required
def account_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Afterwards the first password stands on the answer itself, this once."""
    unit = unit_or_404(request, pk, policies.may_grant_roles)
    form = forms.AccountForm(request.POST or None, unit=unit, day=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            user = services.person_account_create(
                unit=unit, actor=request.user, **form.cleaned_data
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            return render(request, "organization/slip.html", {"unit": unit, "made": user})
    context = {
        "unit": unit,
        "form": form,
        "title": _("建立账号"),
        "submit": _("建立账号"),
        "back": GRANTS,
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@login_required
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password for the holder of a grant."""
    grant = _grant_or_404(request, pk)
    try:
        user = services.account_password_reset(grant=grant, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
        return redirect(GRANTS, grant.unit_id)
    return render(request, "organization/slip.html", {"unit": grant.unit, "made": user})


def _account_act(request: HttpRequest, pk: int, do: Any, **words: Any) -> HttpResponse:
    grant = _grant_or_404(request, pk)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)

    def act_on(_asked: dict[str, Any]) -> None:
        do(grant=grant, actor=request.user)

    title = words.pop("title") % {"user": grant.user, "name": grant.user.username}
    return act(request, grant.unit, form, act_on, title=title, back=GRANTS, **words)


@get_or_post
@login_required
def account_disable(request: HttpRequest, pk: int) -> HttpResponse:
    return _account_act(
        request, pk, services.account_close, title=_("停用%(user)s的账号（%(name)s）"), submit=_("停用"),
        done=_("账号已停用，不能再登录。"),
        note=_("停用后不能登录，已登录的随即退出。所授角色和已有记录都保留，以后可以恢复。"),
    )  # fmt: skip


@get_or_post
@login_required
def account_enable(request: HttpRequest, pk: int) -> HttpResponse:
    return _account_act(
        request, pk, services.account_open, title=_("恢复%(user)s的账号（%(name)s）"), submit=_("恢复"),
        done=_("账号已恢复，可以登录。"),
        note=_("恢复后用原来的密码登录，原来的角色继续有效。忘记密码的，恢复后再重置密码。"),
    )  # fmt: skip


def _grant_or_404(request: HttpRequest, pk: int) -> RoleGrant:
    grant = get_object_or_404(RoleGrant.objects.visible_to(request.user), pk=pk)
    if not policies.may_grant_roles(request.user, grant.unit):
        raise Http404
    return grant


@never_cache
@get_or_post
@login_required
def sensitive(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown on the answer to the form and nowhere else; looking again is another look on record."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.may_see_person_sensitive(request.user, person):
        raise Http404
    form, shown = forms.SensitiveForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            shown = services.person_view_sensitive(
                person=person, actor=request.user,
                fields=form.cleaned_data["fields_wanted"], purpose=form.cleaned_data["purpose"],
            )  # fmt: skip
        except RuleBroken as error:
            form.add_error(None, error.message)
    context = {"person": person, "form": form, "shown": shown}
    return render(
        request, "organization/sensitive.html", context, status=422 if form.errors else 200
    )
