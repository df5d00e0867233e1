"""What all forms of a unit share: who may open them, what a refusal looks like, where they lead back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from zhibu.organization.models import Unit
from zhibu.shared.errors import RuleBroken

Policy = Callable[[Any, Unit], bool]


def unit_or_404(request: HttpRequest, pk: int, policy: Policy | None = None) -> Unit:
    """A unit the reader sees and may act on; what one may not do is not there."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if policy is not None and not policy(request.user, unit):
        raise Http404
    return unit


def act(
    request: HttpRequest,
    unit: Unit,
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    *,
    title: object,
    submit: object,
    done: object,
    back: str = "organization:unit",
    danger: bool = False,
    note: object = "",
) -> HttpResponse:
    """Show the form; when it is sent and sound, act. A refusal comes back in the form, with 422."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, str(done))
            return redirect(back, unit.pk)
    context = {
        "unit": unit,
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "danger": danger,
        "note": note,
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    """A model's complaint beside the field it names, if the form has it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
