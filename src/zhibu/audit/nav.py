"""The log in the menu, for those who audit."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhibu.audit.scopes import may_audit_somewhere
from zhibu.shared.nav import Item, register


def _audits(request: HttpRequest) -> bool:
    return may_audit_somewhere(request.user)


register(
    Item(
        label=_("审计日志"),
        url_name="audit:list",
        icon="shield-check",
        order=95,
        area="account",
        show=_audits,
    )
)
