"""The menu entry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(Item(label=_("会议"), url_name="meetings:index", icon="calendar-event", order=20))
