"""The append-only log of acts. It holds no foreign key: what it tells must outlive its subjects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One act of one person. Each row's hash covers the row before it."""

    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.CharField(_("操作人"), max_length=128)
    actor_key = models.CharField(_("操作人标识"), max_length=64, blank=True, db_index=True)
    action = models.CharField(_("动作"), max_length=64, db_index=True)
    target = models.CharField(_("对象"), max_length=128, blank=True, db_index=True)
    unit_code = models.CharField(_("组织代码"), max_length=64, blank=True, db_index=True)
    data = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(_("上条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("审计事件")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"
