"""Installed pack versions. A published one never changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody may read by what rules they are judged."""
        return self if user.is_authenticated else self.none()


class PackVersion(models.Model):
    """One version of a pack, whole: its data and, once published, the compiled statements."""

    key = models.CharField(_("制度包"), max_length=64)
    version = models.CharField(_("版本"), max_length=32)
    title = models.CharField(_("名称"), max_length=128)
    digest = models.CharField(_("摘要"), max_length=64)
    content = models.JSONField(_("内容"))
    #: {standard key: compiled statements}, of this pack merged over the packs it depends on.
    compiled = models.JSONField(_("编译结果"), default=dict)
    installed_at = models.DateTimeField(_("安装时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    objects = PackVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("制度包版本")
        ordering = ["key", "-pk"]
        constraints = [models.UniqueConstraint(name="packversion_once", fields=["key", "version"])]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"
