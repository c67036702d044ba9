"""Addresses of what comes in from elsewhere: questionnaires and answers."""

from django.urls import path

from feedback.views import survey_import as views

urlpatterns = [
    path("import/limesurvey/", views.questionnaire_import, name="questionnaire_import"),
    path("import/report/<slug:code>/", views.questionnaire_report, name="questionnaire_report"),
    path("import/answers/<slug:code>/", views.answer_import_new, name="answer_import_new"),
    path("import/<uuid:public_id>/columns/", views.answer_import_columns, name="answer_import_columns"),
    path("import/<uuid:public_id>/values/", views.answer_import_values, name="answer_import_values"),
    path("import/<uuid:public_id>/preview/", views.answer_import_preview, name="answer_import_preview"),
    path("import/<uuid:public_id>/discard/", views.answer_import_discard, name="answer_import_discard"),
    path("import/<uuid:public_id>/undo/", views.answer_import_undo, name="answer_import_undo"),
]
