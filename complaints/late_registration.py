"""Whether a case is registered later than AvTS § 16 lets, told in words that ask why.

Late registration shortens the client's time. One rule for a case registered by hand and for one that a contact opens.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.templatetags.formats import day
from bureau.working_calendar import CalendarGap
from complaints.deadlines import latest_registration_on, registered_late_by


def question_why_late(received: datetime, registered: datetime) -> str:
    """What to ask whoever registers; empty when it is in time."""
    received_on, registered_on = timezone.localdate(received), timezone.localdate(registered)
    try:
        calendar = working_calendar()
        if not registered_late_by(received_on, registered_on, calendar):
            return ""
        latest = latest_registration_on(received_on, calendar)
    except CalendarGap:
        return ""
    return _(
        "It came on %(received)s and was to be registered by %(latest)s (AvTS § 16). Check the days; if they are right, say why it is registered late."
    ) % {"received": day(received_on), "latest": day(latest)}
