"""Log-in and passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """User name or phone number, and password."""

    error_messages = {
        "invalid_login": _("用户名、手机号或密码不对，请核对后再试。"),
        "inactive": _("这个账号已停用，请联系本单位管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名或手机号")
        self.fields["username"].widget.attrs.update(autocomplete="username", autocapitalize="none")
        self.fields["password"].label = _("密码")


def _password(label: object, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, max_length=128)


class PasswordForm(forms.Form):
    old = _password(_("原密码"), "current-password")
    new = _password(_("新密码"), "new-password")
    again = _password(_("再输一遍新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两次输入的新密码不一样，请重新输入。"))
        return cleaned
