"""Making accounts and changing passwords. Who may make an account, the caller above decides."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.accounts.selectors import phone_index, phone_plain
from zhibu.audit.services import Actor, event_record
from zhibu.shared.errors import RuleBroken

#: No letters and digits that look alike on a printed slip.
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


def password_make() -> str:
    """A first password that can be read out: ``kfmr-7294-tzep``."""
    parts = [_pick(_LETTERS), _pick(_DIGITS), _pick(_LETTERS)]
    return "-".join(parts)


def _pick(alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _n in range(4))


@transaction.atomic
def account_create(
    *,
    username: str,
    display_name: str,
    actor: Actor,
    password: str | None = None,
    phone: str | None = None,
    is_installer: bool = False,
) -> User:
    """Make an account whose first password must be changed.

    Without ``password`` one is made and stands in ``user.first_password``, this once and nowhere else.
    """
    index = phone_index(phone or "")
    if phone and phone.strip() and not index:
        raise RuleBroken(_("手机号看不懂，请只写数字。"))
    if User.objects.filter(username=username).exists():
        raise RuleBroken(_("用户名“%(name)s”已有人使用，请换一个。") % {"name": username})
    if index and User.objects.filter(phone_index=index).exists():
        raise RuleBroken(_("这个手机号已绑定另一个账号，请核对。"))
    first = password or password_make()
    user = User(
        username=username, display_name=display_name, phone_index=index, is_installer=is_installer,
        must_change_password=True,
    )  # fmt: skip
    user.set_password(first)
    user.full_clean()
    user.save(force_insert=True)
    user.first_password = first  # type: ignore[attr-defined]
    _record(actor, "accounts.created", user)
    return user


@transaction.atomic
def password_change(*, user: User, old: str, new: str, actor: Actor) -> User:
    """Change one's own password.

    Raises:
        ValidationError: the old one is wrong, or the new one is weak, the same, or holds name or phone.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.check_password(old):
        raise ValidationError({"old": _("原密码不对，请重新输入。")})
    if old == new:
        raise ValidationError({"new": _("新密码不能与原密码相同。")})
    password_check(user, new)
    _set(user, new, must_change=False)
    _record(actor, "accounts.password_changed", user)
    return user


@transaction.atomic
def password_reset(*, user: User, actor: Actor) -> str:
    """A new first password for somebody who forgot; it is returned this once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    first = password_make()
    _set(user, first, must_change=True)
    _record(actor, "accounts.password_reset", user)
    return first


@transaction.atomic
def account_disable(*, user: User, actor: Actor) -> User:
    """The account can no longer log in; open sessions end with their next page."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _record(actor, "accounts.disabled", user)
    return user


@transaction.atomic
def account_enable(*, user: User, actor: Actor) -> User:
    """The account may log in again, with the password it had."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(actor, "accounts.enabled", user)
    return user


def password_check(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"new": error.messages}) from error
    if user.phone_index and user.phone_index == phone_index(password) and phone_plain(password):
        raise ValidationError({"new": _("密码不能是手机号，请换一个。")})


def _set(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


def _record(actor: Actor, action: str, user: User) -> None:
    event_record(
        actor=actor, action=action, target=f"accounts.user:{user.pk}", username=user.username
    )


@transaction.atomic
def login_record(*, user: User) -> None:
    _record(user, "accounts.logged_in", user)


@transaction.atomic
def logout_record(*, user: User) -> None:
    _record(user, "accounts.logged_out", user)
