"""Which matter a page is about: what all pages of this app share. What one may not see is not there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from zhibu.organization.models import RoleGrant, Unit
from zhibu.procedures import policies
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import MatterFile, matter_file
from zhibu.records.models import Attachment
from zhibu.shared import clock
from zhibu_engine.packs.procedure import StepOf


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
    if not policies.may_open(request.user, unit):
        raise PermissionDenied(
            _("您可以查看本组织的事项，但没有录入的权限。请联系本组织的书记或记录员。")
        )
    return unit


def file_seen(request: HttpRequest, pk: int) -> MatterFile:
    linked = ("unit", "person", "about_unit", "owner", "parent", "origin", "opened_by")
    rows = Matter.objects.visible_to(request.user).select_related(*linked)
    found = matter_file(get_object_or_404(rows, pk=pk))
    if not policies.may_see_matter(request.user, found.matter, found.procedure):
        raise Http404
    return found


def file_turnable(request: HttpRequest, pk: int) -> MatterFile:
    found = _with_procedure(file_seen(request, pk))
    if not policies.may_turn(request.user, found.matter):
        raise PermissionDenied(
            _("退回、终止和重新办理由本组织的书记或者上级决定。请联系本组织的书记。")
        )
    return found


def file_writable(request: HttpRequest, pk: int) -> MatterFile:
    found = _with_procedure(file_seen(request, pk))
    if not policies.may_open(request.user, found.matter.unit):
        raise PermissionDenied(
            _("您可以查看这件事项，但没有更正的权限。请联系本组织的书记或记录员。")
        )
    return found


def step_doable(request: HttpRequest, found: MatterFile, key: str) -> StepOf:
    """A step of the procedure that this reader may do."""
    known = _with_procedure(found).procedure
    if known is None or key not in known.step_index:
        raise Http404
    step = known.step(key)
    _may(request, found, step)
    return step


def step_made(request: HttpRequest, found: MatterFile, pk: int) -> MatterStep:
    """A standing step that this reader may mend."""
    rows: Any = found.matter.steps.filter(state=MatterStep.State.STANDING)
    made: MatterStep = get_object_or_404(rows.select_related("record", "matter"), pk=pk)
    known = _with_procedure(found).procedure
    if known is None or made.step not in known.step_index:
        raise Http404
    _may(request, found, known.step(made.step))
    return made


def paper_of(found: MatterFile, pk: int) -> Attachment:
    """A file of one of the matter's steps."""
    rows = Attachment.objects.filter(record__in=found.matter.steps.values("record"))
    return get_object_or_404(rows.select_related("blob"), pk=pk)


def _may(request: HttpRequest, found: MatterFile, step: StepOf) -> None:
    if not policies.may_act(request.user, found.matter, step):
        raise PermissionDenied(_("这一步不由您办理。请回到事项页面，看由谁办理。"))


def _with_procedure(found: MatterFile) -> MatterFile:
    """Where no pack has the procedure any more, a matter is only read."""
    if found.procedure is None:
        raise Http404
    return found
