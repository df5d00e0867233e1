"""The pages strangers read of a publication, for those who work on it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.documents.models import Publication
from zhibu.records.models import Record
from zhibu.records.selectors import Usage


def usages(record: Record) -> list[Usage]:
    if record.kind != Record.Kind.PUBLICATION:
        return []
    shown = Publication.objects.open_to_all().filter(pk=record.pk).first()
    if shown is None:
        return []
    found = [Usage(_("公开网页"), reverse("portal:notice", args=[shown.token]))]
    if shown.withdrawn_on is None:
        poster = reverse("portal:poster", args=[shown.token])
        found += [
            Usage(_("二维码海报（A4）"), f"{poster}?size=a4"),
            Usage(_("二维码海报（A3）"), f"{poster}?size=a3"),
        ]
    return found
