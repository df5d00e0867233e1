"""Installed packs and their clauses. Anyone who is signed in may read by what rules work is judged."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from zhibu.packs import selectors
from zhibu.packs.models import PackVersion


@require_safe
@login_required
def pack_list(request: HttpRequest) -> HttpResponse:
    return render(request, "packs/list.html", {"packs": selectors.packs_overview()})


@require_safe
@login_required
def pack_detail(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(PackVersion.objects.visible_to(request.user), pk=pk)
    return render(
        request, "packs/detail.html", {"version": version, "pack": selectors.pack_content(version)}
    )


@require_safe
@login_required
def standard_detail(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    version = get_object_or_404(PackVersion.objects.visible_to(request.user), pk=pk)
    standard = selectors.pack_content(version).standards.get(key)
    if standard is None:
        raise Http404
    sections = selectors.standard_sections(standard)
    return render(
        request,
        "packs/standard.html",
        {"version": version, "standard": standard, "sections": sections},
    )
