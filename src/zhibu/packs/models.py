"""Installed pack versions. A published one never changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhibu.packs.keepers import may_draft
from zhibu.shared.errors import RuleBroken


class PackVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody may read by what rules they are judged; a draft only who may bring one."""
        if not user.is_authenticated:
            return self.none()
        return self if may_draft(user) else self.published()

    def published(self):
        return self.filter(published_at__isnull=False)

    def drafts(self):
        return self.filter(published_at__isnull=True)

    def _refuse(self) -> None:
        if self.published().exists():
            raise RuleBroken(_("制度包的这个版本已经发布，不能再改。请换一个版本号，另行安装。"))

    def update(self, **values):
        self._refuse()
        return super().update(**values)

    def delete(self):
        self._refuse()
        return super().delete()

    def bulk_update(self, objs, fields, batch_size=None):
        self.filter(pk__in=[one.pk for one in objs])._refuse()
        return super().bulk_update(objs, fields, batch_size)


class PackVersion(models.Model):
    """One version of a pack, whole: its data and the compiled statements.

    A draft has no ``published_at``: it binds nobody, may be tried and replaced. A published one
    refuses every change.
    """

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

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    def save(self, *args, **kwargs):
        if self.pk:
            type(self).objects.filter(pk=self.pk)._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        type(self).objects.filter(pk=self.pk)._refuse()
        return super().delete(*args, **kwargs)
