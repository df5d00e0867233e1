"""Founding, moving, merging, renaming and withdrawing units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import Actor, event_record
from zhibu.organization import ancestry, policies, selectors
from zhibu.organization.models import Ancestry, Line, Placement, Post, Unit
from zhibu.shared.changes import units_changed
from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken

ONE_DAY = timedelta(days=1)


@transaction.atomic
def unit_found(
    *,
    code: str,
    name: str,
    kind: str,
    founded_on: date,
    actor: Actor,
    parent: Unit | None = None,
    guidance: Unit | None = None,
    sector: str = "",
    short_name: str = "",
    aliases: str = "",
    is_temporary: bool = False,
    order: int = 0,
) -> Unit:
    """Found a unit under its parent from its first day. Without a parent it is a root; only installers make those."""
    _check_parent_permission(actor, parent)
    unit = Unit(
        code=code, name=name, kind=kind, founded_on=founded_on, sector=sector, short_name=short_name,
        aliases=aliases, is_temporary=is_temporary, order=order,
    )  # fmt: skip
    unit.full_clean()
    unit.save(force_insert=True)
    for line, above in ((Line.TREE, parent), (Line.GUIDANCE, guidance)):
        if above is not None:
            _check_alive(above, founded_on)
            Placement.objects.create(unit=unit, parent=above, line=line, from_on=founded_on)
    ancestry.rebuild([unit.pk])
    _record(actor, "organization.unit_founded", unit, parent=str(parent or ""), day=founded_on)
    units_changed([unit.pk])
    return unit


@transaction.atomic
def group_found(*, branch: Unit, name: str, founded_on: date, actor: Actor) -> Unit:
    """A party group of a branch; its secretary may. The code follows the branch's."""
    if not policies.may_manage_groups(actor, branch) and not isinstance(actor, str):
        raise PermissionDenied
    _check_alive(branch, founded_on)
    known = Unit.objects.filter(code__startswith=f"{branch.code}-G").values_list("code", flat=True)
    code = next(c for n in range(1, 1000) if (c := f"{branch.code}-G{n}") not in set(known))
    unit = Unit(
        code=code, name=f"{branch}{name}", short_name=name, kind=Unit.Kind.GROUP,
        sector=branch.sector, founded_on=founded_on, order=len(known) + 1,
    )  # fmt: skip
    unit.full_clean()
    unit.save(force_insert=True)
    Placement.objects.create(unit=unit, parent=branch, line=Line.TREE, from_on=founded_on)
    ancestry.rebuild([unit.pk])
    _record(actor, "organization.unit_founded", unit, parent=str(branch), day=founded_on)
    units_changed([branch.pk])
    return unit


@transaction.atomic
def unit_withdraw(*, unit: Unit, day: date, actor: Actor) -> Unit:
    """``day`` is its last day. Posts and party groups end with it; members must have gone before.

    Its place in the tree stays, so that its records stay in view.
    """
    unit = _locked(unit)
    _check_may_change(actor, unit)
    _check_living(unit, day)
    groups, children = _below(unit, day)
    if children:
        raise RuleBroken(_("这个组织还有下级组织。请先把下级组织移走、并入或撤销，再撤销本组织。"))
    _tell("unit_withdrawn", unit=unit, day=day)
    for ending in [*groups, unit]:
        _end(ending, day)
    _record(actor, "organization.unit_withdrawn", unit, day=day)
    units_changed([unit.pk])
    return unit


@transaction.atomic
def unit_merge(*, unit: Unit, into: Unit, day: date, actor: Actor) -> Unit:
    """``day`` is the unit's last day; from the next its children, and in the tree it itself, stand below ``into``.

    Its party groups end with it; its members go over, as the apps above see to in ``endings.py``.
    Its records stay its own. Standing below ``into`` lets those who keep the new unit's books read the old one's.
    """
    unit, into = _locked(unit), _locked(into)
    _check_may_change(actor, unit)
    _check_may_change(actor, into)
    _check_living(unit, day)
    _check_alive(into, day + ONE_DAY)
    if unit.pk == into.pk:
        raise RuleBroken(_("组织不能并入自己，请选择另一个组织。"))
    _check_not_below(unit, into, day + ONE_DAY)
    groups, children = _below(unit, day)
    _tell("unit_merged", unit=unit, into=into, day=day, actor=actor)
    for group in groups:
        _end(group, day)
    _end(unit, day, into)
    changed: set[int] = set()
    for moved in [unit, *children]:
        changed |= _place(moved, into, Line.TREE, day + ONE_DAY)
    ancestry.rebuild(changed)
    _record(actor, "organization.unit_merged", unit, into=str(into), into_code=into.code, day=day)
    units_changed({unit.pk, into.pk, *changed})
    return unit


@transaction.atomic
def unit_move(
    *, unit: Unit, parent: Unit | None, day: date, actor: Actor, line: str = "tree"
) -> Unit:
    """From ``day`` on the unit stands below ``parent``; the days before keep the old parent.

    Without a parent the line ends the day before.
    """
    unit = _locked(unit)
    _check_may_change(actor, unit)
    if parent is not None:
        _check_parent_permission(actor, parent)
        _check_alive(parent, day)
        if line == Line.TREE:
            _check_not_below(unit, parent, day)
    elif line == Line.TREE:
        raise RuleBroken(_("请选择新的上级组织。"))
    _check_living(unit, day)
    changed = _place(unit, parent, line, day)
    ancestry.rebuild(changed)
    action = "organization.unit_moved" if line == Line.TREE else "organization.unit_guided"
    _record(actor, action, unit, parent=str(parent or _("（无）")), day=day)
    units_changed(changed)
    return unit


