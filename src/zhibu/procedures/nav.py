"""The menu entry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(Item(label=_("事项"), url_name="procedures:start", icon="checklist", order=25))
