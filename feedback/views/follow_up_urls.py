"""Addresses of follow-ups."""

from django.urls import path

from feedback.views import follow_ups as views

urlpatterns: list = [
    path("", views.follow_up_list, name="follow_up_list"),
    path("<int:pk>/", views.follow_up_detail, name="follow_up_detail"),
    path("<int:pk>/give/", views.follow_up_give, name="follow_up_give"),
    path("<int:pk>/person/", views.follow_up_identity, name="follow_up_identity"),
]
