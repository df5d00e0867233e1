"""Posts and terms of office."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhibu.audit.services import Actor, event_record
from zhibu.organization import policies
from zhibu.organization.models import Person, Placement, Post, Term, Unit
from zhibu.organization.selectors import post_titles
from zhibu.organization.services.people import PersonFields, person_create
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken


@transaction.atomic
def post_begin(
    *,
    person: Person,
    unit: Unit,
    code: str,
    from_on: date,
    actor: Actor,
    to_on: date | None = None,
    duty: str = "",
) -> Post:
    """A person takes a post. The same post twice at once by one person is refused; several posts are not."""
    if not policies.may_manage_posts(actor, unit):
        raise PermissionDenied
    _check_life(unit, from_on)
    titles = post_titles(unit, from_on)
    if titles and code not in titles:
        raise RuleBroken(
            _("职务代码“%(code)s”不在职务表中；可用的有：%(known)s。")
            % {"code": code, "known": "、".join(titles.values())}
        )
    post = Post(person=person, unit=unit, code=code, duty=duty, from_on=from_on, to_on=to_on)
    _check_overlap(post, titles.get(code, code))
    post.full_clean()
    post.save(force_insert=True)
    _record(
        actor,
        "organization.post_begun",
        post,
        unit,
        person=person.name,
        post=titles.get(code, code),
        day=from_on,
    )
    units_changed(_judged(unit))
    return post


@transaction.atomic
def post_begin_by_name(
    *,
    unit: Unit,
    person: Person | None,
    new_name: str,
    code: str,
    from_on: date,
    actor: Actor,
    duty: str = "",
) -> Post:
    """As :func:`post_begin`; somebody unknown is added by name."""
    if person is None:
        person = person_create(fields=PersonFields(name=new_name), unit=unit, actor=actor)
    return post_begin(person=person, unit=unit, code=code, from_on=from_on, actor=actor, duty=duty)


@transaction.atomic
def post_end(*, post: Post, to_on: date, actor: Actor) -> Post:
    """``to_on`` is the last day in the post."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    if not policies.may_manage_posts(actor, post.unit):
        raise PermissionDenied
    if post.to_on is not None:
        raise RuleBroken(_("这项任职已于 %(day)s 结束。") % {"day": post.to_on})
    post.to_on = to_on
    post.full_clean()
    post.save(update_fields=["to_on"])
    title = post_titles(post.unit, post.from_on).get(post.code, post.code)
    _record(
        actor,
        "organization.post_ended",
        post,
        post.unit,
        person=post.person.name,
        post=title,
        day=to_on,
    )
    units_changed(_judged(post.unit))
    return post


@transaction.atomic
def term_begin(*, unit: Unit, from_on: date, to_on: date, actor: Actor) -> Term:
    """A new term; it must begin after the last one began."""
    if not policies.may_manage_posts(actor, unit):
        raise PermissionDenied
    _check_life(unit, from_on)
    last = Term.objects.filter(unit=unit).order_by("-from_on").first()
    if last is not None and from_on <= last.from_on:
        raise RuleBroken(
            _("上一届从 %(day)s 开始，新一届的开始日期应晚于这一天。") % {"day": last.from_on}
        )
    term = Term(unit=unit, from_on=from_on, to_on=to_on)
    term.full_clean()
    term.save(force_insert=True)
    _record(actor, "organization.term_begun", term, unit, first=from_on, last=to_on)
    units_changed(_judged(unit))
    return term


@transaction.atomic
def term_extend(*, term: Term, extended_to: date, approval: str, actor: Actor) -> Term:
    """Only with the approval's number or date, and only to a later day."""
    term = Term.objects.select_for_update().get(pk=term.pk)
    if not policies.may_manage_organization(actor, term.unit):
        raise PermissionDenied
    if extended_to <= (term.extended_to or term.to_on):
        raise RuleBroken(
            _("延期后的届满日期应晚于 %(day)s。") % {"day": term.extended_to or term.to_on}
        )
    if not approval.strip():
        raise RuleBroken(_("请写明批准延期的文号或批复日期。"))
    term.extended_to, term.approval = extended_to, approval.strip()
    term.full_clean()
    term.save(update_fields=["extended_to", "approval"])
    _record(
        actor,
        "organization.term_extended",
        term,
        term.unit,
        day=extended_to,
        approval=term.approval,
    )
    units_changed(_judged(term.unit))
    return term


def _judged(unit: Unit) -> list[int]:
    """Whose facts a post or term of the unit are; a party group's leader is a fact of its branch."""
    if unit.kind != Unit.Kind.GROUP:
        return [unit.pk]
    return list(
        Placement.objects.filter(unit=unit, line="tree").values_list("parent_id", flat=True)
    )


def _check_life(unit: Unit, day: date) -> None:
    if day < unit.founded_on:
        raise RuleBroken(
            _("日期不能早于“%(unit)s”的成立日期 %(day)s。") % {"unit": unit, "day": unit.founded_on}
        )
    if unit.withdrawn_on and day > unit.withdrawn_on:
        raise RuleBroken(
            _("“%(unit)s”已于 %(day)s 撤销，请选择更早的日期。")
            % {"unit": unit, "day": unit.withdrawn_on}
        )


def _check_overlap(post: Post, title: str) -> None:
    same = Post.objects.filter(person=post.person, unit=post.unit, code=post.code)
    same = same.filter(Q(to_on__isnull=True) | Q(to_on__gte=post.from_on))
    if post.to_on is not None:
        same = same.filter(from_on__lte=post.to_on)
    if same.exists():
        raise RuleBroken(
            _("%(person)s在这段时间已担任%(post)s。请先写明上一次的离任日期。")
            % {"person": post.person, "post": title}
        )


def _record(actor: Actor, action: str, row: Post | Term, unit: Unit, **data: Any) -> None:
    target = f"organization.{row._meta.model_name}:{row.pk}"
    event_record(actor=actor, action=action, target=target, unit=unit, **data)
