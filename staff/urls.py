"""Addresses of workload, staffing and telephone."""

from django.urls import path

from staff.views import staffing, workload

app_name = "staff"

urlpatterns = [
    path("workload/", workload.my_workload, name="my_workload"),
    path("workload/<int:pk>/take-back/", workload.time_take_back, name="time_take_back"),
    path("team/workload/", workload.team_workload, name="team_workload"),
    path("team/workload/share/", workload.work_share, name="work_share"),
    path("team/weights/", workload.weight_list, name="weight_list"),
    path("team/weights/adopt/", workload.weight_adopt, name="weight_adopt"),
    path("staffing/", staffing.staffing_day, name="staffing"),
    path("staffing/what-if/", staffing.what_if, name="what_if"),
    path("staffing/shifts/", staffing.shift_week, name="shift_week"),
    path("staffing/shifts/<int:pk>/remove/", staffing.shift_remove, name="shift_remove"),
    path("staffing/forecasts/", staffing.forecast_list, name="forecast_list"),
    path("staffing/forecasts/make/", staffing.forecast_make, name="forecast_make"),
    path("staffing/events/", staffing.load_event_list, name="load_event_list"),
    path("staffing/events/<int:pk>/", staffing.load_event_list, name="load_event_edit"),
    path("staffing/calls/", staffing.call_list, name="call_list"),
]
