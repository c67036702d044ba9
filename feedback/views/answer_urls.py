"""Addresses of this part of feedback."""

urlpatterns: list = []
