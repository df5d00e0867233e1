"""Readers of the portal are nobody: no cookie of theirs is read, none is set."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
#: Where the portal lies.
PREFIX = "/open/"


def no_cookies(get_response: GetResponse) -> GetResponse:
    """Stands before the session: who is signed in reads the same page as everybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        response.cookies.clear()
        # Asking who reads makes pages vary by cookie; here they never do.
        response.headers.pop("Vary", None)
        return response

    return middleware
