from django.urls import path

from zhibu.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.index, name="index"),
    path("n/<str:token>/", views.notice, name="notice"),
    path("n/<str:token>/poster.pdf", views.poster_pdf, name="poster"),
    path("n/<str:token>/objection/", views.objection, name="objection"),
    path("n/<str:token>/objection/send/", views.objection_send, name="objection_send"),
    path("n/<str:token>/sent/<int:number>/", views.sent, name="sent"),
    path("<str:code>/", views.unit, name="unit"),
]
