from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BallotsConfig(AppConfig):
    name = "zhibu.ballots"
    verbose_name = _("测评与表决")
    default_auto_field = "django.db.models.BigAutoField"
