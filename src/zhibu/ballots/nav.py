from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(
    Item(label=_("测评与表决"), url_name="ballots:start", icon="list-check", order=45, phone=False)
)
