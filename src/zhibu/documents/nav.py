from django.utils.translation import gettext_lazy as _

from zhibu.shared.nav import Item, register

register(
    Item(
        label=_("计划与总结"),
        url_name="documents:start",
        icon="file-text",
        order=40,
        phone=False,
    )
)
register(
    Item(
        label=_("公开"),
        url_name="documents:publication_start",
        icon="speakerphone",
        order=42,
        phone=False,
    )
)
