from __future__ import annotations

from django.urls import path

from zhibu.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/<str:kind>/", views.import_new, name="import_new"),
    path("template/<str:kind>/", views.import_template, name="import_template"),
    path("<int:pk>/", views.import_detail, name="import_detail"),
    path("<int:pk>/answer/", views.import_answer, name="import_answer"),
    path("<int:pk>/reread/", views.import_reread, name="import_reread"),
    path("<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("<int:pk>/drop/", views.import_drop, name="import_drop"),
    path("<int:pk>/errors/", views.import_errors, name="import_errors"),
]
