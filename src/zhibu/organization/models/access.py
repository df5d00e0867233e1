"""Roles of accounts on units, and packs that units adopted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models.dated import OfUnitQuerySet


class RoleGrant(models.Model):
    """A role of an account on a unit and all that stands below it, on either line."""

    class Role(models.TextChoices):
        MEMBER = "member", _("党员")
        RECORDER = "recorder", _("记录员")
        SECRETARY = "secretary", _("书记")
        TOWNSHIP = "township", _("乡镇或工委工作人员")
        COUNTY = "county", _("组织部工作人员")
        INSPECTOR = "inspector", _("检查员")
        AUDITOR = "auditor", _("审计员")
        ADMINISTRATOR = "administrator", _("管理员")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        on_delete=models.CASCADE,
        related_name="grants",
    )
    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("授权")
        ordering = ["user", "unit", "role"]
        constraints = [
            models.UniqueConstraint(
                name="rolegrant_once", fields=["user", "unit", "role", "from_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Adoption(models.Model):
    """A pack adopted by a unit, and so by all below it on the tree line, from a day."""

    class Mode(models.TextChoices):
        OBSERVE = "observe", _("试行")
        ENFORCE = "enforce", _("执行")

    unit = models.ForeignKey(
        "organization.Unit",
        verbose_name=_("组织"),
        on_delete=models.CASCADE,
        related_name="adoptions",
    )
    pack_key = models.CharField(_("制度包"), max_length=64)
    #: Empty: the newest published version.
    pack_version = models.CharField(_("版本"), max_length=32, blank=True)
    mode = models.CharField(_("方式"), max_length=16, choices=Mode, default=Mode.ENFORCE)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("采用制度包")
        ordering = ["unit", "pack_key", "from_on"]
        constraints = [
            models.UniqueConstraint(
                name="adoption_start_once", fields=["unit", "pack_key", "from_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.pack_key}"
