"""The menu entry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(Item(label=_("党员"), url_name="membership:index", icon="users", order=30))
