from django.urls import path

from zhibu.documents.views import documents as views
from zhibu.documents.views import publications as public

app_name = "documents"

urlpatterns = [
    path("", views.document_start, name="start"),
    path("unit/<int:unit_pk>/", views.document_list, name="list"),
    path("unit/<int:unit_pk>/new/", views.document_new, name="new"),
    path("unit/<int:unit_pk>/write/", views.document_write, name="write"),
    path("<int:pk>/", views.document_detail, name="detail"),
    path("<int:pk>/edit/", views.document_edit, name="edit"),
    path("<int:pk>/correct/", views.document_correct, name="correct"),
    path("<int:pk>/adopt/", views.document_adopt, name="adopt"),
    path("<int:pk>/void/", views.document_void, name="void"),
    path("publication/", public.publication_start, name="publication_start"),
    path("publication/unit/<int:unit_pk>/", public.publication_list, name="publications"),
    path("publication/unit/<int:unit_pk>/new/", public.publication_new, name="publication_new"),
    path(
        "publication/unit/<int:unit_pk>/publish/",
        public.publication_publish,
        name="publication_publish",
    ),
    path("publication/<int:pk>/", public.publication_detail, name="publication"),
    path("publication/<int:pk>/edit/", public.publication_edit, name="publication_edit"),
    path("publication/<int:pk>/correct/", public.publication_correct, name="publication_correct"),
    path(
        "publication/<int:pk>/withdraw/", public.publication_withdraw, name="publication_withdraw"
    ),
    path("publication/<int:pk>/objection/", public.objection_enter, name="objection_enter"),
    path(
        "publication/<int:pk>/objection/<int:number>/answer/",
        public.objection_answer,
        name="objection_answer",
    ),
]
