from django.urls import path

from zhibu.packs import views

app_name = "packs"
urlpatterns = [
    path("", views.pack_list, name="list"),
    path("<int:pk>", views.pack_detail, name="detail"),
    path("<int:pk>/<str:key>", views.standard_detail, name="standard"),
]
