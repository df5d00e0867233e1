"""Which sittings may adopt a document.

Documents know no sittings. A higher app offers them in its ``adopters.py``:
``def adopters(unit, kinds, until) -> Iterable[Adopter]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.organization.models import Unit
from zhibu.shared.discovery import discover


@dataclass(frozen=True, slots=True)
class Adopter:
    """A record that could adopt; ``why`` says, for one that cannot, what is wrong with it."""

    record_id: int
    label: str
    day: date
    valid: bool
    why: str = ""


def adopters(unit: Unit, kinds: tuple[str, ...], until: date) -> list[Adopter]:
    """Sittings of the unit of one of these kinds until the day, newest first."""
    found = [
        adopter
        for module in discover("adopters")
        for adopter in module.adopters(unit=unit, kinds=kinds, until=until)
    ]
    return sorted(found, key=lambda adopter: (adopter.day, adopter.record_id), reverse=True)
