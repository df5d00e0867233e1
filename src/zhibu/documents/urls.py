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
    path("publication/<int:pk>/", public.publication_detail, name="publication"),
]
