from django.urls import path

from zhibu.home import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("home/<int:pk>/", views.unit_home, name="unit"),
    path("home/<int:pk>/draft/", views.draft, name="draft"),
    path("me/", views.me, name="me"),
    path("me/full/", views.me_full, name="me_full"),
]
