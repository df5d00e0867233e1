from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembershipConfig(AppConfig):
    name = "zhibu.membership"
    verbose_name = _("党员")
    default_auto_field = "django.db.models.BigAutoField"
