"""Posts and terms of a unit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhibu.organization import forms, policies, services
from zhibu.organization.acting import act, unit_or_404
from zhibu.organization.models import Post, Term
from zhibu.shared import clock

get_or_post = require_http_methods(["GET", "POST"])


@get_or_post
@login_required
def post_begin(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_or_404(request, pk, policies.may_manage_posts)

    def do(asked: dict[str, Any]) -> None:
        name = asked.pop("new_name").strip()
        services.post_begin_by_name(unit=unit, new_name=name, actor=request.user, **asked)

    form = forms.PostForm(request.POST or None, unit=unit, day=clock.today())
    return act(
        request, unit, form, do, title=_("登记任职"), submit=_("登记"), done=_("任职已登记。")
    )


@get_or_post
@login_required
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.visible_to(request.user).filter(to_on=None), pk=pk)
    if not policies.may_manage_posts(request.user, post.unit):
        raise Http404

    def do(asked: dict[str, Any]) -> None:
        services.post_end(post=post, actor=request.user, **asked)

    form = forms.PostEndForm(request.POST or None)
    title = _("%(person)s离任") % {"person": post.person}
    return act(
        request, post.unit, form, do, title=title, submit=_("登记离任"), done=_("离任已登记。")
    )


@get_or_post
@login_required
def term_begin(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_or_404(request, pk, policies.may_manage_posts)

    def do(asked: dict[str, Any]) -> None:
        services.term_begin(unit=unit, actor=request.user, **asked)

    form = forms.TermForm(request.POST or None)
    return act(
        request, unit, form, do, title=_("登记届期"), submit=_("登记"), done=_("届期已登记。")
    )


@get_or_post
@login_required
def term_extend(request: HttpRequest, pk: int) -> HttpResponse:
    term = get_object_or_404(Term.objects.visible_to(request.user), pk=pk)
    if not policies.may_manage_organization(request.user, term.unit):
        raise Http404

    def do(asked: dict[str, Any]) -> None:
        services.term_extend(term=term, actor=request.user, **asked)

    form = forms.ExtendForm(request.POST or None)
    return act(
        request, term.unit, form, do, title=_("登记延期"), submit=_("登记"), done=_("延期已登记。")
    )
