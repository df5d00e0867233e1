"""The packs in the reader's menu."""

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(Item(label=_("制度包"), url_name="packs:list", icon="books", order=70, phone=False))
