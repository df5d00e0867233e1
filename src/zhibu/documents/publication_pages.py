"""What the pages of publications show, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from zhibu.accounts.models import User
from zhibu.documents import policies
from zhibu.documents.models import Objection, Publication
from zhibu.documents.selectors import publication_codes
from zhibu.records.models import Record, RecordVersion
from zhibu.shared import clock


@dataclass(frozen=True, slots=True)
class DetailPage:
    publication: Publication
    record: Record
    kind: str
    channels: tuple[str, ...]
    standing: bool
    versions: tuple[RecordVersion, ...]
    objections: tuple[Objection, ...]
    may_write: bool


def detail_page(publication: Publication, user: User) -> DetailPage:
    record = publication.record
    kinds, channels = publication_codes(record.owner, publication.from_on)
    return DetailPage(
        publication=publication,
        record=record,
        kind=kinds.get(publication.kind, publication.kind),
        channels=tuple(channels.get(code, code) for code in publication.channels),
        standing=publication.is_shown_on(clock.today()),
        versions=tuple(record.versions.all()),
        objections=tuple(publication.objections.all()),
        may_write=policies.may_write(user, record.owner),
    )
