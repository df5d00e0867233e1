"""What is to be done first in an empty installation, and what of it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.membership.models import Member
from zhibu.organization.models import Adoption, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str
    done: bool
    #: Where it is done; empty where the reader can not do it now.
    url: str
    link: str


def steps_first(user: User) -> list[Step]:
    """The four steps, for who runs the program, until all are done; else none."""
    if not user.is_installer:
        return []
    units, members = Unit.objects.exists(), Member.objects.exists()
    granted, adopted = RoleGrant.objects.exists(), Adoption.objects.exists()
    if units and members and granted and adopted:
        return []
    top = Unit.objects.exclude(placements__line="tree").order_by("order", "code").first()
    return [
        Step(
            _("导入组织架构"),
            _("先下载空表，填好全部党组织，一次导入。任职表可以随后导入。"),
            units,
            reverse("organization:units_new"),
            _("导入组织架构表"),
        ),
        Step(
            _("授权账号"),
            _("给组织部、乡镇和支部的工作人员建立账号、授予角色。"),
            granted,
            reverse("organization:grants", args=[top.pk]) if top else "",
            _("角色与账号"),
        ),
        Step(
            _("导入党员"),
            _(
                "由上一步授权的组织部、乡镇工作人员或书记登录后，在“导入”中办理。系统管理员不代录记录。"
            ),
            members,
            "",
            "",
        ),
        Step(
            _("采用制度包"),
            _("选定从哪一天起按哪些制度评判，对本组织和下级都有效。"),
            adopted,
            reverse("organization:adopt", args=[top.pk]) if top else "",
            _("采用制度包"),
        ),
    ]
