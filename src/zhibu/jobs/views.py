"""Pages of the imports. Nothing of a sheet is written before its confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhibu.jobs import mending, services, tasks
from zhibu.jobs.forms import UploadForm
from zhibu.jobs.importers import Importer, importer_find, importers
from zhibu.jobs.models import Import
from zhibu.jobs.pages import Page, page_of
from zhibu.shared.errors import RuleBroken
from zhibu.shared.excel import file_response
from zhibu.shared.htmx import render_page
from zhibu.shared.numbers import whole


@require_safe
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    services.imports_recover()
    mine = Import.objects.visible_to(request.user).order_by("-pk")
    context = {
        "kinds": [one for one in importers().values() if one.may_import(request.user)],
        "page": Paginator(mine, 20).get_page(request.GET.get("page")),
        "titles": {kind: one.title for kind, one in importers().items()},
    }
    return render_page(request, "jobs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_new(request: HttpRequest, kind: str) -> HttpResponse:
    importer = _importer(request, kind)
    if request.method != "POST":
        return _upload_page(
            request, importer, UploadForm(importer, request.user, initial=request.GET.dict())
        )
    form = UploadForm(importer, request.user, request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, importer, form, status=422)
    file = form.cleaned_data["file"]
    made = services.import_begin(
        kind=kind, filename=file.name, data=file.read(), actor=request.user, options=form.options()
    )
    tasks.read_start(made)
    return redirect("jobs:import_detail", made.pk)


def _upload_page(
    request: HttpRequest, importer: Importer, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"importer": importer, "form": form, "has_template": importer.template() is not None}
    return render_page(request, "jobs/new.html", context, status=status)


@require_safe
@login_required
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    made = _importer(request, kind).template()
    if made is None:
        raise Http404
    return file_response(*made)


@require_safe
@login_required
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    services.imports_recover()
    made = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    page: Page = page_of(made, request.GET.get("state", ""), request.GET.get("page"))
    return render_page(request, "jobs/detail.html", {"made": made, "page": page}, fragment="panel")


@require_POST
@login_required
def import_answer(request: HttpRequest, pk: int) -> HttpResponse:
    given = {
        row: value
        for name, value in request.POST.items()
        if name.startswith("row-")
        and value
        and (row := whole(name.removeprefix("row-"))) is not None
    }
    return _act(request, pk, lambda: tasks.read_start(
        services.import_answer(import_id=pk, answers=given, actor=request.user)
    ))  # fmt: skip


@require_POST
@login_required
def import_reread(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda: tasks.read_start(services.import_reread(import_id=pk, actor=request.user)),
    )


@require_POST
@login_required
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda: tasks.write_start(services.import_confirm(import_id=pk, actor=request.user)),
    )


@require_POST
@login_required
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.import_drop(import_id=pk, actor=request.user))


@require_safe
@login_required
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, as a sheet to mend."""
    made = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    try:
        content = mending.mend_sheet(made=made, actor=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("jobs:import_detail", made.pk)
    return file_response(
        _("待改行_%(name)s.xlsx") % {"name": made.filename.rsplit(".", 1)[0]}, content
    )


def _act(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    """Do it to one's own import and show the import again; a refusal is a message."""
    made = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    try:
        act()
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect("jobs:import_detail", made.pk)


def _importer(request: HttpRequest, kind: str) -> Importer:
    importer = importer_find(kind)
    if importer is None or not importer.may_import(request.user):
        raise Http404
    return importer
