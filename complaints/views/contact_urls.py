"""Addresses of contacts."""

from django.urls import path

from complaints.views import contact_batch, contact_log, contacts, favourite_topics

urlpatterns = [
    path("", contacts.contact_list, name="contact_list"),
    path("log/", contact_log.contact_log, name="contact_log"),
    path("log/who/", contact_log.contact_finder, name="contact_finder"),
    path("log/person/<int:pk>/", contact_log.contact_person, name="contact_person"),
    path("log/hints/", contact_log.contact_hints, name="contact_hints"),
    path("log/deadline/", contact_log.contact_deadline, name="contact_deadline"),
    path("favourites/", favourite_topics.favourite_topics_pin, name="favourite_topics"),
    path("batch/", contact_batch.contact_batch, name="contact_batch"),
    path("<uuid:key>/", contacts.contact_detail, name="contact_detail"),
    path("<uuid:key>/edit/", contacts.contact_edit, name="contact_edit"),
    path("<uuid:key>/case/", contacts.contact_open_case, name="contact_open_case"),
    path("<uuid:key>/undo/", contact_log.contact_undo, name="contact_undo"),
]
