"""Roles, adopted packs, and looking at private numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.selectors import user_find
from zhibu.accounts.services import (
    account_create,
    account_disable,
    account_enable,
    password_reset,
)
from zhibu.audit.services import Actor, event_record
from zhibu.organization import policies
from zhibu.organization.models import Adoption, Ancestry, Person, RoleGrant, SensitiveView, Unit
from zhibu.packs.selectors import packs_installed
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu.shared.secrets import decrypt

FIELDS = {"id_number": "id_cipher", "phone": "phone_cipher"}


@transaction.atomic
def role_grant(
    *,
    user: Any,
    unit: Unit,
    role: str,
    actor: Actor,
    from_on: date | None = None,
    to_on: date | None = None,
) -> RoleGrant:
    """Give a role on a unit and all below it."""
    if not policies.may_grant_roles(actor, unit):
        raise PermissionDenied
    if not isinstance(actor, str) and actor.pk == user.pk:
        raise RuleBroken(_("不能给自己授权，请由另一名管理员办理。"))
    start = from_on or clock.today()
    # Locked by the account: two clicks must not give one role twice.
    type(user).objects.select_for_update().get(pk=user.pk)
    held = RoleGrant.objects.filter(user=user, unit=unit, role=role).exclude(to_on__lt=start)
    if held.exists():
        raise RuleBroken(
            _("%(user)s在“%(unit)s”已有%(role)s角色，不必再次授予。")
            % {"user": user, "unit": unit, "role": RoleGrant.Role(role).label}
        )
    grant = RoleGrant(user=user, unit=unit, role=role, from_on=start, to_on=to_on)
    grant.full_clean()
    grant.save(force_insert=True)
    _record_grant(actor, "organization.role_granted", grant)
    return grant


@transaction.atomic
def role_grant_by_login(
    *, username: str, unit: Unit, role: str, actor: Actor, to_on: date | None = None
) -> RoleGrant:
    """As :func:`role_grant`, the account named as one types it at log-in."""
    user = user_find(username)
    if user is None or not user.is_active:
        raise RuleBroken(_("没有这个账号，请核对用户名或手机号，或先建立账号。"))
    return role_grant(user=user, unit=unit, role=role, actor=actor, to_on=to_on)


@transaction.atomic
def person_account_create(
    *,
    unit: Unit,
    username: str,
    role: str,
    actor: Actor,
    person: Person | None = None,
    new_name: str = "",
    phone: str = "",
) -> Any:
    """An account for a person, with a first role; ``user.first_password`` holds the password, this once.

    Office staff who are on no list are only named: the account stands for no person.
    """
    if not policies.may_grant_roles(actor, unit):
        raise PermissionDenied
    if person is None:
        user = account_create(username=username, display_name=new_name, phone=phone, actor=actor)
        role_grant(user=user, unit=unit, role=role, actor=actor)
        return user
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.user_id is not None:
        raise RuleBroken(_("%(person)s已有账号，忘记密码的请重置。") % {"person": person})
    user = account_create(username=username, display_name=person.name, phone=phone, actor=actor)
    person.user = user
    person.save(update_fields=["user"])
    role_grant(user=user, unit=unit, role=role, actor=actor)
    return user


@transaction.atomic
def account_password_reset(*, grant: RoleGrant, actor: Actor) -> Any:
    """A new first password for who holds a role here; it stands in ``user.first_password``."""
    _check_account(actor, grant)
    grant.user.first_password = password_reset(user=grant.user, actor=actor)
    return grant.user


@transaction.atomic
def account_close(*, grant: RoleGrant, actor: Actor) -> Any:
    """Who holds a role here can no longer log in; the roles stay as they are, for when he comes back."""
    _check_account(actor, grant)
    if not isinstance(actor, str) and grant.user_id == actor.pk:
        raise RuleBroken(_("不能停用自己的账号。请由另一位管理员办理。"))
    return account_disable(user=grant.user, actor=actor)


@transaction.atomic
def account_open(*, grant: RoleGrant, actor: Actor) -> Any:
    """A closed account may log in again, with its old password and roles."""
    _check_account(actor, grant)
    return account_enable(user=grant.user, actor=actor)


def _check_account(actor: Actor, grant: RoleGrant) -> None:
    if not policies.may_grant_roles(actor, grant.unit):
        raise PermissionDenied
    if not policies.may_manage_account(actor, grant.user):
        raise RuleBroken(
            _("%(user)s在您管理范围以外还有角色、职务或组织关系。请由上级管理员办理。")
            % {"user": grant.user}
        )


@transaction.atomic
def role_revoke(*, grant: RoleGrant, actor: Actor) -> None:
    """At once: a role taken away today does not hold until midnight."""
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if not policies.may_grant_roles(actor, grant.unit):
        raise PermissionDenied
    _record_grant(actor, "organization.role_revoked", grant)
    yesterday = clock.today() - timedelta(days=1)
    if grant.from_on > yesterday:
        grant.delete()
    else:
        grant.to_on = yesterday
        grant.save(update_fields=["to_on"])


@transaction.atomic
def pack_adopt(
    *,
    unit: Unit,
    pack_key: str,
    actor: Actor,
    from_on: date,
    pack_version: str = "",
    mode: str = Adoption.Mode.ENFORCE,
) -> Adoption:
    """Adopt a pack for a unit and all below it; an earlier adoption of the same pack ends the day before."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if not policies.may_manage_organization(actor, unit):
        raise PermissionDenied
    versions = packs_installed().filter(key=pack_key)
    if pack_version:
        versions = versions.filter(version=pack_version)
    if not versions.exists():
        raise RuleBroken(
            _("制度包“%(key)s” %(version)s 没有安装，请先安装再采用。")
            % {"key": pack_key, "version": pack_version}
        )
    earlier = Adoption.objects.filter(unit=unit, pack_key=pack_key)
    if earlier.filter(from_on__gt=from_on).exists():
        raise RuleBroken(_("此日期之后已登记过采用这个制度包，请选择更晚的日期。"))
    earlier.filter(from_on=from_on).delete()
    earlier.held_on(from_on).update(to_on=from_on - timedelta(days=1))
    adoption = Adoption(
        unit=unit, pack_key=pack_key, pack_version=pack_version, mode=mode, from_on=from_on
    )
    adoption.full_clean()
    adoption.save(force_insert=True)
    event_record(
        actor=actor, action="organization.pack_adopted", target=f"organization.adoption:{adoption.pk}", unit=unit,
        pack=pack_key, version=pack_version or _("最新版"), mode=str(adoption.get_mode_display()), day=from_on,
    )  # fmt: skip
    below = Ancestry.objects.filter(ancestor=unit, line="tree").values_list("unit_id", flat=True)
    units_changed(below)
    return adoption


