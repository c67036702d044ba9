"""By which day a case would have to be answered, said while it is still being opened."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.templatetags.formats import day
from bureau.working_calendar import CalendarGap
from bureau.working_calendar import days_left as left_until
from complaints import clocks, deadlines, reference
from complaints.models import DeadlineRule

KEPT_SECONDS = 60


@dataclass(frozen=True)
class ExpectedTerm:
    """A kind with the last day that registering today would give, and the working days until then."""

    kind_id: int
    code: str
    name: str
    is_complaint: bool
    due_on: date | None
    days_left: int | None
    law: str
    is_confirmed: bool = True

    @property
    def words(self) -> str:
        """As a choice of a list: the name, and the day where the law sets one."""
        if self.due_on is None:
            return self.name
        if not self.is_confirmed:
            return _("%(kind)s · due %(day)s (term not confirmed)") % {"kind": self.name, "day": day(self.due_on)}
        return _("%(kind)s · due %(day)s") % {"kind": self.name, "day": day(self.due_on)}


def expected_terms(today: date, received_on: date | None = None) -> dict[int, ExpectedTerm]:
    """Every kind in use, in its order. One statement a minute; the terms themselves are computed."""
    rules = rules_in_force(today)
    calendar = working_calendar()
    terms = {}
    for kind in reference.kinds().values():
        if not kind.in_use(today):
            continue
        rule = rules.get(kind.id)
        due_on = days_left = None
        if rule:
            trigger_on = clocks.trigger_day(rule=rule, received_on=received_on or today, registered_on=today)
            try:
                due_on = deadlines.compute_due(
                    rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=calendar
                ).due_on
                days_left = left_until(due_on, today, calendar)
            except CalendarGap:
                due_on = days_left = None
        terms[kind.id] = ExpectedTerm(
            kind.id,
            kind.code,
            kind.name,
            kind.is_complaint,
            due_on,
            days_left,
            rule.law if rule else "",
            rule is None or rule.is_confirmed,
        )
    return terms


def rules_in_force(today: date) -> dict[int, DeadlineRule]:
    """The rule of the reply of each kind that holds today; a new one is seen after a minute at the latest."""
    key = f"reply-rules:{today.isoformat()}"
    rules = cache.get(key)
    if rules is None:
        held = DeadlineRule.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            purpose=DeadlineRule.Purpose.REPLY,
            valid_from__lte=today,
        )
        rules = {rule.kind_id: rule for rule in held.select_related("kind")}
        cache.set(key, rules, KEPT_SECONDS)
    return rules
