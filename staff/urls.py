"""Addresses of workload, staffing and telephone."""

from django.urls import path

from staff.views import workload

app_name = "staff"

urlpatterns = [
    path("workload/", workload.my_workload, name="my_workload"),
    path("workload/<int:pk>/take-back/", workload.time_take_back, name="time_take_back"),
    path("team/workload/", workload.team_workload, name="team_workload"),
    path("team/workload/share/", workload.work_share, name="work_share"),
    path("team/weights/", workload.weight_list, name="weight_list"),
    path("team/weights/adopt/", workload.weight_adopt, name="weight_adopt"),
]
