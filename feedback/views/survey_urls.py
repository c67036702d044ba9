"""Addresses of making surveys."""

from django.urls import path

from feedback.views import survey_files
from feedback.views import surveys as views

urlpatterns: list = [
    path("", views.survey_list, name="survey_list"),
    path("new/", views.survey_new, name="survey_new"),
    path("import/form/", survey_files.form_import, name="form_import"),
    path("<slug:code>/", views.survey_detail, name="survey_detail"),
    path("<slug:code>/settings/", views.survey_settings, name="survey_settings"),
    path("<slug:code>/texts/", views.survey_texts, name="survey_texts"),
    path("<slug:code>/versions/", views.survey_versions, name="survey_versions"),
    path("<slug:code>/publish/", views.survey_publish, name="survey_publish"),
    path("<slug:code>/close/", views.survey_close, name="survey_close"),
    path("<slug:code>/reopen/", views.survey_reopen, name="survey_reopen"),
    path("<slug:code>/copy/", views.survey_copy, name="survey_copy"),
    path("<slug:code>/form.json", survey_files.form_export, name="form_export"),
    path("<slug:code>/add-section/", views.section_edit, name="section_add"),
    path("<slug:code>/sections/<slug:part>/", views.section_edit, name="section_edit"),
    path("<slug:code>/add-question/", views.question_edit, name="question_add"),
    path("<slug:code>/questions/<slug:part>/", views.question_edit, name="question_edit"),
    path("<slug:code>/parts/<slug:part>/copy/", views.part_copy, name="part_copy"),
    path("<slug:code>/parts/<slug:part>/remove/", views.part_remove, name="part_remove"),
    path("<slug:code>/parts/<slug:part>/<slug:way>/", views.part_move, name="part_move"),
]