@transaction.atomic
def unit_rename(*, unit: Unit, name: str, actor: Actor, short_name: str | None = None) -> Unit:
    """The old name stays as an alias: sheets go on using it for years."""
    unit = _locked(unit)
    _check_may_change(actor, unit)
    old = unit.name
    if name != old:
        unit.aliases = "\n".join(dict.fromkeys([*unit.aliases.splitlines(), old]))
    unit.name = name
    if short_name is not None:
        unit.short_name = short_name
    unit.full_clean()
    unit.save(update_fields=["name", "short_name", "aliases"])
    _record(actor, "organization.unit_renamed", unit, old=old, new=name)
    units_changed([unit.pk])
    return unit


@transaction.atomic
def ancestry_rebuild(*, unit_ids: Iterable[int] | None = None) -> int:
    """Compute the closure anew, of some units or of all; for bulk writers of placements."""
    ids = list(Unit.objects.values_list("pk", flat=True)) if unit_ids is None else list(unit_ids)
    ancestry.rebuild(ids)
    return len(ids)


def _locked(unit: Unit) -> Unit:
    return Unit.objects.select_for_update().get(pk=unit.pk)


def _below(unit: Unit, day: date) -> tuple[list[Unit], list[Unit]]:
    """Party groups, which end with their unit, and other units, which do not, that would outlive ``day``."""
    below = selectors.unit_children(unit, day + ONE_DAY)
    groups = [child for child in below if child.kind == Unit.Kind.GROUP]
    return groups, [child for child in below if child.kind != Unit.Kind.GROUP]


def _tell(happening: str, **said: Any) -> None:
    """Let the apps above do their part of an ending, or refuse it: functions of this name in ``endings.py``."""
    for module in discover("endings"):
        heard = getattr(module, happening, None)
        if heard is not None:
            heard(**said)


def _end(unit: Unit, day: date, into: Unit | None = None) -> None:
    unit.withdrawn_on, unit.merged_into = day, into
    unit.full_clean()
    unit.save(update_fields=["withdrawn_on", "merged_into"])
    held = Post.objects.filter(unit=unit)
    held.filter(from_on__lte=day, to_on__isnull=True).update(to_on=day)
    held.filter(from_on__lte=day, to_on__gt=day).update(to_on=day)


def _place(unit: Unit, parent: Unit | None, line: str, day: date) -> set[int]:
    """End the placement that holds on ``day`` and begin the new one; say whose closure it touches."""
    placed = Placement.objects.filter(unit=unit, line=line)
    if placed.filter(from_on__gt=day).exists():
        raise RuleBroken(
            _("“%(unit)s”在此日期之后已登记过变动。请选择更晚的日期，或先更正后面的变动。")
            % {"unit": unit}
        )
    # Those below before the change and those below after it are the same units: it only moves what is above.
    touched = ancestry.below_ever(unit.pk)
    placed.filter(from_on=day).delete()
    placed.held_on(day).update(to_on=day - ONE_DAY)
    if parent is not None:
        Placement.objects.create(unit=unit, parent=parent, line=line, from_on=day)
    return touched


def _check_parent_permission(actor: Actor, parent: Unit | None) -> None:
    if isinstance(actor, str):
        return
    if parent is None:
        if not actor.is_installer:
            raise PermissionDenied
    elif not policies.may_manage_organization(actor, parent):
        raise PermissionDenied


def _check_may_change(actor: Actor, unit: Unit) -> None:
    """Over a unit's own fate decides who manages the one above it."""
    if not policies.may_change_unit(actor, unit):
        raise PermissionDenied


def _check_alive(unit: Unit, day: date) -> None:
    if unit.founded_on > day or (unit.withdrawn_on and unit.withdrawn_on < day):
        raise RuleBroken(
            _("“%(unit)s”在 %(day)s 不存在（尚未成立或已撤销）。请换一个日期或组织。")
            % {"unit": unit, "day": day}
        )


def _check_living(unit: Unit, day: date) -> None:
    if unit.withdrawn_on:
        raise RuleBroken(
            _("“%(unit)s”已于 %(day)s 撤销，不能再变动。")
            % {"unit": unit, "day": unit.withdrawn_on}
        )
    if day < unit.founded_on:
        raise RuleBroken(
            _("日期不能早于“%(unit)s”的成立日期 %(day)s。") % {"unit": unit, "day": unit.founded_on}
        )


def _check_not_below(unit: Unit, parent: Unit, day: date) -> None:
    """Neither that day nor later may the new parent stand below the unit."""
    rows = Ancestry.objects.filter(unit=parent, ancestor=unit, line=Line.TREE)
    if rows.exclude(to_on__lt=day).exists():
        raise RuleBroken(
            _("“%(parent)s”是“%(unit)s”的下级，不能作它的上级。") % {"parent": parent, "unit": unit}
        )


def _record(actor: Actor, action: str, unit: Unit, **data: Any) -> None:
    event_record(
        actor=actor,
        action=action,
        target=f"organization.unit:{unit.pk}",
        unit=unit,
        name=unit.name,
        **data,
    )
