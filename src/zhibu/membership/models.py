"""Party members: what the official sheet holds of them, and to which branch they belong when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Ancestry, DatedQuerySet, RoleGrant
from zhibu.shared import clock


class MemberQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Members who belong to a unit the user works for; a plain member sees only himself."""
        if user.is_installer:
            return self
        mine = Membership.objects.visible_to(user).filter(to_on__isnull=True)
        return self.filter(Q(pk__in=mine.values("member")) | Q(person__user=user))


class Member(models.Model):
    """A party member. Fields follow the official 党员基本信息汇总表 (domain rules §9.1)."""

    class Category(models.TextChoices):
        FULL = "full", _("正式党员")
        PROBATIONARY = "probationary", _("预备党员")

    class Status(models.TextChoices):
        NORMAL = "normal", _("正常")
        SUSPENDED = "suspended", _("停止党籍")

    person = models.OneToOneField(
        "organization.Person",
        verbose_name=_("人员"),
        on_delete=models.PROTECT,
        related_name="member",
        primary_key=True,
    )
    #: Codes of the sheet's own lists: 民族 01–92, 学历 11–9, 工作岗位 011–613.
    ethnicity = models.CharField(_("民族"), max_length=4, blank=True)
    education = models.CharField(_("学历"), max_length=4, blank=True)
    job = models.CharField(_("工作岗位"), max_length=8, blank=True)
    category = models.CharField(_("人员类别"), max_length=16, choices=Category)
    joined_on = models.DateField(_("加入党组织日期"))
    full_on = models.DateField(_("转为正式党员日期"), null=True, blank=True)
    #: Only where the probation was extended.
    probation_until = models.DateField(_("预备期延长至"), null=True, blank=True)
    landline_cipher = models.BinaryField(_("固定电话密文"), null=True, blank=True)
    address_cipher = models.BinaryField(_("家庭住址密文"), null=True, blank=True)
    status = models.CharField(_("党籍状态"), max_length=16, choices=Status, default=Status.NORMAL)
    is_lost = models.BooleanField(_("是否为失联党员"), default=False)
    #: As written on the sheet, to the month or the day.
    lost_on = models.CharField(_("失去联系日期"), max_length=10, blank=True)
    is_floating = models.BooleanField(_("是否为流动党员"), default=False)
    destination = models.CharField(_("外出流向"), max_length=64, blank=True)
    is_leader = models.BooleanField(_("党员领导干部"), default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("党员")
        constraints = [
            models.CheckConstraint(
                name="member_full_after_joined",
                condition=Q(full_on__isnull=True) | Q(full_on__gte=F("joined_on")),
                violation_error_message=_("转为正式党员日期不能早于加入党组织日期。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class MembershipQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """Belongings in units where, or above which, the user holds more than a member's role."""
        if user.is_installer:
            return self
        today = clock.today()
        grants = (
            RoleGrant.objects.held_on(today).filter(user=user).exclude(role=RoleGrant.Role.MEMBER)
        )
        below = Ancestry.objects.held_on(today).filter(ancestor__in=grants.values("unit"))
        return self.filter(unit__in=below.values("unit"))


class Membership(models.Model):
    """A member's belonging to a branch (and, inside it, to a group) from a day to a day."""

    class EndReason(models.TextChoices):
        TRANSFERRED = "transferred", _("转出")
        DIED = "died", _("去世")
        LEFT = "left", _("出党")
        MERGED = "merged", _("组织调整")
        OTHER = "other", _("其他")

    member = models.ForeignKey(
        Member, verbose_name=_("党员"), on_delete=models.PROTECT, related_name="memberships"
    )
    unit = models.ForeignKey(
        "organization.Unit",
        verbose_name=_("所在党支部"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    group = models.ForeignKey(
        "organization.Unit",
        verbose_name=_("党小组"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    from_on = models.DateField(_("转入日期"))
    to_on = models.DateField(_("转出日期"), null=True, blank=True)
    end_reason = models.CharField(_("离开原因"), max_length=16, choices=EndReason, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织关系")
        ordering = ["unit", "member__person__stroke_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("转出日期不能早于转入日期。"),
            ),
            models.UniqueConstraint(
                name="membership_one_current",
                fields=["member"],
                condition=Q(to_on__isnull=True),
                violation_error_message=_("一名党员只能有一个现在的党支部。"),
            ),
        ]
        indexes = [models.Index(fields=["unit", "from_on"])]

    def __str__(self) -> str:
        return f"{self.member} {self.unit}"