@transaction.atomic
def person_view_sensitive(
    *, person: Person, fields: Iterable[str], purpose: str, actor: Actor
) -> dict[str, str]:
    """Show private numbers in full, once; who looked, at what and for what stays on record."""
    if not policies.may_see_person_sensitive(actor, person):
        raise PermissionDenied
    wanted = [field for field in FIELDS if field in set(fields)]
    if not wanted:
        raise RuleBroken(_("请选择要查看的内容。"))
    if len(purpose.strip()) < 2:
        raise RuleBroken(_("请写明查看的用途，查看会被登记，本人可以看到。"))
    shown = {field: plain(getattr(person, FIELDS[field])) for field in wanted}
    event = event_record(
        actor=actor, action="organization.sensitive_viewed", target=f"organization.person:{person.pk}",
        name=person.name, fields=wanted, purpose=purpose.strip(),
    )  # fmt: skip
    SensitiveView.objects.create(
        person=person, viewer=event.actor, fields=",".join(wanted), purpose=purpose.strip()[:200]
    )
    return shown


def plain(cipher: bytes | memoryview | None) -> str:
    """What a sealed column holds."""
    return decrypt(bytes(cipher).decode()) if cipher else ""


def _record_grant(actor: Actor, action: str, grant: RoleGrant) -> None:
    event_record(
        actor=actor, action=action, target=f"organization.rolegrant:{grant.pk}", unit=grant.unit,
        user=str(grant.user), role=str(grant.get_role_display()), unit_name=grant.unit.name,
    )  # fmt: skip
