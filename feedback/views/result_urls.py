"""Addresses of results, single answers and texts."""

from django.urls import path

from feedback.views import results as views

urlpatterns: list = [
    path("<slug:code>/results/", views.survey_results, name="results"),
    path("<slug:code>/results/answers/", views.response_list, name="response_list"),
    path("<slug:code>/results/texts/", views.text_list, name="text_list"),
    path("<slug:code>/results/texts/<uuid:pk>/", views.text_look, name="text_look"),
    path("<slug:code>/results/answers.<slug:form>", views.answer_export, name="answer_export"),
]
