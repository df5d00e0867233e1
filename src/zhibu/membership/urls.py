from __future__ import annotations

from django.urls import path

from zhibu.membership import views

app_name = "membership"
urlpatterns = [
    path("", views.index, name="index"),
    path("unit/<int:unit_pk>/", views.member_list, name="list"),
    path("unit/<int:unit_pk>/export/", views.export, name="export"),
    path("unit/<int:unit_pk>/new/", views.admit, name="admit"),
    path("unit/<int:unit_pk>/group/", views.group, name="group"),
    path("<int:person_pk>/", views.detail, name="detail"),
    path("<int:person_pk>/edit/", views.edit, name="edit"),
    path("<int:person_pk>/transfer/", views.transfer, name="transfer"),
    path("<int:person_pk>/end/", views.end, name="end"),
    path("<int:person_pk>/full/", views.full, name="full"),
]
