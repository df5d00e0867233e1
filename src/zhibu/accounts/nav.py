"""The reader's own menu."""

from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(
    Item(
        label=_("我的账号"), url_name="accounts:account", icon="id-badge", order=91, area="account"
    )
)
register(
    Item(label=_("修改密码"), url_name="accounts:password", icon="key", order=92, area="account")
)
register(
    Item(
        label=_("退出登录"),
        url_name="accounts:logout",
        icon="logout",
        order=99,
        area="account",
        post=True,
    )
)
