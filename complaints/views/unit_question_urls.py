"""Addresses of questions to a unit. They bear no number of a case: whom they are for need not see it."""

from django.urls import path

from complaints.views import unit_questions

urlpatterns = [
    path("", unit_questions.unit_question_list, name="unit_question_list"),
    path("<int:pk>/", unit_questions.unit_question, name="unit_question"),
]
