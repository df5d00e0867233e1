"""Rules of passwords that Django does not say in Chinese."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LengthValidator:
    """At least so many characters."""

    def __init__(self, at_least: int = 8) -> None:
        self.at_least = at_least

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.at_least:
            raise ValidationError(_("密码太短，至少要 %(count)s 位。") % {"count": self.at_least})

    def get_help_text(self) -> str:
        return _("密码至少 %(count)s 位。") % {"count": self.at_least}
