from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PacksConfig(AppConfig):
    name = "zhibu.packs"
    verbose_name = _("制度包")
    default_auto_field = "django.db.models.BigAutoField"
