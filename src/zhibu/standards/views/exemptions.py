"""The page of a scope's exemptions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import policies, services
from zhibu.standards.forms import ScopeExemptionForm
from zhibu.standards.models import Exemption
from zhibu.standards.selectors.exemptions import exemption_choices, exemptions_of
from zhibu.standards.views.units import unit_of


@require_safe
@login_required
def exemptions(request: HttpRequest, unit_pk: int) -> HttpResponse:
    return _page(request, unit_of(request, unit_pk))


def _page(
    request: HttpRequest, scope: Unit, form: ScopeExemptionForm | None = None
) -> HttpResponse:
    today = clock.today()
    may_exempt = policies.may_exempt(request.user, scope)
    if may_exempt and form is None:
        units, clauses = exemption_choices(scope, today, request.user)
        first = {"from_on": today, "to_on": today.replace(month=12, day=31)}
        form = ScopeExemptionForm(units=units, clauses=clauses, initial=first)
    context = {
        "scope": scope,
        "lines": exemptions_of(scope, today, request.user),
        "form": form,
        "may_exempt": may_exempt,
        "today": today,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "standards/exemptions.html", context, status=status)


@require_POST
@login_required
def exemption_grant(request: HttpRequest, unit_pk: int) -> HttpResponse:
    scope = unit_of(request, unit_pk)
    if not policies.may_exempt(request.user, scope):
        raise Http404
    units, clauses = exemption_choices(scope, clock.today(), request.user)
    form = ScopeExemptionForm(request.POST, units=units, clauses=clauses)
    if form.is_valid():
        unit = get_object_or_404(
            Unit.objects.visible_to(request.user), pk=form.cleaned_data["unit"]
        )
        try:
            services.exemption_grant(unit=unit, actor=request.user, **form.given())
        except ValidationError as error:
            form.add_error(None, error.messages)
    if form.errors:
        return _page(request, scope, form)
    messages.success(request, _("已豁免，得分已重新计算。"))
    return redirect("standards:exemptions", scope.pk)


@require_POST
@login_required
def exemption_end(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Exemption.objects.visible_to(request.user), pk=pk)
    try:
        services.exemption_end(exemption=held, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("豁免已结束，得分已重新计算。"))
    return redirect("standards:exemptions", held.unit_id)
