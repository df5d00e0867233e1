from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(Item(label=_("得分"), url_name="standards:start", icon="gauge", order=30))
