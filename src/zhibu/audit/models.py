"""The append-only log of acts. It holds no foreign key: what it tells must outlive its subjects."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhibu.shared.discovery import discover

#: What the first event follows.
START = "0" * 64


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Events of the units the user audits; each app above says which in ``audit_scopes.py``."""
        if user.is_installer:
            return self
        scope = Q(pk__in=[])
        for module in discover("audit_scopes"):
            scope |= module.event_filter(user)
        return self.filter(scope)


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

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计事件")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"

    def computed_digest(self) -> str:
        """The digest the event must carry; it covers every column and the digest before."""
        content = [
            self.previous, self.at.astimezone(UTC).isoformat(timespec="microseconds"), self.actor,
            self.actor_key, self.action, self.target, self.unit_code, self.data,
        ]  # fmt: skip
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Chain(models.Model):
    """The head of the chain, in one row: the lock of writers, and proof that no tail was cut off."""

    digest = models.CharField(_("末条摘要"), max_length=64)
    length = models.PositiveBigIntegerField(_("条数"), default=0)

    class Meta:
        verbose_name = _("审计链")

    def __str__(self) -> str:
        return f"{self.length} {self.digest[:12]}"
