"""Small drawings every page shares. `{% load zhibu %}`"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhibu.shared import masks

register = template.Library()

_ICONS = Path(__file__).resolve().parents[1] / "static/shared/vendor/icons.txt"

#: How each verdict is named and drawn; colour alone never carries it.
VERDICTS = {
    "met": (_("满足"), "check"),
    "partial": (_("部分满足"), "circle-half-2"),
    "unmet": (_("不满足"), "x"),
    "not_applicable": (_("不适用"), "minus"),
    "not_assessed": (_("未评"), "help-circle"),
    "not_due": (_("未到期"), "clock-hour-4"),
}


@cache
def _known_icons() -> frozenset[str]:
    return frozenset(_ICONS.read_text(encoding="utf-8").split())


@register.simple_tag
def icon(name: str, label: object = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is decoration and kept from screen readers."""
    if name not in _known_icons():
        raise template.TemplateSyntaxError(f"no icon {name!r}: add it to tools/vendor.py")
    href = f"{static('shared/vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.inclusion_tag("shared/_verdict.html")
def verdict(code: str, label: object = "") -> dict[str, Any]:
    """A verdict as a badge: ``{% verdict finding.verdict %}``."""
    name, mark = VERDICTS[str(code)]
    return {"code": code, "label": label or name, "icon": mark}


@register.inclusion_tag("shared/_bar.html")
def bar(part: float, whole: float, tone: str = "", label: object = "") -> dict[str, Any]:
    """A share as a bar; drawn with SVG attributes because inline styles are forbidden."""
    share = max(0.0, min(100.0, 100 * float(part) / float(whole))) if whole else 0.0
    return {"share": f"{share:.1f}", "tone": tone, "label": label}


@register.filter
def points(value: int | None) -> str:
    """Points are kept in hundredths: 4250 → 42.5."""
    if value is None:
        return "—"
    text = f"{int(value) / 100:.2f}".rstrip("0").rstrip(".")
    return text or "0"


@register.filter
def percent(part: float | str | None) -> str:
    """0.875 → 87.5%; a part of something that is not there reaches a filter as an empty string."""
    return (
        "—"
        if part is None or isinstance(part, str)
        else f"{100 * part:.1f}".rstrip("0").rstrip(".") + "%"
    )


register.filter("mask_id", masks.mask_id)
register.filter("mask_phone", masks.mask_phone)
register.filter("mask_address", masks.mask_address)
