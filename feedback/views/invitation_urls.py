"""Addresses of sending: open links, rules, invitations."""

from django.urls import path

from feedback.views import open_links

urlpatterns: list = [
    path("<slug:code>/links/add/", open_links.open_link_add, name="open_link_add"),
    path("<slug:code>/links/<slug:key>/", open_links.open_link_sheet, name="open_link_sheet"),
    path("<slug:code>/links/<slug:key>/close/", open_links.open_link_close, name="open_link_close"),
]
