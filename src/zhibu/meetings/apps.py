from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "zhibu.meetings"
    verbose_name = _("会议记录")
    default_auto_field = "django.db.models.BigAutoField"
