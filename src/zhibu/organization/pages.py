"""What the pages show, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhibu.organization import policies, selectors
from zhibu.organization.models import Adoption, Ancestry, Placement, RoleGrant, Term, Unit
from zhibu.organization.selectors import HeldPost, TermView, TreeNode
from zhibu.packs.selectors import packs_installed
from zhibu.shared import clock

#: A tree of so few units is shown unfolded.
UNFOLDED = 30


@dataclass(frozen=True, slots=True)
class TreePage:
    day: date
    count: int
    roots: list[TreeNode]
    unfolded: bool
    #: What is looked for, and the units whose name or code holds it.
    wanted: str
    found: list[TreeNode]
    may_import: bool


def tree_page(viewer: Any, day: date, wanted: str) -> TreePage:
    roots = selectors.tree_roots(viewer, day)
    nodes = [node for root in roots for node in root.walk()]
    plain = selectors.name_plain(wanted)
    found = [
        node
        for node in nodes
        if plain and any(plain in name for name in selectors.unit_names(node.unit))
    ]
    return TreePage(
        day=day,
        count=len(nodes),
        roots=roots,
        unfolded=len(nodes) <= UNFOLDED,
        wanted=wanted,
        found=found,
        may_import=policies.may_import_sheets(viewer),
    )


@dataclass(frozen=True, slots=True)
class AdoptionView:
    adoption: Adoption
    title: str
    inherited: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    day: date
    is_today: bool
    above: list[Unit]
    guidance: Unit | None
    children: list[Unit]
    groups: list[tuple[Unit, list[HeldPost]]]
    posts: list[HeldPost]
    before: list[HeldPost]
    term: TermView | None
    terms: QuerySet[Term]
    adoptions: list[AdoptionView]
    placements: QuerySet[Placement]
    may: dict[str, bool]


def unit_page(unit: Unit, viewer: Any, day: date) -> UnitPage:
    """A unit as it stood that day, with what the viewer may do today."""
    today = clock.today()
    children = selectors.unit_children(unit, day)
    groups = [child for child in children if child.kind == Unit.Kind.GROUP]
    held = selectors.posts_held([unit.pk, *(group.pk for group in groups)], day)
    guided = selectors.unit_guidance(unit, day)
    return UnitPage(
        day=day,
        is_today=day == today,
        above=list(reversed(selectors.unit_ancestors(unit, day))),
        guidance=guided,
        children=[child for child in children if child.kind != Unit.Kind.GROUP],
        groups=[(group, held[group.pk]) for group in groups],
        posts=held[unit.pk],
        before=selectors.posts_before(unit, day),
        term=selectors.term_current(unit, day),
        terms=Term.objects.filter(unit=unit).order_by("-from_on"),
        adoptions=_adoptions(unit, day),
        placements=Placement.objects.filter(unit=unit)
        .select_related("parent")
        .order_by("line", "-from_on"),
        may=_may(unit, viewer),
    )


def _adoptions(unit: Unit, day: date) -> list[AdoptionView]:
    titles = {version.key: version.title for version in reversed(packs_installed())}
    return [
        AdoptionView(one, titles.get(one.pack_key, one.pack_key), one.unit_id != unit.pk)
        for one in selectors.unit_adoptions(unit, day)
    ]


def _may(unit: Unit, viewer: Any) -> dict[str, bool]:
    alive = unit.withdrawn_on is None
    return {
        "change": alive and policies.may_change_unit(viewer, unit),
        "manage": alive and policies.may_manage_organization(viewer, unit),
        "posts": alive and policies.may_manage_posts(viewer, unit),
        "groups": alive and policies.may_manage_groups(viewer, unit),
        "grants": policies.may_see_grants(viewer, unit),
    }


# Roles


@dataclass(frozen=True, slots=True)
class GrantRow:
    grant: RoleGrant
    #: Given on a unit above; taken back there.
    inherited: bool


def grants_held(unit: Unit, day: date) -> list[GrantRow]:
    """Who holds a role here that day, by grants here and above."""
    above = Ancestry.objects.held_on(day).filter(unit=unit).values("ancestor")
    held = RoleGrant.objects.held_on(day).filter(unit__in=above).select_related("user", "unit")
    rows = [GrantRow(grant, grant.unit_id != unit.pk) for grant in held]
    return sorted(rows, key=lambda row: (row.inherited, row.grant.user.username))


@dataclass(frozen=True, slots=True)
class RoleActs:
    """One column of the table of who may do what."""

    act: object
    roles: tuple[str, ...]

    def marks(self) -> list[bool]:
        return [role in self.roles for role in RoleGrant.Role]


ROLE_ACTS = (
    RoleActs(_("查看组织与得分"), tuple(RoleGrant.Role)),
    RoleActs(_("录入记录"), policies.RECORDING),
    RoleActs(_("确认记录"), policies.CONFIRMING),
    RoleActs(_("管理党员名册"), policies.MANAGING_MEMBERS),
    RoleActs(_("登记任职、届期、党小组"), policies.MANAGING_POSTS),
    RoleActs(_("新建、调整、撤销下级组织，采用制度包"), policies.MANAGING_UNITS),
    RoleActs(_("查看完整身份证号和手机号（登记用途）"), policies.SENSITIVE),
    RoleActs(_("发布评判结果"), policies.JUDGING),
    RoleActs(_("授予角色、建立账号"), policies.GRANTING),
    RoleActs(_("查看审计日志"), policies.AUDITING),
)
