"""What the base template needs on every page."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zhibu.shared import clock, nav


def _version() -> str:
    try:
        return version("zhibu")
    except PackageNotFoundError:
        return "dev"


VERSION = _version()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a fragment pays for no menu."""
    return {
        "frame_nav": SimpleLazyObject(lambda: nav.entries(request, "main")),
        "frame_account": SimpleLazyObject(lambda: nav.entries(request, "account")),
        "frame_place": SimpleLazyObject(lambda: nav.place(request)),
        "frame_now": clock.now(),
        "frame_version": VERSION,
    }
