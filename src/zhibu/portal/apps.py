from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "zhibu.portal"
    verbose_name = _("公开网页")
    default_auto_field = "django.db.models.BigAutoField"
