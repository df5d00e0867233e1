"""One template serves the page and its fragment; only this module chooses."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether the browser asked for a piece of the page.

    Boosted links replace the whole body, and htmx asks again for the whole page when its
    history cache misses, so both get the full template.
    """
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its partial named ``fragment`` for htmx.

    Pending messages travel with a fragment too: the page's status region is swapped out
    of band, so a saved form says so with and without JavaScript.
    """
    piece = bool(fragment) and wants_fragment(request)
    name = f"{template}#{fragment}" if piece else template
    response = render(request, name, context or {}, status=status)
    if piece and len(get_messages(request)):
        said = render_to_string("shared/_messages.html", {"out_of_band": True}, request)
        response.content += said.encode()
    patch_vary_headers(response, ["HX-Request"])
    return response
