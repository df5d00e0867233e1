"""Posts that persons hold, and terms of office."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models.dated import OfUnitQuerySet
from zhibu.organization.models.person import Person
from zhibu.organization.models.unit import Unit


class Post(models.Model):
    """A post held by a person in a unit from a day to a day. ``code`` is a pack code (codes: post)."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="posts"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="posts"
    )
    code = models.CharField(_("职务"), max_length=48)
    duty = models.CharField(_("分工"), max_length=200, blank=True)
    from_on = models.DateField(_("任职日期"))
    to_on = models.DateField(_("离任日期"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        ordering = ["unit", "code", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("离任日期不能早于任职日期。"),
            ),
            models.UniqueConstraint(
                name="post_start_once", fields=["person", "unit", "code", "from_on"]
            ),
        ]
        indexes = [models.Index(fields=["unit", "code"])]

    def __str__(self) -> str:
        return f"{self.person} {self.code}"


class Term(models.Model):
    """A term of office of a unit's committee or secretary; ``to_on`` is the day it runs out."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="terms"
    )
    from_on = models.DateField(_("本届起"))
    to_on = models.DateField(_("本届届满"))
    extended_to = models.DateField(_("批准延期至"), null=True, blank=True)
    approval = models.CharField(_("延期批复"), max_length=128, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("届期")
        ordering = ["unit", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="term_ends_after_start",
                condition=Q(to_on__gt=F("from_on")),
                violation_error_message=_("届满日期应晚于本届开始日期。"),
            ),
            models.UniqueConstraint(name="term_start_once", fields=["unit", "from_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.from_on}–{self.to_on}"
