"""Addresses of sending: open links, rules, invitations."""

from django.urls import path

from feedback.views import invitations, open_links, recipients

urlpatterns: list = [
    path("<slug:code>/links/add/", open_links.open_link_add, name="open_link_add"),
    path("<slug:code>/links/<slug:key>/", open_links.open_link_sheet, name="open_link_sheet"),
    path("<slug:code>/links/<slug:key>/edit/", open_links.open_link_edit, name="open_link_edit"),
    path("<slug:code>/links/<slug:key>/close/", open_links.open_link_close, name="open_link_close"),
    path("<slug:code>/sending/", invitations.invitation_rules, name="invitation_rules"),
    path("<slug:code>/sending/add/", invitations.rule_edit, name="rule_add"),
    path("<slug:code>/sending/<int:pk>/", invitations.rule_edit, name="rule_edit"),
    path("<slug:code>/sending/<int:pk>/stop/", invitations.rule_stop, name="rule_stop"),
    path("<slug:code>/sending/list/", recipients.recipient_list_new, name="recipient_list_new"),
    path("<slug:code>/sending/list/<uuid:public_id>/", recipients.recipient_list, name="recipient_list"),
    path(
        "<slug:code>/sending/list/<uuid:public_id>/discard/",
        recipients.recipient_list_discard,
        name="recipient_list_discard",
    ),
    path("<slug:code>/invitations/", invitations.invitation_list, name="invitation_list"),
    path("<slug:code>/invitations/<int:pk>/cancel/", invitations.invitation_cancel, name="invitation_cancel"),
]
