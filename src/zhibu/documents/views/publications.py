"""Pages of what a unit makes public, for those who work for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from zhibu.documents import publication_pages as pages
from zhibu.documents.models import Publication


@require_safe
@login_required
def publication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _publication(request, pk)
    context = {"page": pages.detail_page(publication, request.user)}
    return render(request, "documents/publication.html", context)


def _publication(request: HttpRequest, pk: int) -> Publication:
    rows = Publication.objects.visible_to(request.user).select_related(
        "record__owner", "record__entered_by"
    )
    return get_object_or_404(rows, pk=pk)
