"""Whether a case is registered later than AvTS § 16 lets, told in words that ask why.

Late registration shortens the client's time. One rule for a case registered by hand, for one that a contact opens, for the audit event
and for the checks of data.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.templatetags.formats import day
from bureau.working_calendar import CalendarGap
from complaints.deadlines import latest_registration_on, registered_late_by


def late_by_of(received: datetime, registered: datetime) -> int:
    """Working days by which the registration is late; 0 also in years whose calendar is not there."""
    try:
        return registered_late_by(timezone.localdate(received), timezone.localdate(registered), working_calendar())
    except CalendarGap:
        return 0


def question_why_late(received: datetime, registered: datetime) -> str:
    """What to ask whoever registers; empty when it is in time."""
    if not late_by_of(received, registered):
        return ""
    received_on = timezone.localdate(received)
    latest = latest_registration_on(received_on, working_calendar())
    return _(
        "It came on %(received)s and was to be registered by %(latest)s (AvTS § 16). Check the days; if they are right, say why it is registered late."
    ) % {"received": day(received_on), "latest": day(latest)}
