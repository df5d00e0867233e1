"""The log for those who audit; to others the page does not exist."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhibu.audit.forms import EventFilter
from zhibu.audit.models import Event
from zhibu.audit.scopes import may_audit_somewhere
from zhibu.audit.tables import EventTable
from zhibu.shared.tables import configure, excel_response, wants_excel

#: More rows than this do not fit a sheet that a person reads.
EXPORT_AT_MOST = 50_000


@require_safe
@login_required
def event_list(request: HttpRequest) -> HttpResponse:
    if not may_audit_somewhere(request.user):
        raise Http404
    form = EventFilter(request.GET or {})
    events = form.narrow(Event.objects.visible_to(request.user)).order_by("-pk")
    if wants_excel(request):
        return excel_response(EventTable(list(events[:EXPORT_AT_MOST])), _("审计日志"))
    table = configure(request, EventTable(events))
    return render(request, "audit/list.html", {"form": form, "table": table})
