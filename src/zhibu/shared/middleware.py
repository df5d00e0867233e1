"""What every answer gets, whichever app made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from zhibu.shared.htmx import wants_fragment
from zhibu.shared.numbers import KEY_MOST

GetResponse = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: GetResponse) -> GetResponse:
    """Pages of signed-in people are not kept by browsers: offices share computers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response

    return middleware


def whole_page_login(get_response: GetResponse) -> GetResponse:
    """A session that ended while a page was open leads to the log-in page, not into a fragment."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 302 or not wants_fragment(request):
            return response
        login = resolve_url(settings.LOGIN_URL)
        if response["Location"].split("?")[0] != login:
            return response
        back = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(f"{login}?{urlencode({'next': back})}")

    return middleware


class KeysInReach:
    """A number in an address larger than any key is not found; the database would break on it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        if any(isinstance(one, int) and one > KEY_MOST for one in kwargs.values()):
            raise Http404
