"""The organisation and its posts from an Excel sheet, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.organization import blanks, policies, services
from zhibu.organization.forms import SheetForm
from zhibu.organization.sheets import SheetRefused
from zhibu.shared.errors import RuleBroken
from zhibu.shared.excel import file_response

get_or_post = require_http_methods(["GET", "POST"])
#: As many mistakes as one can mend in a sitting.
SHOWN = 200


@get_or_post
@login_required
def units_new(request: HttpRequest) -> HttpResponse:
    return _sheet(
        request, services.units_import, title=_("导入组织架构表"), template="organization:units_template",
        columns=blanks.UNIT_COLUMNS, done=_("已导入 %(count)s 个组织。"), none=_("表中的组织都已在系统内，没有新增。"),
    )  # fmt: skip


@get_or_post
@login_required
def posts_new(request: HttpRequest) -> HttpResponse:
    return _sheet(
        request, services.posts_import, title=_("导入任职表"), template="organization:posts_template",
        columns=blanks.POST_COLUMNS, done=_("已导入 %(count)s 项任职。"), none=_("表中的任职都已在系统内，没有新增。"),
    )  # fmt: skip


@require_safe
@login_required
def units_template(request: HttpRequest) -> HttpResponse:
    _check(request)
    return file_response(_("组织架构表（空表）.xlsx"), blanks.units_blank())


@require_safe
@login_required
def posts_template(request: HttpRequest) -> HttpResponse:
    _check(request)
    return file_response(_("任职表（空表）.xlsx"), blanks.posts_blank(request.user))


def _check(request: HttpRequest) -> None:
    if not policies.may_import_sheets(request.user):
        raise Http404


def _sheet(
    request: HttpRequest, take: Callable[..., int], *, done: str, none: str, **shown: Any
) -> HttpResponse:
    _check(request)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method == "POST" and form.is_valid():
        try:
            count = take(rows=form.cleaned_data["file"].read(), actor=request.user)
        except SheetRefused as error:
            shown["count"], shown["errors"] = len(error.errors), error.errors[:SHOWN]
        except RuleBroken as error:
            form.add_error(None, error.message)
        except PermissionDenied:
            form.add_error(
                None,
                _("表中有不归您管理的组织，或没有填写上级，没有导入任何一行。请只填您管理的组织。"),
            )
        else:
            messages.success(request, done % {"count": count} if count else none)
            return redirect("organization:tree")
    status = 422 if form.errors or shown.get("errors") else 200
    context = {"form": form, "required": blanks.REQUIRED, **shown}
    return render(request, "organization/sheet.html", context, status=status)
