from django.urls import path

from zhibu.standards import views

app_name = "standards"

urlpatterns = [
    path("", views.start, name="start"),
    path("unit/<int:unit_pk>/", views.unit, name="unit"),
    path("unit/<int:unit_pk>/<slug:standard>/<slug:clause>/", views.finding, name="finding"),
    path("unit/<int:unit_pk>/<slug:standard>/<slug:clause>/exempt/", views.exempt, name="exempt"),
    path("heatmap/<int:unit_pk>/", views.heatmap, name="heatmap"),
    path("runs/<int:unit_pk>/", views.runs, name="runs"),
    path("runs/<int:unit_pk>/make/", views.run_make, name="run_make"),
    path("run/<int:pk>/", views.run, name="run"),
    path("run/<int:pk>/publish/", views.run_publish, name="run_publish"),
    path("run/<int:pk>/<int:unit_pk>/", views.run_unit, name="run_unit"),
]
