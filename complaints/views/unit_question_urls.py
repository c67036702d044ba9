"""Addresses of questions to a unit. The number of the case stands in each, so that nothing leads to it past its gate."""

from django.urls import path

from complaints.views import unit_questions

urlpatterns = [
    path("", unit_questions.unit_question_list, name="unit_question_list"),
    path("<str:number>/<int:pk>/", unit_questions.unit_question, name="unit_question"),
]
