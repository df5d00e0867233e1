"""Coming in, going out, and one's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login as session_begin
from django.contrib.auth import logout as session_end
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.accounts.forms import LoginForm, PasswordForm
from zhibu.accounts.services import login_record, logout_record, password_change


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        session_begin(request, user)
        login_record(user=user)
        return redirect(_next(request))
    status = 422 if form.errors else 200
    return render(
        request, "accounts/login.html", {"form": form, "next": _next(request, "")}, status=status
    )


@require_POST
@login_required
def logout(request: HttpRequest) -> HttpResponse:
    logout_record(user=request.user)
    session_end(request)
    messages.success(request, _("已退出登录。"))
    return redirect("accounts:login")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        try:
            user = password_change(user=request.user, old=old, new=new, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改，下次请用新密码登录。"))
            return redirect("/")
    first = request.user.must_change_password
    template = "accounts/first_password.html" if first else "accounts/password.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/account.html")


def _next(request: HttpRequest, otherwise: str = "/") -> str:
    """Where to go on; never to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and safe else otherwise
