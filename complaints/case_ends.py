"""When a case was open, when it ended, whether it was late and whether its reply was in time: one definition of each, for one
case and for querysets alike. List, dashboard, flow, indicators, report and the nightly check all ask here.

Ended: a case ends when it leaves the house's hands, which is when it is answered, forwarded whole or closed, whichever comes first
after it was last taken up. The day stands in `Case.ended_on`, never before the day of registration. A case that was reopened
has no end, so it counts as open all the time from its registration.
Late at the end of a day: open then, and the last day of a term that was running then had passed, whichever term it was.
Reply in time: every reply clock that was met was met by its last day. A case answered without one is not judged: it belongs
neither to the replies in time nor to the late ones, and not to those that a share is counted of.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.db.models import Case as If
from django.db.models import Exists, F, Func, IntegerField, JSONField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from complaints.models import OPEN, Case, Clock, DeadlineRule

JUDGED = Q(answered_on__isnull=False, was_on_time__isnull=False)
IN_TIME = Q(answered_on__isnull=False, was_on_time=True)
LATE = Q(answered_on__isnull=False, was_on_time=False)
TIMELINESS = {
    "yes": IN_TIME,
    "no": LATE,
    "judged": JUDGED,
    "none": Q(answered_on__isnull=False, was_on_time__isnull=True),
}

# The same of a row of `complaints_case`, for statements written as text.
JUDGED_SQL = "(answered_on IS NOT NULL AND was_on_time IS NOT NULL)"
IN_TIME_SQL = "(answered_on IS NOT NULL AND coalesce(was_on_time, false))"


def end(case: Case, *, on: date) -> str:
    """Note on which day an open case left the house's hands; one that had ended keeps its day. Returns the field to save."""
    if case.ended_on is None:
        case.ended_on = max(on, case.registered_on)
    return "ended_on"


def take_up(case: Case) -> str:
    """The case is open again. Returns the field to save."""
    case.ended_on = None
    return "ended_on"


def was_in_time(met: Iterable[tuple[date | None, date]]) -> bool | None:
    """Of (met on, last day) of the reply clocks; None where no reply was owed by a day."""
    in_time = [met_on <= due_on for met_on, due_on in met if met_on is not None]
    return all(in_time) if in_time else None


def deciding_clock() -> QuerySet:
    """Of the outer case the reply clock that decides how it is judged: the latest past its last day, else the one met with the least
    to spare."""
    spare = Func(F("due_on"), F("met_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
    clocks = Clock.objects.filter(case=OuterRef("pk"), purpose=DeadlineRule.Purpose.REPLY)
    return clocks.order_by(spare.asc(nulls_last=True), "due_on", "pk")


def with_ended_term(cases: QuerySet) -> QuerySet:
    """Each with `ended_term`: of a case without a running term the deciding clock, as its last day and the day it was met. Costs
    nothing until it is read."""
    return cases.annotate(ended_term=_ended_term())


@cache
def _ended_term() -> If:
    """Made once: it takes as long to put together as to answer for a page of cases."""
    told = Subquery(deciding_clock().values(told=JSONObject(due="due_on", met="met_on"))[:1])
    return If(When(due_on__isnull=True, then=told), default=None, output_field=JSONField())


def with_deadline(cases: QuerySet) -> QuerySet:
    """Each with `deadline`: the last day that runs, or of an ended case the one by which it was judged."""
    return cases.annotate(deadline=Coalesce("due_on", Subquery(deciding_clock().values("due_on")[:1])))


def open_since(cases: QuerySet, day: date) -> QuerySet:
    """Open now or still at the end of that day, whenever registered: those that were open then, and those that came later."""
    # By status, not by the empty day: the indexes of open cases are found by it, and a constraint holds both equal.
    return cases.filter(Q(status__in=OPEN) | Q(ended_on__gt=day))


def open_at_end_of(cases: QuerySet, day: date) -> QuerySet:
    """Registered by that day and not ended by its end."""
    return open_since(cases, day).filter(registered_on__lte=day)


def terms_running_at_end_of(day: date, *, case: str = "pk") -> QuerySet:
    """Clocks of the outer case that ran at the end of that day. An extended one counts by the later day."""
    return (
        Clock.objects.filter(case=OuterRef(case), triggered_on__lte=day)
        .annotate(until=Coalesce("met_on", "ended_on"))
        .filter(Q(until__isnull=True) | Q(until__gt=day))
        .order_by()
    )


def is_late_at_end_of(day: date) -> Exists:
    """Whether an open case was past a last day then. Asked of today it is what the list calls late."""
    return Exists(terms_running_at_end_of(day).filter(due_on__lt=day))
