"""Work that outlives a request, and imports that wait for a person's yes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only one's own: a sheet on its way in is nobody else's business."""
        return self.filter(by=user)


class Import(models.Model):
    """An uploaded sheet on its way in.

    Reading it writes nothing but this row. ``PREVIEWED`` shows what would change; confirming
    writes everything in one transaction or nothing, and leaves ``COMMITTED`` or ``REFUSED``.
    """

    class State(models.TextChoices):
        READING = "reading", _("正在读取")
        PREVIEWED = "previewed", _("待确认")
        COMMITTING = "committing", _("正在写入")
        COMMITTED = "committed", _("已导入")
        REFUSED = "refused", _("未导入")
        DROPPED = "dropped", _("已放弃")

    #: Which importer reads it, as registered in an app's ``importers.py``: members, sittings …
    kind = models.CharField(_("导入类别"), max_length=32)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.READING)
    filename = models.CharField(_("文件名"), max_length=255)
    #: Sealed; empty once the days of keeping are over.
    source = models.ForeignKey(
        "files.Blob",
        verbose_name=_("原表"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: The rows as read and compared, written by the importer; never holds plain identity numbers.
    preview = models.ForeignKey(
        "files.Blob",
        verbose_name=_("预览"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    options = models.JSONField(_("选项"), default=dict)
    answers = models.JSONField(_("人工答复"), default=dict)
    counts = models.JSONField(_("统计"), default=dict)
    message = models.TextField(_("说明"), blank=True)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    #: Nobody: the program itself, on the server's command line.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.filename} {self.get_state_display()}"
