"""The menu entry."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhibu.jobs.importers import importers
from zhibu.shared.nav import Item, register


def _may_import(request: HttpRequest) -> bool:
    return request.user.is_authenticated and any(
        one.may_import(request.user) for one in importers().values()
    )


register(
    Item(
        label=_("导入"),
        url_name="jobs:import_list",
        icon="file-import",
        order=60,
        phone=False,
        show=_may_import,
    )
)
