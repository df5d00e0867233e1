"""A record that something was put to a vote about says so; a ballot says what it is about."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhibu.ballots.models import Ballot
from zhibu.records.models import Record
from zhibu.records.selectors import Usage


def usages(record: Record) -> list[Usage]:
    about = Ballot.objects.filter(about=f"record:{record.pk}").select_related("record")
    standing = about.exclude(state=Ballot.State.VOIDED)
    return [
        Usage(_("测评与表决《%(title)s》") % {"title": one.record.title}, one.get_absolute_url())
        for one in standing.order_by("pk")
    ]
