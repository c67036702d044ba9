"""Addresses of kinds of cases and their terms."""

from django.urls import path

from complaints.views import rules

urlpatterns = [
    path("", rules.kind_list, name="kind_list"),
    path("add/", rules.kind_add, name="kind_add"),
    path("<slug:code>/", rules.kind_detail, name="kind_detail"),
    path("<slug:code>/edit/", rules.kind_edit, name="kind_edit"),
    path("<slug:code>/close/", rules.kind_close, name="kind_close"),
    path("<slug:code>/delete/", rules.kind_delete, name="kind_delete"),
    path("<slug:code>/terms/add/", rules.term_add, name="term_add"),
    path("terms/<int:pk>/edit/", rules.term_edit, name="term_edit"),
    path("terms/<int:pk>/end/", rules.term_end, name="term_end"),
    path("terms/<int:pk>/delete/", rules.term_delete, name="term_delete"),
]
