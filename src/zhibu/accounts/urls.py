from django.urls import path

from zhibu.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("password", views.password, name="password"),
]
