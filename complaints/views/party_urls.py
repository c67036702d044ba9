"""Addresses of parties."""

from django.urls import path

from complaints.views import parties

urlpatterns = [
    path("", parties.party_list, name="party_list"),
    path("new/", parties.party_add, name="party_add"),
    path("<int:pk>/", parties.party_detail, name="party_detail"),
    path("<int:pk>/edit/", parties.party_edit, name="party_edit"),
]
