"""Back-tests of a scope, and the drafts that may be tried."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.packs.models import PackVersion
from zhibu.packs.selectors import pack_content
from zhibu.shared import excel
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import BackTest


def scope_size(scope: Unit, day: date) -> int:
    return len(unit_descendant_ids(scope, day))


def backtests_of(scope: Unit, viewer: Any) -> list[BackTest]:
    """The newest first, without their results, which are large."""
    rows = BackTest.objects.visible_to(viewer).filter(scope=scope).defer("result")
    return list(
        rows.select_related("draft", "by").defer("result", "draft__content", "draft__compiled")
    )


def drafts_offered(viewer: Any) -> list[tuple[str, str]]:
    """(draft/standard, title) of every standard that a draft itself brings or changes."""
    drafts = PackVersion.objects.visible_to(viewer).drafts().order_by("-pk")
    found = []
    for draft in drafts:
        version = Version(draft.pk, draft.key, draft.version, draft.digest)
        for key in pack_content(draft).standards:
            standard = compiled_load(version, key).standard
            if standard.subject.kind == "unit":
                found.append((f"{draft.pk}/{key}", f"{draft}：{standard.title}"))
    return found


def backtest_workbook(made: BackTest) -> list[excel.Sheet]:
    """The tables of a finished back-test as sheets."""
    note = f"{made.draft}　{made.scope}　{made.as_of}"
    return [
        excel.Sheet(
            table["title"],
            [excel.Column(heading, 16, "number") for heading in table["headings"]],
            table["rows"],
            note=note,
        )
        for table in (made.result or {}).get("tables", ())
    ]
