from django.urls import path

from zhibu.home import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("home/<int:pk>/", views.unit_home, name="unit"),
    path("home/<int:pk>/owed/", views.owed, name="owed"),
    path("home/<int:pk>/draft/", views.draft, name="draft"),
    path("me/", views.me, name="me"),
    path("me/owed/", views.my_owed, name="my_owed"),
    path("me/full/", views.me_full, name="me_full"),
]
