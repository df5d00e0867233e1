"""Which unit a page is about: what all pages of this app share."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from zhibu.documents import policies
from zhibu.organization.models import RoleGrant, Unit
from zhibu.shared import clock


def unit_of_reader(request: HttpRequest) -> Unit | None:
    """The unit on which the reader holds a role, else any that he sees."""
    granted = (
        RoleGrant.objects.held_on(clock.today())
        .filter(user=request.user)
        .order_by("pk")
        .values("unit")
    )
    units = Unit.objects.visible_to(request.user)
    return units.filter(pk__in=granted).first() or units.first()


def unit_seen(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


def unit_writable(request: HttpRequest, pk: int) -> Unit:
    unit = unit_seen(request, pk)
    if not policies.may_write(request.user, unit):
        raise PermissionDenied(
            _("您可以查看本组织，但没有录入的权限。请联系本组织的书记或记录员。")
        )
    return unit
