"""Finding accounts."""

from __future__ import annotations

from unicodedata import normalize

from zhibu.accounts.models import User
from zhibu.shared.secrets import blind_index

PHONE_PURPOSE = "phone"


def phone_plain(phone: str) -> str:
    """Digits only: blanks, dashes, full-width digits and +86 do not matter."""
    digits = "".join(c for c in normalize("NFKC", phone) if c.isdigit())
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
