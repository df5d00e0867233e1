"""What the decisions of 换届选举 do to terms and posts. Called inside the act that recorded them, with its actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zhibu.organization import policies, services
from zhibu.organization.models import Person, Post, Term, Unit
from zhibu.shared.errors import RuleBroken

#: Posts that end with the term of the committee.
COMMITTEE = (
    "secretary", "deputy_secretary", "org_member", "publicity_member", "discipline_member", "committee_member",
)  # fmt: skip


def term_begin(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """A term of ``term_years`` from ``term_from``; its last day is the day before the same day then."""
    _may(actor, unit)
    from_on = _day(fields, "term_from", _("本届起"))
    years = fields.get("term_years")
    if not isinstance(years, int) or years < 1:
        raise RuleBroken(_("请在事项中填写任期几年。"))
    to_on = _years_later(from_on, years) - timedelta(days=1)
    if not Term.objects.filter(unit=unit, from_on=from_on, to_on=to_on).exists():
        services.term_begin(unit=unit, from_on=from_on, to_on=to_on, actor=actor)


def posts_take(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """The committee's posts as they were shared out: old ones end the day before, who stays in his post goes on."""
    _may(actor, unit)
    from_on = _day(fields, "term_from", _("本届起"))
    rows = _rows(fields)
    held = Post.objects.filter(unit=unit, code__in=COMMITTEE).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=from_on)
    )
    for post in held.select_related("person"):
        if any(_goes_on(post, row) for row in rows):
            continue
        if post.from_on >= from_on:
            raise RuleBroken(
                _("%(name)s的任职从 %(day)s 开始，不早于本届起的日期。请先在职务中核对。")
                % {"name": post.person.name, "day": post.from_on}
            )
        if post.to_on is None:
            services.post_end(post=post, to_on=from_on - timedelta(days=1), actor=actor)
    _begin(unit, rows, from_on, actor)


def posts_fill(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """Vacant posts are filled; nobody else's post ends."""
    _may(actor, unit)
    _begin(unit, _rows(fields), _day(fields, "post_from", _("任职日期")), actor)


def term_extend(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """The last term runs until ``extended_to`` by the approval named."""
    term = Term.objects.filter(unit=unit).order_by("-from_on").first()
    if term is None:
        raise RuleBroken(_("系统内未见本届任期的记录。请先在组织页面登记届期。"))
    if not policies.may_manage_organization(actor, unit):
        raise RuleBroken(_("延长届期要由上级登记。请联系上级。"))
    extended_to = _day(fields, "extended_to", _("延期至"))
    approval = str(fields.get("approval") or "")
    services.term_extend(term=term, extended_to=extended_to, approval=approval, actor=actor)


def _begin(unit: Unit, rows: Iterable[Mapping[str, Any]], from_on: date, actor: Any) -> None:
    for row in rows:
        found = Post.objects.filter(unit=unit, person=row["person"], code=row["post"])
        if any(_goes_on(post, row) for post in found.filter(to_on__isnull=True)):
            continue
        person = Person.objects.get(pk=row["person"])
        services.post_begin(
            person=person, unit=unit, code=row["post"], from_on=from_on, actor=actor, duty=row.get("duty", ""),
        )  # fmt: skip


def _goes_on(post: Post, row: Mapping[str, Any]) -> bool:
    """The same person in the same post with the same duty: his post is one, across terms."""
    same = (post.person_id, post.code) == (row["person"], row["post"])
    return same and post.to_on is None and post.duty == row.get("duty", post.duty)


def _rows(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = [one for one in fields.get("posts") or () if isinstance(one, Mapping)]
    if not rows or any(not one.get("person") or not one.get("post") for one in rows):
        raise RuleBroken(_("请写明每个人的职务。"))
    return rows


def _may(actor: Any, unit: Unit) -> None:
    if not policies.may_manage_posts(actor, unit):
        raise RuleBroken(_("这一步会写入届期和任职，要由书记或者上级登记。请联系书记。"))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _day(fields: Mapping[str, Any], key: str, title: str) -> date:
    value = fields.get(key)
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise RuleBroken(_("请填写“%(title)s”。") % {"title": title}) from None


EFFECTS: dict[str, Callable[..., None]] = {
    "term_begin": term_begin,
    "posts_take": posts_take,
    "posts_fill": posts_fill,
    "term_extend": term_extend,
}
