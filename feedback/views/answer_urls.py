"""Addresses of the public pages of a survey, and of its preview."""

from django.urls import path

from feedback.views import answering as views
from feedback.views import telephone

urlpatterns: list = [
    path("form/", views.answer_form, name="answer_form"),
    path("thanks/", views.answer_thanks, name="answer_thanks"),
    path("decline/", views.answer_decline, name="answer_decline"),
    path("phone/", telephone.phone_list, name="phone_list"),
    path("phone/<int:pk>/", telephone.phone_answer, name="phone_answer"),
    path("phone/<int:pk>/outcome/", telephone.phone_outcome, name="phone_outcome"),
    path("open/<slug:key>/", views.answer_open, name="answer_open"),
    path("preview/<slug:code>/", views.answer_preview, name="answer_preview"),
    path("no/<str:token>/", views.answer_decline_token, name="answer_decline_token"),
    path("<str:token>/", views.answer_token, name="answer_token"),
]
