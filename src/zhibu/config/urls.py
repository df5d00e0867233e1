"""Each app's addresses under its own prefix."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from zhibu.shared import views

PREFIXES = {
    "accounts": "account/",
    "audit": "audit/",
    "jobs": "jobs/",
    "files": "files/",
    "packs": "packs/",
    "organization": "units/",
    "membership": "members/",
    "records": "records/",
    "documents": "documents/",
    "procedures": "matters/",
    "ballots": "ballots/",
    "meetings": "meetings/",
    "standards": "standards/",
    "portal": "open/",
    "home": "",
}

urlpatterns = [path("healthz", views.healthz, name="healthz")]
urlpatterns += [
    path(prefix, include(f"zhibu.{app}.urls"))
    for app, prefix in PREFIXES.items()
    # An app without pages has no urls module.
    if find_spec(f"zhibu.{app}.urls")
]

handler400 = "zhibu.shared.views.bad_request"
handler403 = "zhibu.shared.views.permission_denied"
handler404 = "zhibu.shared.views.page_not_found"
handler500 = "zhibu.shared.views.server_error"
