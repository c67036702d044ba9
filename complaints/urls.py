"""Addresses of contacts, parties, cases, the desk and imports."""

from django.urls import include, path

app_name = "complaints"

urlpatterns = [
    path("", include("complaints.views.desk_urls")),
    path("cases/", include("complaints.views.case_urls")),
    path("complaints/", include("complaints.views.complaint_urls")),
    path("complaint-register/", include("complaints.views.complaint_register_urls")),
    path("unit-questions/", include("complaints.views.unit_question_urls")),
    path("challenges/", include("complaints.views.challenge_urls")),
    path("contacts/", include("complaints.views.contact_urls")),
    path("parties/", include("complaints.views.party_urls")),
    path("exports/", include("complaints.views.export_urls")),
    path("imports/", include("complaints.views.import_urls")),
    path("rules/", include("complaints.views.rule_urls")),
]
