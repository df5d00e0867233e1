"""The official member sheet as an import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.jobs.importers import Importer, PreviewRow, Reading, Table
from zhibu.membership import policies, services, sheet
from zhibu.membership.matching import Matching
from zhibu.membership.writing import mend_sheet, template_sheet
from zhibu.organization.models import Unit
from zhibu.shared import clock


class MembersImporter(Importer):
    kind = "members"
    title = _("党员基本信息汇总表")
    columns = sheet.COLUMNS
    hint = _(
        "官方的《党员基本信息汇总表》原样上传即可（.xlsx 或 .xls），不用改表头，也不用删说明行。"
    )

    def may_import(self, user: Any) -> bool:
        return policies.may_import(user)

    def read(self, reading: Reading) -> Iterator[PreviewRow]:
        return Matching(reading).rows()

    def commit(self, reading: Reading, rows: Sequence[PreviewRow]) -> dict[str, int]:
        return services.members_commit(
            plans=[row.payload for row in rows],
            day=reading.day,
            since=str(reading.options.get("since", "")),
            progress=reading.progress,
        )

    def option_choices(self, user: Any) -> Sequence[tuple[str, str]]:
        managed = policies.managed_unit_ids(user, clock.today())
        units = Unit.objects.visible_to(user).alive_on(clock.today()).exclude(kind=Unit.Kind.GROUP)
        return [(unit.code, unit.name) for unit in units if managed is None or unit.pk in managed]

    def option_fields(self) -> dict[str, Any]:
        since = forms.DateField(
            label=_("新党员的组织关系不早于"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("可以不填：按入党日期和支部成立日期中较晚的一天起算。"),
        )  # fmt: skip
        return {"since": since}

    def template(self) -> tuple[str, bytes]:
        return "党员基本信息汇总表（空表）.xlsx", template_sheet()

    def mend(self, table: Table, bad: Mapping[int, str]) -> bytes | None:
        return mend_sheet(table, bad)


IMPORTERS = (MembersImporter(),)
