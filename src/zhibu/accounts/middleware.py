"""What every signed-in request must pass: the session is not stale, the first password is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from zhibu.shared import clock
from zhibu.shared.htmx import wants_fragment

GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN = "seen"
#: The session is written anew at most this often, not with every click.
NOTED_EVERY = 60


def idle_limit(get_response: GetResponse) -> GetResponse:
    """Offices share computers: a session nobody used for ``IDLE_SECONDS`` ends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(clock.now().timestamp())
            seen = request.session.get(SEEN, now)
            if now - seen > settings.IDLE_SECONDS:
                logout(request)
                messages.info(request, _("您较长时间没有操作，为安全已自动退出，请重新登录。"))
                back = f"{resolve_url(settings.LOGIN_URL)}?next={request.path}"
                return _go(
                    request, back if request.method == "GET" else resolve_url(settings.LOGIN_URL)
                )
            if SEEN not in request.session or now - seen >= NOTED_EVERY:
                request.session[SEEN] = now
        return get_response(request)

    return middleware


def first_password(get_response: GetResponse) -> GetResponse:
    """Whoever still has the first password changes it before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated and user.must_change_password:
            page, out = reverse("accounts:password"), reverse("accounts:logout")
            free = request.path in {page, out, reverse("healthz")} or request.path.startswith(
                settings.STATIC_URL
            )
            if not free:
                return _go(request, page)
        return get_response(request)

    return middleware


def _go(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
