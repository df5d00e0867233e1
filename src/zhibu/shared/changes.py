"""Where a lower app says that a unit's facts changed, and a higher one hears it.

A higher app registers in its ``listeners.py`` with :func:`listen`. Services call
:func:`units_changed` as their last step, inside their transaction; a bulk act wraps itself in
:func:`deferred`, and all its units are handed over once, together, when the block ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from zhibu.shared.discovery import discover

Listener = Callable[[set[int]], None]

_listeners: list[Listener] = []
_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


def listen(listener: Listener) -> Listener:
    """Register; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def units_changed(unit_ids: Iterable[int]) -> None:
    """Tell the listeners, now or at the end of the surrounding :func:`deferred` block."""
    units = set(unit_ids)
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(units)
    elif units:
        discover("listeners")
        for listener in _listeners:
            listener(units)


@contextmanager
def deferred() -> Iterator[None]:
    """Collect the changed units of the block and hand them over once. Nothing is told if it raises."""
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set(set())
    try:
        yield
        units = _waiting.get() or set()
    finally:
        _waiting.reset(token)
    units_changed(units)
