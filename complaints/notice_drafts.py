"""First words of the notices owed to a person, in the language of the case. The specialist changes them freely."""

from datetime import date

from django.utils.translation import gettext as _

from bureau.templatetags.formats import day
from complaints.models import Case


def extension_notice(case: Case, until: date | None) -> str:
    return _(
        "Hello!\n\nYou turned to us on %(received)s (our number %(number)s). We need more time to answer. The reason: …\n\n"
        "We will answer by %(until)s at the latest."
    ) % {"received": day(case.received_at), "number": case.number, "until": day(until)}


def forwarding_notice(case: Case) -> str:
    return _(
        "Hello!\n\nYou turned to us on %(received)s (our number %(number)s). This matter is not ours to answer, so we have "
        "forwarded it to the body whose matter it is: …\n\nThat body will answer you."
    ) % {"received": day(case.received_at), "number": case.number}
