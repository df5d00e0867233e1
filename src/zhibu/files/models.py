"""Content-addressed blobs: the same bytes are kept once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Blob(models.Model):
    """Bytes on disk, named by their SHA-256."""

    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("字节数"))
    media_type = models.CharField(_("类型"), max_length=100, blank=True)
    stored_at = models.DateTimeField(_("存入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("文件内容")

    def __str__(self) -> str:
        return self.digest[:12]
