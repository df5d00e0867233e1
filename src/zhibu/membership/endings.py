"""What becomes of members when the organisation ends their branch or group; it calls these by name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.membership.models import Membership
from zhibu.organization.models import Unit
from zhibu.shared.errors import RuleBroken

ONE_DAY = timedelta(days=1)


def unit_withdrawn(*, unit: Unit, day: date) -> None:
    """Refuse while somebody still belongs there after ``day``, the unit's last."""
    if unit.kind == Unit.Kind.GROUP:
        count = _after(Membership.objects.filter(group=unit), day).count()
        said = _(
            "“%(unit)s”在 %(day)s 之后还有 %(count)s 名组员。请先在党员名册把他们编入别的党小组，再撤销本组。"
        )
    else:
        count = _after(Membership.objects.filter(unit=unit), day).count()
        said = _(
            "“%(unit)s”在 %(day)s 之后还有 %(count)s 名党员。"
            "请先办理党员的组织关系转接，或改办“并入”，党员随之转到新的党支部。"
        )
    if count:
        raise RuleBroken(said % {"unit": unit, "day": day, "count": count})


def unit_merged(*, unit: Unit, into: Unit, day: date, actor: Any) -> None:
    """From the day after ``day`` the members belong to the unit that takes theirs in.

    Who was to leave later, leaves the new branch on that day; who was to come later, comes there.
    """
    if unit.kind == Unit.Kind.GROUP:
        _group_merged(unit, into, day)
        return
    staying = list(
        _after(Membership.objects.filter(unit=unit), day)
        .select_for_update(of=("self",))
        .select_related("member__person")
        .order_by("pk")
    )
    if staying and not into.is_branch:
        raise RuleBroken(
            _(
                "“%(unit)s”还有 %(count)s 名党员，只能并入另一个党支部。请重新选择，或先办理组织关系转接。"
            )
            % {"unit": unit, "count": len(staying)}
        )
    for belonging in staying:
        _carry(belonging, into, day)
        event_record(
            actor=actor, action="membership.transferred", target=f"organization.person:{belonging.member_id}",
            unit=into, name=belonging.member.person.name, unit_name=into.name, day=day + ONE_DAY,
        )  # fmt: skip


def _carry(belonging: Membership, into: Unit, day: date) -> None:
    if belonging.from_on > day:
        belonging.unit, belonging.group = into, None
        belonging.full_clean()
        belonging.save(update_fields=["unit", "group"])
        return
    after = Membership(
        member_id=belonging.member_id, unit=into, from_on=day + ONE_DAY,
        to_on=belonging.to_on, end_reason=belonging.end_reason,
    )  # fmt: skip
    belonging.to_on, belonging.end_reason = day, Membership.EndReason.MERGED
    belonging.full_clean()
    belonging.save(update_fields=["to_on", "end_reason"])
    after.full_clean()
    after.save(force_insert=True)


def _group_merged(unit: Unit, into: Unit, day: date) -> None:
    staying = _after(Membership.objects.filter(group=unit), day)
    same = into.kind == Unit.Kind.GROUP and _branches(unit) & _branches(into)
    if staying.exists() and not same:
        raise RuleBroken(
            _("党小组只能并入同一党支部的另一个党小组。请重新选择，或先把组员编入别的组。")
        )
    staying.update(group=into)


def _branches(group: Unit) -> set[int]:
    return set(
        group.placements.filter(line="tree", to_on__isnull=True).values_list("parent_id", flat=True)
    )


def _after(belongings: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    return belongings.filter(Q(to_on__isnull=True) | Q(to_on__gt=day))
