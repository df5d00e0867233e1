from django.urls import path

from zhibu.ballots import views

app_name = "ballots"

urlpatterns = [
    path("", views.ballot_start, name="start"),
    path("mine/", views.ballot_mine, name="mine"),
    path("unit/<int:unit_pk>/", views.ballot_list, name="list"),
    path("unit/<int:unit_pk>/new/", views.ballot_new, name="new"),
    path("unit/<int:unit_pk>/create/", views.ballot_create, name="create"),
    path("<int:pk>/", views.ballot_detail, name="detail"),
    path("<int:pk>/open/", views.ballot_open, name="open"),
    path("<int:pk>/close/", views.ballot_close, name="close"),
    path("<int:pk>/publish/", views.ballot_publish, name="publish"),
    path("<int:pk>/void/", views.ballot_void, name="void"),
    path("<int:pk>/vote/", views.ballot_vote, name="vote"),
    path("<int:pk>/cast/", views.ballot_cast, name="cast"),
    path("<int:pk>/voted/", views.ballot_voted, name="voted"),
    path("<int:pk>/count/", views.ballot_count, name="count"),
    path("<int:pk>/counted/", views.ballot_counted, name="counted"),
    path("<int:pk>/slip/", views.ballot_slip, name="slip"),
]
