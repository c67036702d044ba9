"""Addresses of surveys, answers, results and follow-ups."""

from django.urls import include, path

app_name = "feedback"

urlpatterns = [
    path("surveys/", include("feedback.views.survey_import_urls")),
    path("surveys/", include("feedback.views.result_urls")),
    path("surveys/", include("feedback.views.invitation_urls")),
    path("surveys/", include("feedback.views.survey_urls")),
    path("answer/", include("feedback.views.answer_urls")),
    path("follow-ups/", include("feedback.views.follow_up_urls")),
]
