"""Encryption of identity numbers, phones and addresses, and finding them again.

AES-256-GCM with a fresh nonce each time, so two equal numbers look different in the
database; equality is answered by ``blind_index``, a keyed hash per purpose.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from zhibu.shared.keys import Keys, KeysUnusable, keys_path, load_keys

_VERSION = "v1:"
_NONCE_BYTES = 12


def _keys() -> Keys:
    return _keys_of(settings.DATA_DIR, os.environ.get("ZHIBU_KEYS_FILE", ""))


@lru_cache(maxsize=8)
def _keys_of(data_dir: Path, _override: str) -> Keys:
    # Working out the path costs more than a hash, and an import asks a hundred thousand times.
    return load_keys(keys_path(data_dir))


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def encrypt(plain: str) -> str:
    """Encrypt; the empty string stays empty, so "nothing known" can be seen without a key."""
    if plain == "":
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(_keys().data).encrypt(nonce, plain.encode(), None)
    return _VERSION + base64.b64encode(nonce + sealed).decode()


def decrypt(stored: str) -> str:
    if stored == "":
        return ""
    if not stored.startswith(_VERSION):
        raise KeysUnusable("有一项内容不是用本系统的格式加密的，无法读出。")
    raw = base64.b64decode(stored[len(_VERSION) :])
    try:
        return _cipher(_keys().data).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
    except InvalidTag as error:
        raise KeysUnusable(
            "密钥与数据不符，已加密的内容无法读出。请换回建立这些数据时的密钥文件。"
        ) from error


def blind_index(value: str, purpose: str) -> str:
    """Hex digest for looking a value up; empty stays empty.

    Equal values under different purposes give different digests, so an identity number
    and a phone number can not be linked by their hashes. The caller normalises.
    """
    if value == "":
        return ""
    message = f"{purpose}\0{value}".encode()
    return hmac.new(_keys().index, message, hashlib.sha256).hexdigest()


class EncryptedCharField(models.TextField):
    """Text that is plain in Python and sealed in the database; find it by a blind index."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its blind index.")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"widget": forms.TextInput, **kwargs})
