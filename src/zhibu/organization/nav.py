"""The tree in the menu."""

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(
    Item(label=_("组织"), url_name="organization:tree", icon="hierarchy", order=50, phone=False)
)
