from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharedConfig(AppConfig):
    name = "zhibu.shared"
    verbose_name = _("公用")
    default_auto_field = "django.db.models.BigAutoField"
