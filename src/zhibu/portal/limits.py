"""So many objections from one address in an hour. The address itself is kept nowhere."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from zhibu.shared import clock
from zhibu.shared.secrets import blind_index

HOUR = 60 * 60


def address_of(request: HttpRequest) -> str:
    """Behind our own proxy (HTTPS) the last entry is what the proxy saw; earlier ones are anybody's words."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def one_more_allowed(request: HttpRequest) -> bool:
    """Count this one, and say whether it is still within the hour's number."""
    hour = int(clock.now().timestamp()) // HOUR
    key = f"portal:{hour}:{blind_index(address_of(request), 'portal address')[:32]}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= settings.PORTAL_OBJECTIONS_PER_HOUR
