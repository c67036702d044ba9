from django.urls import path

from complaints.views import exports

urlpatterns = [
    path("cases/", exports.case_export, name="case_export"),
    path("contacts/", exports.contact_export, name="contact_export"),
    path("parties/", exports.party_export, name="party_export"),
]
