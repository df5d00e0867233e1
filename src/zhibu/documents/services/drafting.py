"""What a publication will say once it is masked: the same for the preview and for the act."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhibu.documents.masking import Names, Spot
from zhibu.documents.models import Publication
from zhibu.documents.naming import Party, masked, names_of, party_names
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words

#: Rows of one table; a longer list is an attachment on the notice board.
MOST_ROWS = 200
#: The channel that a stranger reads.
PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Draft:
    """The masked texts as they will be stored, and every spot that was masked."""

    title: str
    body: str
    table: tuple[tuple[str, str], ...]
    place: str
    about_title: str
    parties: tuple[str, ...]
    names: Names
    spots: tuple[Spot, ...]

    @property
    def digest(self) -> str:
        rows = ["\t".join(row) for row in self.table]
        return sha256("\n".join([self.title, self.body, *rows]).encode()).hexdigest()

    @property
    def search_text(self) -> str:
        return "\n".join([self.title, self.body, *(" ".join(row) for row in self.table)]).strip()


class _Masking:
    """Masks one text after another and keeps what was found."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.spots: list[Spot] = []

    def __call__(self, text: str) -> str:
        found = masked(text.strip(), self.names)
        self.spots += found.spots
        return found.text


def publication_draft(
    *,
    unit: Unit,
    day: date,
    title: str,
    body: str = "",
    table: Iterable[Sequence[str]] = (),
    place: str = "",
    about_title: str = "",
    private_persons: Iterable[Party] = (),
) -> Draft:
    """Mask the texts as publishing would. Writes nothing."""
    parties = party_names(private_persons, unit, day)
    masking = _Masking(names_of(unit, day, parties))
    rows = [(masking(str(label)), masking(str(value))) for label, value in map(_pair, table)]
    return Draft(
        title=masking(title),
        body=masking(body),
        table=tuple(row for row in rows if any(row)),
        place=masking(place),
        about_title=masking(about_title),
        parties=tuple(parties),
        names=masking.names,
        spots=tuple(dict.fromkeys(masking.spots)),
    )


def token_make() -> str:
    """128 random bits: the address of a notice can not be guessed."""
    return secrets.token_urlsafe(16)


def _pair(row: Sequence[str]) -> tuple[str, str]:
    if isinstance(row, str) or len(row) != 2:
        raise ValidationError({"table": _("附表每行只有两格：项目和内容。请检查附表。")})
    return row[0], row[1]


def draft_check(draft: Draft) -> None:
    if not draft.title:
        raise ValidationError({"title": _("请填写标题。")})
    if not draft.body and not draft.table:
        raise ValidationError({"body": _("请填写正文，或者至少填写一行附表。")})
    if len(draft.table) > MOST_ROWS:
        raise ValidationError(
            {"table": _("附表最多 %(most)s 行，请分成几份公开。") % {"most": MOST_ROWS}}
        )


@dataclass(frozen=True, slots=True)
class Showing:
    """How, when and to whom it is shown."""

    kind: str
    channels: tuple[str, ...]
    from_on: date
    to_on: date | None
    audience: str

    @property
    def is_open(self) -> bool:
        """Whether strangers may read it on the portal."""
        return self.audience == Publication.Audience.PUBLIC and PORTAL in self.channels


def showing_check(unit: Unit, showing: Showing) -> None:
    """Kind and channels are words of the unit's packs, the days lie in its life."""
    codes = unit_words(unit, showing.from_on).codes
    if showing.kind not in codes.get("publication_kind", {}):
        raise ValidationError({"kind": _("本组织采用的制度包里没有这类公开，请另选类别。")})
    if not showing.channels:
        raise ValidationError({"channels": _("请至少选择一种公开方式。")})
    if set(showing.channels) - set(codes.get("publication_channel", {})):
        raise ValidationError({"channels": _("本组织采用的制度包里没有这种公开方式，请另选。")})
    if PORTAL in showing.channels and not showing.is_open:
        raise ValidationError(
            {
                "channels": _(
                    "只向党员公开的，不能放到公开网页上。请去掉“公开网页”，或改为社会公开。"
                )
            }
        )
    if showing.to_on is not None and showing.to_on < showing.from_on:
        raise ValidationError({"to_on": _("公开止日不能早于公开起日。")})
    ended = unit.withdrawn_on and showing.from_on > unit.withdrawn_on
    if showing.from_on < unit.founded_on or ended:
        raise ValidationError({"from_on": _("公开起日不在本组织存续期间，请核对。")})
