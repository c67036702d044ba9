"""Entries of contacts and cases in the navigation, and the main deed on the top bar."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.navigation import Entry, TopAction, register, register_top_action
from bureau.roles import Permission as P
from bureau.settings_cards import Card, register_card
from complaints.case_list import open_count_of
from complaints.complaint_list import open_complaints_of
from complaints.unit_questions import waiting_count_of

register(Entry("desk", pgettext_lazy("navigation", "Desk"), "complaints:desk", "desk", (P.CASE_HANDLE,), 10, key="d"))
register(
    Entry(
        "cases",
        pgettext_lazy("navigation", "Cases"),
        "complaints:case_list",
        "case",
        (P.CASE_VIEW,),
        20,
        key="p",
        counter=open_count_of,
        counter_label=_("open, mine"),
    )  # fmt: skip
)
register(
    Entry(
        "complaints",
        pgettext_lazy("navigation", "Complaints"),
        "complaints:complaint_list",
        "complaint",
        (P.COMPLAINT_VIEW,),
        25,
        key="e",
        counter=open_complaints_of,
        counter_label=_("open complaints, mine"),
    )
)
register(
    Entry(
        "unit_questions",
        pgettext_lazy("navigation", "Questions to my unit"),
        "complaints:unit_question_list",
        "note",
        (P.UNIT_QUESTION_ANSWER,),
        27,
        key="u",
        counter=waiting_count_of,
        counter_label=_("waiting for an answer"),
    )
)
register(Entry("contacts", pgettext_lazy("navigation", "Contacts"), "complaints:contact_list", "contact", (P.CONTACT_VIEW,), 30, key="k"))  # fmt: skip
register(
    Entry(
        "parties",
        pgettext_lazy("navigation", "Parties"),
        "complaints:party_list",
        "person",
        (P.PARTY_VIEW,),
        35,
        key="i",
    )
)
register(
    Entry(
        "imports",
        pgettext_lazy("navigation", "Imports"),
        "complaints:import_list",
        "upload",
        (P.CASE_IMPORT,),
        50,
        part="house",
    )
)

register_top_action(
    TopAction(pgettext_lazy("navigation", "Log a contact"), "complaints:contact_log", "plus", "c", P.CONTACT_LOG)
)

register_card(Card(_("Topics on the keys 1–9"), _("Which topics the number keys choose when you log a contact."), "complaints:favourite_topics", "keyboard", (P.CONTACT_LOG,), 12))  # fmt: skip
register_card(Card(_("Kinds and terms"), _("What the client's turn is in law, and the dated terms of the replies."), "complaints:kind_list", "clock", (P.CASE_VIEW, P.RULES_EDIT), 55))  # fmt: skip
