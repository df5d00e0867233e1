"""The one record key that everything hangs on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """Something that happened on a day, or holds from a day to another.

    The event day and the entry day are separate: a late entry (补录) is welcome, gives its
    reason and is marked. A correction (更正) raises ``version`` and keeps the old content.
    """

    class Kind(models.TextChoices):
        SITTING = "sitting", _("会议")
        DOCUMENT = "document", _("文档")
        ENTRY = "entry", _("登记")
        PUBLICATION = "publication", _("公开")
        BALLOT = "ballot", _("测评与表决")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ENTERED = "entered", _("已录入")
        CONFIRMED = "confirmed", _("已确认")
        VOIDED = "voided", _("已作废")

    kind = models.CharField(_("记录类别"), max_length=16, choices=Kind)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.ENTERED)
    owner = models.ForeignKey(
        "organization.Unit", verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("标题"), max_length=200)
    event_on = models.DateField(_("发生日期"))
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    entered_at = models.DateTimeField(_("录入时间"))
    #: Days from the event to the local day of entry, written once: facts and lists read it.
    entry_delay = models.IntegerField(_("录入间隔"), default=0)
    #: Null: imported on the server's command line.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("录入人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        "organization.Person",
        verbose_name=_("代何人录入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_late = models.BooleanField(_("补录"), default=False)
    late_reason = models.CharField(_("补录原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    #: Digest of the normalised content: equal digests point at copied records.
    content_digest = models.CharField(_("内容摘要"), max_length=64, blank=True, db_index=True)
    search_text = models.TextField(_("检索文本"), blank=True)
    imported_from = models.ForeignKey(
        "jobs.Import",
        verbose_name=_("来自导入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("记录")
        ordering = ["-event_on", "-pk"]
        indexes = [models.Index(fields=["owner", "event_on"])]

    def __str__(self) -> str:
        return f"{self.event_on} {self.title}"


class RecordHost(models.Model):
    """A unit for which a record counts. A joint sitting has several hosts and is entered once."""

    record = models.ForeignKey(
        Record, verbose_name=_("记录"), on_delete=models.CASCADE, related_name="hosts"
    )
    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("召开组织"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("召开组织")
        constraints = [models.UniqueConstraint(name="recordhost_once", fields=["record", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit}"


class Participant(models.Model):
    """A person's role in a record, and the post he acted in."""

    class Role(models.TextChoices):
        PRESIDER = "presider", _("主持")
        RECORDER = "recorder", _("记录")
        LECTURER = "lecturer", _("授课")
        READER = "reader", _("领学")
        SPEAKER = "speaker", _("发言")
        GUEST = "guest", _("列席")
        GUIDE = "guide", _("指导")
        TELLER = "teller", _("计票")
        SCRUTINEER = "scrutineer", _("监票")

    record = models.ForeignKey(
        Record, verbose_name=_("记录"), on_delete=models.CASCADE, related_name="participants"
    )
    #: Order of the segment inside the sitting; 0 when the whole record is meant.
    part = models.PositiveSmallIntegerField(_("环节序号"), default=0)
    person = models.ForeignKey(
        "organization.Person", verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    #: Code of the post held that day; empty when none fits (warned, with a reason).
    post = models.CharField(_("当时职务"), max_length=48, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("参与")
        constraints = [
            models.UniqueConstraint(
                name="participant_once", fields=["record", "part", "person", "role"]
            )
        ]
        indexes = [models.Index(fields=["person", "role"])]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


class RecordLink(models.Model):
    """A typed link from one record to another: a plan adopted by a sitting."""

    class Relation(models.TextChoices):
        ADOPTED_BY = "adopted_by", _("由会议通过")
        CITES = "cites", _("引用")

    record = models.ForeignKey(
        Record, verbose_name=_("记录"), on_delete=models.CASCADE, related_name="links"
    )
    target = models.ForeignKey(
        Record, verbose_name=_("指向"), on_delete=models.PROTECT, related_name="cited_by"
    )
    relation = models.CharField(_("关系"), max_length=16, choices=Relation)

    class Meta:
        verbose_name = _("关联")
        constraints = [
            models.UniqueConstraint(name="recordlink_once", fields=["record", "target", "relation"])
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.get_relation_display()} {self.target_id}"


class RecordVersion(models.Model):
    """What a record said before a correction."""

    record = models.ForeignKey(
        Record, verbose_name=_("记录"), on_delete=models.CASCADE, related_name="versions"
    )
    version = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("内容"))
    reason = models.CharField(_("更正原因"), max_length=200)
    replaced_at = models.DateTimeField(_("更正时间"))
    replaced_by = models.CharField(_("更正人"), max_length=128)

    class Meta:
        verbose_name = _("历次版本")
        ordering = ["record", "version"]
        constraints = [
            models.UniqueConstraint(name="recordversion_once", fields=["record", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class Attachment(models.Model):
    record = models.ForeignKey(
        Record, verbose_name=_("记录"), on_delete=models.CASCADE, related_name="attachments"
    )
    blob = models.ForeignKey(
        "files.Blob", verbose_name=_("文件内容"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("文件名"), max_length=200)

    class Meta:
        verbose_name = _("附件")

    def __str__(self) -> str:
        return self.name


class Change(models.Model):
    """A unit whose facts changed and that nobody has judged since (the outbox)."""

    unit_id = models.BigIntegerField(_("组织"), db_index=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("待评判")

    def __str__(self) -> str:
        return f"{self.unit_id}"
