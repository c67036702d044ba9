"""The kernel's own entries in the navigation: below the line, for those who keep the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import outbox_keeping
from bureau.navigation import Entry, register
from bureau.roles import Permission as P
from bureau.settings_cards import Card, register_card

register(Entry("people", pgettext_lazy("navigation", "People"), "bureau:person_list", "team", (P.PEOPLE_EDIT, P.ROLES_GRANT, P.ABSENCE_RECORD, P.SUBSTITUTION_RECORD), 60, key="m", part="house"))  # fmt: skip
register(Entry("jobs", pgettext_lazy("navigation", "Long work"), "bureau:job_list", "jobs", (P.CASE_EXPORT, P.CASE_IMPORT, P.JOBS_VIEW_ALL), 85, part="house"))  # fmt: skip
register(
    Entry(
        "outgoing_mail",
        pgettext_lazy("navigation", "Outgoing mail"),
        "bureau:outgoing_mail_list",
        "send",
        (P.MAIL_KEEP,),
        87,
        part="house",
        counter=outbox_keeping.count_that_need_a_person,
        counter_label=_("not sent or uncertain"),
        tone="bad",
    )
)
register(
    Entry(
        "audit",
        pgettext_lazy("navigation", "Deeds and reading trail"),
        "bureau:audit",
        "history",
        (P.AUDIT_VIEW, P.READING_TRAIL_VIEW),
        90,
        part="house",
    )
)
register(
    Entry(
        "settings",
        pgettext_lazy("navigation", "Settings"),
        "bureau:settings",
        "settings",
        tuple(P),
        95,
        part="house",
        also_under=("/me/", "/accounts/", "/absences/", "/substitutions/", "/rules/", "/structure/", "/calendar/"),
        key="h",
    )
)

for _card in (
    Card(_("My settings"), _("Language, list density, shortcuts, password and second factor."), "bureau:profile", "person", (), 10),
    Card(_("People and roles"), _("Who signs in, who holds which role from when to when."), "bureau:person_list", "team", (P.PEOPLE_EDIT, P.ROLES_GRANT), 20),
    Card(_("Absences"), _("Who is away and when; cases are not given to them meanwhile."), "bureau:absence_list", "absent", (), 30),
    Card(_("Substitutions"), _("Who stands in for whom and has the rights for those days."), "bureau:substitution_list", "refresh", (), 40),
    Card(_("Structure"), _("Units, services, topics, channels, other bodies, bases of restriction."), "bureau:structure", "structure", (P.STRUCTURE_EDIT,), 50),
    Card(_("Working calendar"), _("Holidays, our own closures, extra working days, opening hours."), "bureau:calendar", "calendar", (), 60),
    Card(_("Deeds"), _("Every change: who, when, on whose behalf, from what to what."), "bureau:audit", "history", (P.AUDIT_VIEW,), 80),
    Card(_("Reading trail"), _("Who looked at restricted and personal data."), "bureau:reading_trail", "eye", (P.READING_TRAIL_VIEW,), 90),
):  # fmt: skip
    register_card(_card)
