"""Plans and summaries: documents with a period, and the sitting that adopted them."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Unit


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(record__owner__in=Unit.objects.visible_to(user))


class Document(models.Model):
    """A plan or summary of a period. The adopting sitting is a record link (``adopted_by``)."""

    class Period(models.TextChoices):
        YEAR = "year", _("年度")
        HALF = "half", _("半年")
        QUARTER = "quarter", _("季度")

    record = models.OneToOneField(
        "records.Record",
        verbose_name=_("记录"),
        on_delete=models.CASCADE,
        related_name="document",
        primary_key=True,
    )
    #: Code of a pack (codes: document_kind), e.g. year_plan.
    kind = models.CharField(_("文档类别"), max_length=48)
    year = models.PositiveSmallIntegerField(_("年度"))
    period = models.CharField(_("期间"), max_length=16, choices=Period, default=Period.YEAR)
    index = models.PositiveSmallIntegerField(_("期间序号"), default=1)
    body = models.TextField(_("正文"), blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("文档")
        indexes = [models.Index(fields=["kind", "year"])]

    def __str__(self) -> str:
        return str(self.record)

    def get_absolute_url(self) -> str:
        return reverse("documents:detail", args=[self.pk])


class PlanItem(models.Model):
    """One line of a plan: what, who, until when; answered at the year's end."""

    class Answer(models.TextChoices):
        DONE = "done", _("已完成")
        PARTLY = "partly", _("部分完成")
        NOT_DONE = "not_done", _("未完成")

    document = models.ForeignKey(
        Document, verbose_name=_("文档"), on_delete=models.CASCADE, related_name="items"
    )
    order = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("内容"), max_length=300)
    owner = models.ForeignKey(
        "organization.Person",
        verbose_name=_("责任人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("时限"), null=True, blank=True)
    answer = models.CharField(_("完成情况"), max_length=16, choices=Answer, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("计划条目")
        ordering = ["document", "order"]

    def __str__(self) -> str:
        return self.text
