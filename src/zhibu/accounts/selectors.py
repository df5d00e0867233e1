"""Finding accounts."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

from django.http import HttpRequest

from zhibu.accounts.models import User
from zhibu.shared.secrets import blind_index

PHONE_PURPOSE = "phone"


#: Whatever else stands in it, it is no phone number.
_PHONE = re.compile(r"\+?[0-9][0-9 -]*")


def phone_plain(phone: str) -> str:
    """Digits only: blanks, hyphens, full-width digits and +86 do not matter; empty for what is no number."""
    said = normalize("NFKC", phone).strip()
    if not _PHONE.fullmatch(said):
        return ""
    digits = "".join(c for c in said if c in "0123456789")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def phone_index(phone: str) -> str | None:
    return blind_index(phone_plain(phone), PHONE_PURPOSE) or None


def user_find(login: str) -> User | None:
    """By user name, else by phone number."""
    login = normalize("NFKC", login).strip()
    user = User.objects.filter(username=login).first()
    if user is None and len(phone_plain(login)) >= 7:
        user = User.objects.filter(phone_index=phone_index(login)).first()
    return user


def login_key(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Under what misses at log-in are counted: one key for an account, however its name or phone is written."""
    said = (credentials or {}).get("username")
    if said is None and request is not None:
        said = request.POST.get("username")
    said = str(said or "").replace("\0", "")[:150]
    user = user_find(said)
    if user is not None:
        return user.username
    return phone_plain(said) or "".join(normalize("NFKC", said).casefold().split())
