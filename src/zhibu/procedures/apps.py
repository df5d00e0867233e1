from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "zhibu.procedures"
    verbose_name = _("事项")
    default_auto_field = "django.db.models.BigAutoField"
