"""Sittings and their segments; attendance, agenda, resolutions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.meetings.inputs import Caution
from zhibu.organization.models import Unit


class SittingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sittings that a visible unit owns or co-hosts."""
        units = Unit.objects.visible_to(user)
        return self.filter(
            Q(record__owner__in=units) | Q(segments__hosts__unit__in=units)
        ).distinct()


class Sitting(models.Model):
    """People sitting together on one day, once entered. What it counts for stands in its segments."""

    record = models.OneToOneField(
        "records.Record",
        verbose_name=_("记录"),
        on_delete=models.CASCADE,
        related_name="sitting",
        primary_key=True,
    )
    starts_at = models.TimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.TimeField(_("结束时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)

    objects = SittingQuerySet.as_manager()

    #: What the act that has just written it kept, but warns of. Not stored: it follows from the rows.
    cautions: Sequence[Caution] = ()

    class Meta:
        verbose_name = _("会议")

    def __str__(self) -> str:
        return str(self.record)


# Keys below stand first in a unique constraint: a second index on each would only slow the writing.


class Segment(models.Model):
    """A part of a sitting that is of one kind (a pack code): 党员大会, 支委会, 党课 …"""

    sitting = models.ForeignKey(
        Sitting,
        verbose_name=_("会议"),
        on_delete=models.CASCADE,
        related_name="segments",
        db_index=False,
    )
    order = models.PositiveSmallIntegerField(_("环节序号"), default=1)
    kind = models.CharField(_("会议类别"), max_length=48)
    #: Who convened it (codes: convener). A staff study meeting convened by the administration
    #: does not pass for a branch study meeting.
    convener = models.CharField(_("召集主体"), max_length=32)
    form = models.CharField(_("活动形式"), max_length=32, blank=True)
    theme = models.CharField(_("主题"), max_length=200, blank=True)
    material = models.CharField(_("学习材料"), max_length=200, blank=True)
    content = models.TextField(_("内容摘要"), blank=True)
    # Written once with the record, like the counts of the hosts: the posts held that day and
    # what the agenda came to, so that judging a branch reads rows and counts nothing.
    presider_post = models.CharField(_("主持人当日职务"), max_length=48, blank=True)
    recorder_post = models.CharField(_("记录人当日职务"), max_length=48, blank=True)
    lecturer_post = models.CharField(_("授课人当日职务"), max_length=48, blank=True)
    agenda_items = models.PositiveSmallIntegerField(_("议题数"), default=0)
    resolutions = models.PositiveSmallIntegerField(_("决议数"), default=0)
    first_item_study = models.BooleanField(_("第一议题为学习"), default=False)

    class Meta:
        verbose_name = _("会议环节")
        ordering = ["sitting", "order"]
        constraints = [
            models.UniqueConstraint(name="segment_order_once", fields=["sitting", "order"])
        ]
        indexes = [models.Index(fields=["kind"])]

    def __str__(self) -> str:
        return f"{self.sitting} {self.kind}"


class SegmentHost(models.Model):
    """What a segment was for one host unit: due, entitled and present are frozen with the record."""

    segment = models.ForeignKey(
        Segment,
        verbose_name=_("会议环节"),
        on_delete=models.CASCADE,
        related_name="hosts",
        db_index=False,
    )
    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("召开组织"), on_delete=models.PROTECT, related_name="+"
    )
    #: The party group that met, for a group meeting.
    group = models.ForeignKey(
        "organization.Unit",
        verbose_name=_("党小组"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due = models.PositiveIntegerField(_("应到人数"))
    entitled = models.PositiveIntegerField(_("应到有表决权人数"))
    present = models.PositiveIntegerField(_("实到人数"))
    present_entitled = models.PositiveIntegerField(_("实到有表决权人数"))
    nonmembers = models.PositiveIntegerField(_("列席非党员人数"), default=0)
    absent_unexplained = models.PositiveIntegerField(_("缺席未说明人数"), default=0)
    #: Required fields of the kind that were left empty, counted when the record was saved.
    missing_fields = models.PositiveSmallIntegerField(_("缺项数"), default=0)
    duplicate = models.BooleanField(_("重复"), default=False)
    secretary_present = models.BooleanField(_("书记到会"), default=False)

    class Meta:
        verbose_name = _("召开情况")
        constraints = [
            models.UniqueConstraint(name="segmenthost_once", fields=["segment", "unit"]),
            models.CheckConstraint(
                name="segmenthost_present_within_due",
                condition=Q(present__lte=F("due")),
                violation_error_message=_("实到人数不能多于应到人数。"),
            ),
            models.CheckConstraint(
                name="segmenthost_entitled_within_due",
                condition=Q(entitled__lte=F("due"))
                & Q(present_entitled__lte=F("entitled"))
                & Q(present_entitled__lte=F("present")),
                violation_error_message=_("有表决权人数不能多于应到、实到人数。"),
            ),
        ]
        indexes = [models.Index(fields=["unit", "segment"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.present}/{self.due}"


class Attendance(models.Model):
    """One person of the roster of that day: present, on leave or absent."""

    class State(models.TextChoices):
        PRESENT = "present", _("到会")
        LEAVE = "leave", _("请假")
        ABSENT = "absent", _("缺席")

    host = models.ForeignKey(
        SegmentHost,
        verbose_name=_("召开情况"),
        on_delete=models.CASCADE,
        related_name="roster",
        db_index=False,
    )
    person = models.ForeignKey(
        "organization.Person", verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("到会情况"), max_length=8, choices=State, default=State.PRESENT)
    entitled = models.BooleanField(_("有表决权"), default=True)
    reason = models.CharField(_("原因"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("到会情况")
        constraints = [models.UniqueConstraint(name="attendance_once", fields=["host", "person"])]
        # All that judging reads of a roll, so that a county's rolls are read from the index alone.
        indexes = [models.Index(name="attendance_read", fields=["host", "person", "state"])]

    def __str__(self) -> str:
        return f"{self.person} {self.get_state_display()}"


class AgendaItem(models.Model):
    """One item: what was put, what was said, what was resolved and by how many."""

    segment = models.ForeignKey(
        Segment,
        verbose_name=_("会议环节"),
        on_delete=models.CASCADE,
        related_name="agenda",
        db_index=False,
    )
    order = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("议题"), max_length=200)
    is_study = models.BooleanField(_("学习议题"), default=False)
    discussion = models.TextField(_("讨论情况"), blank=True)
    resolution = models.TextField(_("决议"), blank=True)
    votes_for = models.PositiveIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("反对"), null=True, blank=True)
    votes_abstain = models.PositiveIntegerField(_("弃权"), null=True, blank=True)
    secret = models.BooleanField(_("无记名"), null=True, blank=True)
    #: Votes among these that absent members wrote beforehand.
    written = models.PositiveIntegerField(_("书面意见"), null=True, blank=True)

    class Meta:
        verbose_name = _("议题")
        ordering = ["segment", "order"]
        constraints = [
            models.UniqueConstraint(name="agendaitem_order_once", fields=["segment", "order"])
        ]

    def __str__(self) -> str:
        return self.title
