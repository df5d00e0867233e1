from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "zhibu.documents"
    verbose_name = _("文档")
    default_auto_field = "django.db.models.BigAutoField"
