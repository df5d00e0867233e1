"""The menu: each app registers its entries in its own ``nav.py``, which is discovered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from zhibu.shared.discovery import discover


def _signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry. ``show`` asks policies, never the template."""

    label: object
    url_name: str
    icon: str
    order: int = 50
    area: Literal["main", "account"] = "main"
    #: May be among the five at the foot of a phone; the others are in the account's menu there.
    phone: bool = True
    #: Where its other pages lie, if not below its own address.
    prefix: str = ""
    #: Changes something (log-out): drawn as a form, never as a link.
    post: bool = False
    show: Callable[[HttpRequest], bool] = _signed_in


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as this reader sees it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool
    post: bool
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader stands: the unit named in the header, and the others to switch to."""

    label: str
    url: str = ""
    choices: tuple[tuple[str, str], ...] = ()


PHONE_PLACES = 5

_items: dict[str, Item] = {}
_place: list[Callable[[HttpRequest], Place | None]] = []


def register(item: Item) -> None:
    _items[item.url_name] = item


def register_place(find: Callable[[HttpRequest], Place | None]) -> None:
    """Say who names the unit in the header; the last one registered wins."""
    _place[:] = [find]


def place(request: HttpRequest) -> Place | None:
    discover("nav")
    return _place[0](request) if _place else None


def entries(request: HttpRequest, area: str) -> list[Entry]:
    """What the menu shows; an entry whose page does not exist is left out."""
    discover("nav")
    shown: list[Entry] = []
    for item in sorted(_items.values(), key=lambda one: (one.order, one.url_name)):
        if item.area != area or not item.show(request):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        phone = item.phone and sum(entry.phone for entry in shown) < PHONE_PLACES
        shown.append(
            Entry(str(item.label), url, item.icon, False, phone, item.post, item.prefix or url)
        )
    return _mark_current(shown, request.path)


def _mark_current(shown: list[Entry], path: str) -> list[Entry]:
    """Only the longest matching address is current: "/" must not light up everywhere."""
    matches = [
        e.prefix or e.url
        for e in shown
        if path == e.url or ((e.prefix or e.url) != "/" and path.startswith(e.prefix or e.url))
    ]
    best = max(matches, key=len, default=None)
    return [replace(e, current=(e.prefix or e.url) == best) for e in shown]
