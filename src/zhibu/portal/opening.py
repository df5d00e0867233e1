"""What every view of the portal wears: no log-in, no cookie, one look, and how long it may be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """Anybody may ask, so there is nobody in whose name a foreign page could post: no CSRF token.

    A browser that has the page as it is gets 304 and no bytes.
    """
    return csrf_exempt(conditional_page(view))


def page(
    template: str, context: Mapping[str, Any], *, status: int = 200, keep: bool = True
) -> HttpResponse:
    """Draw without a request: nothing of the reader can get into the page."""
    words = {**context, "noindex": settings.PORTAL_NOINDEX}
    response = HttpResponse(render_to_string(f"portal/{template}.html", words), status=status)
    return kept(response) if keep else fresh(response)


def none() -> HttpResponse:
    """The same for what does not exist and for what is not for everybody."""
    return page("none", {}, status=404)


def kept(response: HttpResponse) -> HttpResponse:
    """A cache in between may keep it a while; a browser asks each time whether it changed.

    So a villager sees the own number at once, and what is withdrawn is gone from every phone.
    """
    response["Cache-Control"] = f"public, max-age=0, s-maxage={settings.PORTAL_CACHE_SECONDS}"
    if settings.PORTAL_NOINDEX:
        response["X-Robots-Tag"] = "noindex"
    return response


def fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
