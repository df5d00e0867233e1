from django.urls import path

from zhibu.procedures.views import lists, matters, steps

app_name = "procedures"

urlpatterns = [
    path("", lists.matter_start, name="start"),
    path("unit/<int:unit_pk>/", lists.matter_list, name="list"),
    path("unit/<int:unit_pk>/overview/", lists.matter_overview, name="overview"),
    path("unit/<int:unit_pk>/new/", matters.matter_new, name="new"),
    path("unit/<int:unit_pk>/open/", matters.matter_open, name="open"),
    path("record/<int:record_pk>/", matters.matter_of_record, name="record"),
    path("<int:pk>/", matters.matter_detail, name="detail"),
    path("<int:pk>/word/", matters.matter_word, name="word"),
    path("<int:pk>/edit/", matters.matter_edit, name="edit"),
    path("<int:pk>/return/", matters.matter_return, name="return"),
    path("<int:pk>/terminate/", matters.matter_terminate, name="terminate"),
    path("<int:pk>/reopen/", matters.matter_reopen, name="reopen"),
    path("<int:pk>/do/<slug:step>/", steps.step_act, name="act"),
    path("<int:pk>/cite/<slug:step>/", steps.step_cite, name="cite"),
    path("<int:pk>/steps/<int:step_pk>/correct/", steps.step_correct, name="step_correct"),
    path("<int:pk>/steps/<int:step_pk>/fill/", steps.step_fill, name="step_fill"),
    path("<int:pk>/steps/<int:step_pk>/void/", steps.step_void, name="step_void"),
    path("<int:pk>/steps/<int:step_pk>/reason/", steps.step_reason, name="step_reason"),
    path("<int:pk>/steps/<int:step_pk>/paper/", steps.step_paper, name="step_paper"),
    path("<int:pk>/files/<int:file_pk>/", steps.matter_paper, name="file"),
]
