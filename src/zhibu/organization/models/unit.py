"""Units, and who sees them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models.access import RoleGrant
from zhibu.organization.models.placement import Ancestry
from zhibu.shared import clock


class UnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Units below (on either line, today) or at a unit on which the user holds a role today."""
        if user.is_installer:
            return self
        today = clock.today()
        granted = RoleGrant.objects.held_on(today).filter(user=user).values("unit")
        below = Ancestry.objects.held_on(today).filter(ancestor__in=granted).values("unit")
        return self.filter(pk__in=below)

    def alive_on(self, day):
        return self.filter(founded_on__lte=day).filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=day)
        )

    def branches(self):
        return self.filter(kind__in=[Unit.Kind.BRANCH, Unit.Kind.JOINT_BRANCH])


class Unit(models.Model):
    """A node of the organisation: committees, branches, groups and the bodies around them.

    It lives from ``founded_on`` to ``withdrawn_on``, both included. A merged unit keeps its records.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("党委")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        JOINT_BRANCH = "joint_branch", _("联合党支部")
        GROUP = "group", _("党小组")
        WORKING_COMMITTEE = "working_committee", _("党工委")
        ORG_DEPARTMENT = "org_department", _("组织部")
        LEADING_GROUP = "leading_group", _("党组")
        INSTITUTION = "institution", _("单位")

    #: National codes of the kinds that have one (peers' and 中组部 2017 practice).
    NATIONAL_CODES = {
        "committee": "611",
        "general_branch": "621",
        "branch": "631",
        "joint_branch": "632",
    }

    class Sector(models.TextChoices):
        VILLAGE = "village", _("村")
        COMMUNITY = "community", _("社区")
        STATE_FIRM = "state_firm", _("国有企业和集体企业")
        UNIVERSITY = "university", _("高校")
        PRIVATE_FIRM = "private_firm", _("非公有制经济组织")
        SOCIAL = "social", _("社会组织")
        PUBLIC_INSTITUTION = "public_institution", _("事业单位")
        ORGAN = "organ", _("党和国家机关")
        MOBILE = "mobile", _("流动党员")
        RETIRED = "retired", _("离退休干部职工")
        OTHER = "other", _("其他")

    code = models.CharField(_("组织代码"), max_length=64, unique=True)
    name = models.CharField(_("组织名称"), max_length=128, db_index=True)
    short_name = models.CharField(_("简称"), max_length=64, blank=True)
    #: Other names under which sheets know it, one a line.
    aliases = models.TextField(_("别名"), blank=True)
    kind = models.CharField(_("组织类别"), max_length=24, choices=Kind)
    sector = models.CharField(_("所属领域"), max_length=24, choices=Sector, blank=True)
    founded_on = models.DateField(_("成立日期"))
    withdrawn_on = models.DateField(_("撤销日期"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("并入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_temporary = models.BooleanField(_("临时组织"), default=False)
    order = models.PositiveIntegerField(_("排序"), default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                name="unit_withdrawn_after_founded",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("founded_on")),
                violation_error_message=_("撤销日期不能早于成立日期。"),
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_branch(self) -> bool:
        return self.kind in {self.Kind.BRANCH, self.Kind.JOINT_BRANCH}
