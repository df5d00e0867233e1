"""Putting bytes on disk and getting them back whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from zhibu.files.models import Blob
from zhibu.shared.errors import RuleBroken


class BlobDamaged(RuleBroken):
    """The bytes on disk are gone or are not those that were stored."""


@transaction.atomic
def blob_store(*, data: bytes, media_type: str) -> Blob:
    """Keep the bytes; the same bytes are kept once, whoever brings them.

    The file is whole on disk before the row exists. A file whose row was rolled back stays
    and is used again when the same bytes come.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
    if not path.exists():
        _write(path, data)
    blob, _ = Blob.objects.get_or_create(
        digest=digest, defaults={"size": len(data), "media_type": media_type}
    )
    return blob


def blob_read(*, blob: Blob) -> bytes:
    """Read the bytes; what is not what was stored is refused, never handed on."""
    try:
        data = _path(blob.digest).read_bytes()
    except FileNotFoundError:
        raise BlobDamaged(
            "这份文件在磁盘上找不到，请从备份中恢复数据目录的 blobs 文件夹。"
        ) from None
    if hashlib.sha256(data).hexdigest() != blob.digest:
        raise BlobDamaged("这份文件在磁盘上被改动过，请从备份中恢复数据目录的 blobs 文件夹。")
    return data


@transaction.atomic
def blob_drop(*, blob: Blob) -> None:
    """Delete the row and, once that is certain, the bytes; a blob that is still named is refused.

    Only for bytes that cannot come again from elsewhere meanwhile, as sealed ones.
    """
    path = _path(blob.digest)
    blob.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def blob_path(*, blob: Blob) -> Path:
    """Where the bytes lie, for readers that want a path; never write there."""
    return _path(blob.digest)


def _path(digest: str) -> Path:
    return Path(settings.DATA_DIR) / "blobs" / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    """Into a neighbour file first, so that a killed process leaves no half blob under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
