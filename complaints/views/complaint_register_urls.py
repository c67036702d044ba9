"""Addresses of the register of complaints."""

from django.urls import path

from complaints.views import complaint_register

urlpatterns = [
    path("", complaint_register.complaint_register, name="complaint_register"),
    path("export/", complaint_register.complaint_export, name="complaint_export"),
]
