"""Private numbers: sealed at rest, found by a keyed index, masked on screen."""

from __future__ import annotations

import stat

import pytest
from django.core.exceptions import FieldError
from django.db import models

from zhibu.shared import keys, masks, secrets


def test_sealed_text_comes_back_and_two_equal_numbers_look_different():
    first, second = secrets.encrypt("130402190001010017"), secrets.encrypt("130402190001010017")

    assert first != second
    assert "130402" not in first
    assert secrets.decrypt(first) == secrets.decrypt(second) == "130402190001010017"


def test_changed_or_foreign_text_is_refused_in_words():
    sealed = secrets.encrypt("x")

    with pytest.raises(keys.KeysUnusable, match="密钥"):
        secrets.decrypt(sealed[:-6] + ("AAAAA=" if not sealed.endswith("AAAAA=") else "BBBBB="))
    with pytest.raises(keys.KeysUnusable, match="加密"):
        secrets.decrypt("130402190001010017")


def test_unknown_stays_empty():
    assert secrets.encrypt("") == secrets.decrypt("") == secrets.blind_index("", "id") == ""


def test_index_is_the_same_for_a_value_and_differs_between_purposes():
    assert secrets.blind_index("1", "id") == secrets.blind_index("1", "id")
    assert secrets.blind_index("1", "id") != secrets.blind_index("1", "phone")
    assert len(secrets.blind_index("1", "id")) == 64


def test_an_encrypted_field_can_not_be_searched_by_accident():
    field = secrets.EncryptedCharField()
    field.set_attributes_from_name("identity")

    with pytest.raises(FieldError, match="blind index"):
        field.get_lookup("exact")
    assert field.get_lookup("isnull") is not None
    assert isinstance(field, models.TextField)


def test_keys_are_made_once_readable_by_their_owner_only(tmp_path):
    path = tmp_path / "keys.json"

    first = keys.load_keys(path)
    keys.load_keys.cache_clear()

    assert keys.load_keys(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_lost_keys_beside_a_database_are_not_quietly_made_anew(tmp_path):
    (tmp_path / "zhibu.sqlite3").touch()

    with pytest.raises(keys.KeysUnusable, match="备份"):
        keys.load_keys(tmp_path / "keys.json")
    assert not (tmp_path / "keys.json").exists()


def test_damaged_keys_are_named(tmp_path):
    (tmp_path / "keys.json").write_text('{"django": "x", "data": "!", "index": ""}')

    with pytest.raises(keys.KeysUnusable, match="已损坏"):
        keys.load_keys(tmp_path / "keys.json")


@pytest.mark.parametrize(
    ("mask", "whole", "shown"),
    [
        (masks.mask_id, "130402190001010017", "130402********0017"),
        (masks.mask_phone, "13800001234", "138****1234"),
        (masks.mask_phone, "123", "1**"),
        (masks.mask_id, "", ""),
        (masks.mask_address, "示例县示例镇示例路 1 号", "示例县示例镇****"),
        (masks.mask_name, "甲乙丙", "甲**"),
    ],
)
def test_masks(mask, whole, shown):
    assert mask(whole) == shown
