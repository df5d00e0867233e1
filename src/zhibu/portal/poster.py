"""A notice as a sheet to hang up: its text in large type, and the code that leads to its page."""

from __future__ import annotations

import io
import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.core.cache import cache as kept
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zhibu.documents.selectors import Notice

SIZES = ("a4", "a3")
#: Drawing takes a quarter of a second; the same sheet is asked for again and again.
KEEP_SECONDS = 24 * 60 * 60
_SOURCE = Path(__file__).with_name("poster.typ")


class NoFont(RuntimeError):
    """No Chinese font is installed: a sheet of empty boxes helps nobody."""


def address_of(request: HttpRequest, token: str) -> str:
    """The whole address; ``PORTAL_URL`` where the portal has a name of its own."""
    path = reverse("portal:notice", args=[token])
    base = settings.PORTAL_URL.rstrip("/")
    return f"{base}{path}" if base else request.build_absolute_uri(path)


def drawn(notice: Notice, address: str, size: str) -> bytes:
    """The PDF; what is not a size is A4."""
    size = size if size in SIZES else SIZES[0]
    words = json.dumps(poster_words(notice, address, size), ensure_ascii=False)
    key = f"poster:{sha256(words.encode()).hexdigest()}"
    pdf = kept.get(key)
    if pdf is None:
        pdf = typst.compile(_SOURCE.read_bytes(), font_paths=_fonts(), sys_inputs={"words": words})
        kept.set(key, pdf, KEEP_SECONDS)
    return pdf


def poster_words(notice: Notice, address: str, size: str) -> dict[str, object]:
    """All that stands on the sheet; numbers and looks are the template's business."""
    until = date_format(notice.to_on, "Y年n月j日") if notice.to_on else _("长期")
    days = {"from": date_format(notice.from_on, "Y年n月j日"), "to": until}
    return {
        "size": size,
        "fonts": _families(),
        "unit": notice.unit_name,
        "kind": notice.kind_title,
        "title": notice.title,
        "about": notice.about_title,
        "period": _("公开期：%(from)s至%(to)s") % days,
        "paragraphs": [line.strip() for line in notice.body.splitlines() if line.strip()],
        "rows": [list(row) for row in notice.table],
        "correction": _correction(notice),
        "hint": _("手机扫一扫：看公开内容，提意见，看答复。不会上网的，请到本组织当面提出。"),
        "address": address,
        "code": _code(address),
    }


def _correction(notice: Notice) -> str:
    if notice.corrected_on is None:
        return ""
    said = {"day": date_format(notice.corrected_on, "Y年n月j日"), "reason": notice.correct_reason}
    return _("已于%(day)s更正：%(reason)s") % said


def _code(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=0)
    return out.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(font_paths=list(settings.PORTAL_FONT_FOLDERS))


@cache
def _families() -> list[str]:
    """Those of the wanted fonts that are there, in the wanted order."""
    there = set(_fonts().families())
    found = [name for name in settings.PORTAL_FONTS if name in there]
    if not found:
        raise NoFont(
            _(
                "服务器上没有可用的中文字体，画不出海报。请管理员安装一种，或用 ZHIBU_FONTS 写明字体名。"
            )
        )
    return found
