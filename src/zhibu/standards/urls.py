from django.urls import path

from zhibu.standards.views import backtests, exemptions, findings, runs, subjects, units

app_name = "standards"

#: One clause of one unit.
CLAUSE = "unit/<int:unit_pk>/<slug:standard>/<slug:clause>/"

urlpatterns = [
    path("", units.start, name="start"),
    path("unit/<int:unit_pk>/", units.unit, name="unit"),
    path("subjects/<int:unit_pk>/<slug:standard>/", subjects.subjects, name="subjects"),
    path(CLAUSE, findings.finding, name="finding"),
    path(f"{CLAUSE}exempt/", findings.exempt, name="exempt"),
    path(f"{CLAUSE}score/", findings.hand_score, name="hand_score"),
    path("score/<int:pk>/withdraw/", findings.hand_withdraw, name="hand_withdraw"),
    path("heatmap/<int:unit_pk>/", units.heatmap, name="heatmap"),
    path("backtests/<int:unit_pk>/", backtests.backtests, name="backtests"),
    path("backtests/<int:unit_pk>/draft/", backtests.draft_upload, name="draft_upload"),
    path("backtests/<int:unit_pk>/begin/", backtests.backtest_begin, name="backtest_begin"),
    path("backtest/<int:pk>/", backtests.backtest, name="backtest"),
    path("backtest/<int:pk>/publish/", backtests.backtest_publish, name="backtest_publish"),
    path("exemptions/<int:unit_pk>/", exemptions.exemptions, name="exemptions"),
    path("exemptions/<int:unit_pk>/grant/", exemptions.exemption_grant, name="exemption_grant"),
    path("exemption/<int:pk>/end/", exemptions.exemption_end, name="exemption_end"),
    path("runs/<int:unit_pk>/", runs.runs, name="runs"),
    path("runs/<int:unit_pk>/make/", runs.run_make, name="run_make"),
    path("run/<int:pk>/", runs.run, name="run"),
    path("run/<int:pk>/publish/", runs.run_publish, name="run_publish"),
    path("run/<int:pk>/<int:unit_pk>/", runs.run_unit, name="run_unit"),
]
