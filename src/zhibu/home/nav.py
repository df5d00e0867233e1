"""首页 and 我的记录 in the menu, and the unit named in the header."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhibu.home.places import places
from zhibu.shared.nav import Item, Place, register, register_place

register(Item(label=_("首页"), url_name="home:index", icon="home", order=0, prefix="/home/"))
register(
    Item(label=_("我的记录"), url_name="home:me", icon="user-circle", order=90, area="account")
)


@register_place
def _place(request: HttpRequest) -> Place | None:
    if not request.user.is_authenticated:
        return None
    units = places(request.user).units
    if not units:
        return None
    choices = tuple((str(unit), reverse("home:unit", args=[unit.pk])) for unit in units)
    return (
        Place(choices[0][0], choices[0][1])
        if len(choices) == 1
        else Place(str(_("切换组织")), choices=choices)
    )
