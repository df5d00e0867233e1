"""A year's ledger of sittings as an import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhibu.jobs.importers import Importer, PreviewRow, Reading
from zhibu.meetings import policies, services, sheet
from zhibu.meetings.ledgermatching import Ledger
from zhibu.meetings.terms import codes_of
from zhibu.packs.selectors import pack_words
from zhibu.shared import clock


class SittingsImporter(Importer):
    kind = "sittings"
    title = _("会议台账")
    columns = sheet.COLUMNS
    hint = _(
        "一行一次会议，一张表可以有多个党支部、一整年。应到按当日名册计算，所以请先导入党员和任职。"
    )

    def may_import(self, user: Any) -> bool:
        return policies.may_import(user)

    def read(self, reading: Reading) -> Iterator[PreviewRow]:
        return Ledger(reading).rows()

    def commit(self, reading: Reading, rows: Sequence[PreviewRow]) -> dict[str, int]:
        return services.sittings_commit(
            plans=[row.payload for row in rows],
            actor=reading.actor,
            progress=reading.progress,
        )

    def template(self) -> tuple[str, bytes]:
        words = pack_words((("national", ""),))
        kinds = list(codes_of(words, "segment_kind").values())
        lists = {
            "kinds": kinds,
            "convener": list(codes_of(words, "convener").values()),
            "form": list(codes_of(words, "activity_form").values()),
        }
        return _t("会议台账（空表）.xlsx"), sheet.template_sheet(lists, [], clock.today())


IMPORTERS = (SittingsImporter(),)
