"""Where units stand, as people say it and as it is computed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models.dated import DatedQuerySet


class Line(models.TextChoices):
    TREE = "tree", _("隶属")
    GUIDANCE = "guidance", _("归口")


class Placement(models.Model):
    """Under which parent a unit stands on a line, from a day to a day (both included)."""

    unit = models.ForeignKey(
        "organization.Unit",
        verbose_name=_("组织"),
        on_delete=models.CASCADE,
        related_name="placements",
    )
    parent = models.ForeignKey(
        "organization.Unit", verbose_name=_("上级"), on_delete=models.PROTECT, related_name="+"
    )
    line = models.CharField(_("线"), max_length=16, choices=Line, default=Line.TREE)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("隶属")
        ordering = ["unit", "line", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="placement_not_own_parent",
                condition=~Q(unit=F("parent")),
                violation_error_message=_("组织不能隶属于自己。"),
            ),
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("止日不能早于起日。"),
            ),
            models.UniqueConstraint(
                name="placement_start_once", fields=["unit", "line", "from_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} < {self.parent}"


class Ancestry(models.Model):
    """Closure of placements: who stood above whom, when. Derived; rebuilt when a placement changes.

    Depth 0 is the unit itself, so a subtree is one look-up.
    """

    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    ancestor = models.ForeignKey(
        "organization.Unit", verbose_name=_("上级"), on_delete=models.CASCADE, related_name="+"
    )
    line = models.CharField(_("线"), max_length=16, choices=Line)
    depth = models.PositiveSmallIntegerField(_("层级差"))
    from_on = models.DateField(_("起"), null=True, blank=True)
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("上级链")
        indexes = [
            models.Index(fields=["ancestor", "line", "depth"]),
            models.Index(fields=["unit", "line", "depth"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} <{self.depth} {self.ancestor_id}"
