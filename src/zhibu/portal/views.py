"""Pages for everybody. Nobody is signed in here, nothing is remembered of who reads."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.documents.selectors import notice_publication, notice_shown, unit_open
from zhibu.documents.services import objection_receive
from zhibu.portal import opening, pages, poster
from zhibu.portal.forms import ObjectionForm
from zhibu.portal.limits import one_more_allowed
from zhibu.portal.opening import open_to_all
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

#: In whose name an objection comes in: nobody's.
ACTOR = "公开网页"


@require_safe
@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    return opening.page("index", {"groups": pages.index_page(clock.today())})


@require_safe
@open_to_all
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found = unit_open(code)
    if found is None:
        return opening.none()
    return opening.page("unit", {"page": pages.unit_page(found, clock.today())})


@require_safe
@open_to_all
def notice(request: HttpRequest, token: str) -> HttpResponse:
    found = notice_shown(token, clock.today())
    return opening.page("notice", {"notice": found}) if found else opening.none()


@require_safe
@open_to_all
def poster_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The notice as a sheet to hang up, A4 or A3."""
    found = notice_shown(token, clock.today())
    if found is None or found.withdrawn_on:
        return opening.none()
    try:
        pdf = poster.drawn(found, poster.address_of(request, token), request.GET.get("size", ""))
    except poster.NoFont as error:
        return opening.page("said", {"said": str(error)}, status=503, keep=False)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poster-{token}.pdf"'
    return opening.kept(response)


@require_safe
@open_to_all
def objection(request: HttpRequest, token: str) -> HttpResponse:
    """An empty form with a key of its own, so that sending it twice counts once."""
    return _form(token, ObjectionForm(initial={"key": pages.key_make()}))


@require_POST
@open_to_all
def objection_send(request: HttpRequest, token: str) -> HttpResponse:
    publication = notice_publication(token)
    form = ObjectionForm(request.POST)
    if publication is None or not form.is_valid():
        return _form(token, form)
    if not one_more_allowed(request):
        form.add_error(None, _("这个网络一小时内提交得太多了。请过一会儿再交，或者当面提出。"))
        return _form(token, form, status=429)
    try:
        made = objection_receive(
            publication=publication, via="portal", actor=ACTOR, **form.values()
        )
    except (ValidationError, RuleBroken) as error:
        form.add_error(None, error.message if isinstance(error, RuleBroken) else error.messages)
        return _form(token, form)
    return opening.fresh(redirect("portal:sent", token, made.number))


@require_safe
@open_to_all
def sent(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Says the number; whoever notes it can look up the answer."""
    found = notice_shown(token, clock.today())
    if found is None or number not in {one.number for one in found.objections}:
        return opening.none()
    return opening.page("sent", {"notice": found, "number": number}, keep=False)


def _form(token: str, form: ObjectionForm, status: int = 422) -> HttpResponse:
    found = notice_shown(token, clock.today())
    if found is None or found.withdrawn_on:
        return opening.none()
    status = status if form.is_bound else 200
    return opening.page("objection", {"notice": found, "form": form}, status=status, keep=False)
