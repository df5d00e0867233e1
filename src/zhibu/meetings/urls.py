"""Addresses of the sittings."""

from __future__ import annotations

from django.urls import path

from zhibu.meetings import views

app_name = "meetings"

urlpatterns = [
    path("", views.index, name="index"),
    path("units/<int:unit_pk>/", views.sitting_list, name="list"),
    path("units/<int:unit_pk>/new/", views.sitting_new, name="new"),
    path("units/<int:unit_pk>/ledger/", views.ledger, name="ledger"),
    path("<int:pk>/", views.sitting_detail, name="detail"),
    path("<int:pk>/correct/", views.sitting_correct, name="correct"),
    path("<int:pk>/void/", views.sitting_void, name="void"),
    path("<int:pk>/attach/", views.sitting_attach, name="attach"),
    path("<int:pk>/files/<int:file_pk>/", views.sitting_attachment, name="attachment"),
    path("<int:pk>/files/<int:file_pk>/remove/", views.sitting_detach, name="detach"),
    path("<int:pk>/versions/<int:version>/", views.sitting_version, name="version"),
]
