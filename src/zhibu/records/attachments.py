"""Which files may hang on a record: their kind is told by their bytes, not by their name."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import PurePath

from django.utils.translation import gettext as _

from zhibu.shared.errors import RuleBroken

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 30
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Suffix → media type; the first suffix of a type is its own.
TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
}
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}
_PARTS = {"word/document.xml": TYPES[".docx"], "xl/workbook.xml": TYPES[".xlsx"]}


def file_check(name: str, data: bytes) -> tuple[str, str]:
    """(name to keep, media type) of a file that may be kept.

    Raises:
        RuleBroken: too large, empty, of another kind, or not what its name says.
    """
    if not data:
        raise RuleBroken(_("这个文件是空的（0 字节）。请重新保存后再上传。"))
    if len(data) > MAX_BYTES:
        raise RuleBroken(_("文件超过 20 MB。请压缩图片或拆成几个文件，再上传。"))
    plain = _plain(name)
    suffix = PurePath(plain).suffix.lower()
    if suffix not in TYPES:
        raise RuleBroken(_("只能上传 jpg、png、pdf、docx、xlsx 文件。请另存为其中一种，再上传。"))
    if _sniffed(data) != TYPES[suffix]:
        text = _("“%(name)s”的内容不是 %(kind)s 文件。请用原来的软件打开，另存后再上传。")
        raise RuleBroken(text % {"name": plain, "kind": suffix.lstrip(".")})
    return plain, TYPES[suffix]


def _plain(name: str) -> str:
    """The last part of the path, without what can not be seen, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    path = PurePath(seen or _("附件"))
    return f"{path.stem[:180]}{path.suffix[:10]}"


def _sniffed(data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    return _office(data) if data.startswith(b"PK\x03\x04") else ""


def _office(data: bytes) -> str:
    """Word or Excel by the parts in it; one with macros is neither."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return ""
    if "[Content_Types].xml" not in names or any(one.endswith("vbaProject.bin") for one in names):
        return ""
    return next((media_type for part, media_type in _PARTS.items() if part in names), "")
