"""Addresses of the dashboard."""

from django.urls import path

from quality.views import dashboard

app_name = "quality"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
]
