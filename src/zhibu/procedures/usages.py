"""The matters that a record serves: steps that it did."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhibu.procedures.selectors import steps_shown
from zhibu.records.models import Record
from zhibu.records.selectors import Usage


def usages(record: Record) -> list[Usage]:
    """One for each step that stands."""
    return [
        Usage(
            _("事项《%(matter)s》：%(step)s") % {"matter": one.subject, "step": one.title},
            one.row.matter.get_absolute_url(),
        )
        for one in steps_shown(record.pk)
        if one.row.state == one.row.State.STANDING
    ]
