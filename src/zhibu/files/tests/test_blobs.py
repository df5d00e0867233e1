"""Blobs: kept once, whole or not at all, and never handed on changed."""

from __future__ import annotations

import hashlib

import pytest

from zhibu.files.models import Blob
from zhibu.files.services import BlobDamaged, blob_path, blob_read, blob_store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "blobs"


def test_what_is_stored_is_read_back_and_named_by_its_digest(folder):
    blob = blob_store(data="支部".encode(), media_type="text/plain")

    digest = hashlib.sha256("支部".encode()).hexdigest()
    assert blob.digest == digest
    assert (folder / digest[:2] / digest).is_file()
    assert blob_read(blob=blob) == "支部".encode()


def test_the_same_bytes_are_kept_once(folder):
    one = blob_store(data=b"x", media_type="text/plain")
    two = blob_store(data=b"x", media_type="application/other")

    assert one.pk == two.pk
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


def test_a_write_that_fails_leaves_nothing_behind(folder, monkeypatch):
    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr("zhibu.files.services.os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        blob_store(data=b"x", media_type="text/plain")

    assert not Blob.objects.exists()
    assert [p for p in folder.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_changed_or_lost_bytes_are_refused(harm):
    blob = blob_store(data=b"x", media_type="text/plain")
    path = blob_path(blob=blob)
    if harm == "change":
        path.write_bytes(b"y")
    else:
        path.unlink()

    with pytest.raises(BlobDamaged, match="备份"):
        blob_read(blob=blob)
