"""Addresses of the dashboard and of indicators."""

from django.urls import path

from quality.views import dashboard, indicators

app_name = "quality"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("indicators/", indicators.indicator_list, name="indicator_list"),
    path("indicators/matrix/", indicators.indicator_matrix, name="indicator_matrix"),
    path("indicators/rows/<int:pk>/", indicators.measurement_rows, name="measurement_rows"),
    path("indicators/signals/<int:pk>/", indicators.signal_comment, name="signal_comment"),
    path("indicators/<slug:code>/", indicators.indicator_detail, name="indicator_detail"),
    path("indicators/<slug:code>/passport/", indicators.passport_propose, name="passport_propose"),
    path("indicators/<slug:code>/passport/agree/", indicators.passport_agree, name="passport_agree"),
    path("indicators/<slug:code>/target/", indicators.target_set, name="target_set"),
    path("indicators/<slug:code>/events/add/", indicators.rebase_add, name="rebase_add"),
    path("indicators/<slug:code>/events/<int:pk>/take-back/", indicators.rebase_take_back, name="rebase_take_back"),
    path("indicators/<slug:code>/restate/", indicators.restatement_ask, name="restatement_ask"),
    path("indicators/<slug:code>/restate/<int:pk>/", indicators.restatement_decide, name="restatement_decide"),
]
