"""Matters on their way through a procedure, their steps, and what they ended in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Unit


class MatterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def running(self):
        return self.filter(state__in=Matter.RUNNING)

    def of(self, *procedures: str):
        return self.filter(procedure__in=procedures)


class Matter(models.Model):
    """Something about a subject that travels through a procedure (a pack code). A task is a matter of one step.

    What follows from its steps (``due_on`` and the counts) is computed when a step changes and kept with the digest
    of the procedure it was computed by.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("办理中")
        RETURNED = "returned", _("已退回")
        REOPENED = "reopened", _("重新办理")
        DONE = "done", _("已办结")
        TERMINATED = "terminated", _("已终止")

    RUNNING = (State.RUNNING, State.RETURNED, State.REOPENED)

    procedure = models.CharField(_("程序"), max_length=48)
    unit = models.ForeignKey(
        Unit, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="+"
    )
    #: Counted per unit and year, without gaps.
    year = models.PositiveSmallIntegerField(_("年度"))
    index = models.PositiveIntegerField(_("序号"))
    title = models.CharField(_("事项"), max_length=200)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.RUNNING)
    form = models.JSONField(_("内容"), default=dict, blank=True)
    person = models.ForeignKey(
        "organization.Person",
        verbose_name=_("对象"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    about_unit = models.ForeignKey(
        Unit,
        verbose_name=_("对象组织"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: The document or sitting that it comes from: a file to be carried out, a resolution that ordered it.
    origin = models.ForeignKey(
        "records.Record",
        verbose_name=_("来源"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    origin_part = models.PositiveSmallIntegerField(_("来源环节"), default=0)
    origin_item = models.PositiveSmallIntegerField(_("来源议题"), default=0)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级事项"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    parent_step = models.CharField(_("上级步骤"), max_length=48, blank=True)
    #: Who answers for it.
    owner = models.ForeignKey(
        "organization.Person",
        verbose_name=_("责任人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_on = models.DateField(_("启动日期"))
    opened_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: As written; else it follows from the procedure.
    wanted_on = models.DateField(_("要求完成日"), null=True, blank=True)
    due_on = models.DateField(_("限期"), null=True, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    steps_due = models.PositiveSmallIntegerField(_("步骤数"), default=0)
    steps_missing = models.PositiveSmallIntegerField(_("缺少步骤数"), default=0)
    breaches = models.PositiveSmallIntegerField(_("不符合处数"), default=0)
    conforms = models.BooleanField(_("符合程序"), default=False)
    reopened = models.PositiveSmallIntegerField(_("重启次数"), default=0)
    digest = models.CharField(_("程序摘要"), max_length=64, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = _("事项")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="matter_number_once", fields=["unit", "year", "index"]),
            models.CheckConstraint(
                name="matter_closed_after_opened",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("办结日期不能早于启动日期。"),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "procedure", "state"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["owner", "state"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("procedures:detail", args=[self.pk])

    @property
    def number(self) -> str:
        return f"{self.year}-{self.index:03d}"

    @property
    def about(self) -> str:
        """The key under which lower apps keep what is about it: publications, ballots."""
        return f"matter:{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING


class MatterStep(models.Model):
    """A step that was done: the record that shows it, what the guards were told, and what they found.

    Nothing is removed: a step that a return or reopening leaves behind is ``aside``, one whose record was voided
    is ``voided``.
    """

    class State(models.TextChoices):
        STANDING = "standing", _("有效")
        ASIDE = "aside", _("退回前办理")
        VOIDED = "voided", _("已作废")

    matter = models.ForeignKey(
        Matter, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="steps"
    )
    step = models.CharField(_("步骤"), max_length=48)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.STANDING)
    record = models.ForeignKey(
        "records.Record", verbose_name=_("记录"), on_delete=models.PROTECT, related_name="+"
    )
    #: Segment and agenda item of the sitting that did it; 0: the whole record.
    part = models.PositiveSmallIntegerField(_("环节序号"), default=0)
    item = models.PositiveSmallIntegerField(_("议题序号"), default=0)
    day = models.DateField(_("日期"))
    person = models.ForeignKey(
        "organization.Person",
        verbose_name=_("经办人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    decision = models.CharField(_("结果"), max_length=48, blank=True)
    fields = models.JSONField(_("内容"), default=dict, blank=True)
    #: What the record said when the step was judged: kind, presider, those present, counts (``evidence``).
    evidence = models.JSONField(_("佐证"), default=dict, blank=True)
    reasons = models.JSONField(_("理由"), default=dict, blank=True)
    findings = models.JSONField(_("不符合之处"), default=list, blank=True)
    conforms = models.BooleanField(_("符合程序"), default=True)
    excused = models.BooleanField(_("已说明"), default=False)
    breaches = models.PositiveSmallIntegerField(_("不符合处数"), default=0)
    overdue_days = models.PositiveIntegerField(_("逾期天数"), default=0)

    class Meta:
        verbose_name = _("步骤")
        ordering = ["matter", "day", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="matterstep_once",
                fields=["matter", "step", "record", "part", "item"],
                condition=Q(state="standing"),
            )
        ]
        indexes = [models.Index(fields=["record"])]

    def __str__(self) -> str:
        return f"{self.matter} {self.step}"


class Turn(models.Model):
    """Where a matter's way turned: opened, sent back, ended, taken up again, corrected. Append-only."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("启动")
        RETURNED = "returned", _("退回")
        TERMINATED = "terminated", _("终止")
        REOPENED = "reopened", _("重新办理")
        DONE = "done", _("办结")
        CORRECTED = "corrected", _("更正")

    matter = models.ForeignKey(
        Matter, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="turns"
    )
    kind = models.CharField(_("流转"), max_length=16, choices=Kind)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办账号"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    #: The step it went back to.
    to = models.CharField(_("退回到"), max_length=48, blank=True)
    #: What stood before a correction.
    before = models.JSONField(_("原内容"), default=dict, blank=True)

    class Meta:
        verbose_name = _("流转")
        ordering = ["matter", "pk"]

    def __str__(self) -> str:
        return f"{self.matter} {self.get_kind_display()}"


class Outcome(models.Model):
    """What a matter gave its subject, from a day to a day: 达标, 销号, 预备党员 … Read by clauses and later guards."""

    matter = models.ForeignKey(
        Matter, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="outcomes"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        "organization.Person",
        verbose_name=_("人员"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("结果类别"), max_length=48)
    value = models.CharField(_("结果"), max_length=48)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)
    #: Taken back when the matter was reopened or its deciding record voided.
    withdrawn_on = models.DateField(_("撤回日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("结果")
        ordering = ["unit", "kind", "from_on"]
        indexes = [models.Index(fields=["unit", "kind"]), models.Index(fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.value}"
