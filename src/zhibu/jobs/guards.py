"""Refusing a file before it can hurt: what it is, how big it grows, how wide it is.

The zip directory is checked first; then every part is inflated once in small pieces, so that
a directory that lies about sizes is found out by the checksum and not by our memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from zlib import error as zlib_error

from django.utils.translation import gettext as _

from zhibu.jobs.headings import SheetWrong

MAX_BYTES = 60 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_INFLATED = 700 * 1024 * 1024
#: Honest sheets shrink to a tenth, very repetitive ones to a fiftieth; a bomb to a thousandth.
MAX_RATIO = 250
RATIO_FROM = 8 * 1024 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 300_000
_PIECE = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: A cell right of column GR (the 200th), or below row 300,000: one such cell makes a reader
#: lay out every empty cell before it.
_TOO_FAR = re.compile(rb'<c r="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d')
_TOO_DEEP = re.compile(rb'<row [^>]{0,200}?r="(?:[3-9]\d{5}|\d{7,})"')
_OTHER_CELL = re.compile(rb'<c(?: (?!r=")[^>]*)?/?>')


def file_check(data: bytes, filename: str) -> None:
    """Refuse what is not a sheet that can be read safely.

    Raises:
        SheetWrong: with a sentence that says what the file is and what to do.
    """
    if not data:
        raise SheetWrong(
            _("文件“%(name)s”是空的（0 字节）。请重新保存后再上传。") % {"name": filename}
        )
    if len(data) > MAX_BYTES:
        raise SheetWrong(
            _("文件超过 %(mb)d MB。请拆成几个文件，分次上传。") % {"mb": MAX_BYTES >> 20}
        )
    if data.startswith(b"PK"):
        _zip_check(data, filename)
    elif data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetWrong(
                _("这个文件加了打开密码，无法读取。请在 WPS 或 Excel 中取消密码，另存后再上传。")
            )
    else:
        raise SheetWrong(
            _(
                "“%(name)s”不是 Excel 文件，只是名字像：里面是文字或别的内容。请用 WPS 或 Excel 打开后，另存为 .xlsx 再上传。"
            )
            % {"name": filename}
        )


def _zip_check(data: bytes, filename: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _directory_check(entries, filename)
            for entry in entries:
                _entry_check(archive, entry)
    except (
        zipfile.BadZipFile,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zlib_error,
    ) as error:
        raise SheetWrong(
            _("文件“%(name)s”已损坏，打不开。请用 WPS 或 Excel 打开后另存为 .xlsx，再上传。")
            % {"name": filename}
        ) from error


def _directory_check(entries: list[zipfile.ZipInfo], filename: str) -> None:
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_INFLATED:
        raise SheetWrong(_bomb())
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise SheetWrong(_("这个文件加了密码，无法读取。请取消密码，另存后再上传。"))
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        ):
            raise SheetWrong(_bomb())
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise SheetWrong(
            _("“%(name)s”是压缩包或别的文档，不是 Excel 工作簿。请上传 .xlsx 或 .xls 文件。")
            % {"name": filename}
        )


def _bomb() -> str:
    return _(
        "这个文件解压后大得不正常，为保护系统没有打开。请新建一个工作簿，把数据粘贴过去再上传。"
    )


def _entry_check(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    tail = b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            if sheet:
                _piece_check(tail + piece)
                tail = piece[-256:]


def _piece_check(piece: bytes) -> None:
    if _TOO_FAR.search(piece):
        raise SheetWrong(too_wide())
    if _TOO_DEEP.search(piece):
        raise SheetWrong(too_deep())
    if _OTHER_CELL.search(piece):
        raise SheetWrong(
            _(
                "这个工作簿的单元格没有写明位置，不是 WPS 或 Excel 保存的样子。请用 WPS 或 Excel 打开后另存，再上传。"
            )
        )


def too_wide() -> str:
    return _("表中有超过 %(n)d 列。请删去右边多余的列（包括看似空白的列）后再上传。") % {
        "n": MAX_COLUMNS
    }


def too_deep() -> str:
    return _("表中有超过 %(n)d 行。请删去下面多余的行，或拆成几个文件分次上传。") % {"n": MAX_ROWS}
