"""What an improvement action comes from: a row of a complaint, a survey, a follow-up, a signal, a disruption or a report.

Each kind is found through its own gate: what is not the person's to see is found by nobody else's word either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.models import User
from bureau.roles import Permission as P
from complaints.models import Case
from feedback import follow_ups
from feedback.models import Survey
from quality import passports, report_delivery
from quality.models import Improvement, ReportIssue, Signal
from staff.models import LoadEvent

Source = Improvement.Source


@dataclass(frozen=True)
class Origin:
    """`initial`: what it tells of the action: title, problem, cause, unit, indicator. `known`: the action it became before."""

    source: str
    id: int
    label: str
    url: str
    initial: dict[str, Any] = field(default_factory=dict)
    known: Improvement | None = None


def of_complaint(user: User, **by: Any) -> Origin | None:
    case = Case.objects.visible_to(user).filter(complaint__isnull=False, **by).select_related("complaint").first()
    if case is None:
        return None
    lesson = case.complaint.lesson
    told = {"title": lesson[:200], "problem": lesson, "cause": case.complaint.cause_id, "unit": case.unit_id}
    return Origin(Source.COMPLAINT, case.pk, case.number, case.get_absolute_url(), told)


def of_signal(user: User, **by: Any) -> Origin | None:
    found = Signal.objects.filter(**by).select_related("indicator").first() if user.may(P.INDICATOR_VIEW) else None
    if found is None:
        return None
    passport, url = passports.passport_of(found.indicator), reverse("quality:indicator_detail", args=[found.indicator.code])  # fmt: skip
    told = {"title": passport.name_et, "problem": found.comment, "indicator": found.indicator_id, "should_rise": "no" if found.is_high else "yes"}  # fmt: skip
    return Origin(Source.SIGNAL, found.pk, passport.name, url, told)


def of_survey(user: User, **by: Any) -> Origin | None:
    found = Survey.objects.visible_to(user).filter(**by).first()
    if found is None:
        return None
    return Origin(Source.SURVEY, found.pk, found.title, reverse("feedback:results", args=[found.code]), {"title": found.title[:200]})  # fmt: skip


def of_follow_up(user: User, **by: Any) -> Origin | None:
    found = follow_ups.visible_to(user).filter(**by).first()
    if found is None:
        return None
    label = _("Follow-up %(number)s") % {"number": found.pk}
    told = {"title": label, "cause": found.cause_id, "unit": found.unit_id}
    return Origin(Source.FOLLOW_UP, found.pk, label, reverse("feedback:follow_up_detail", args=[found.pk]), told)


def of_disruption(user: User, **by: Any) -> Origin | None:
    found = LoadEvent.objects.filter(**by).first() if user.may(P.STAFFING_VIEW) else None
    if found is None:
        return None
    return Origin(Source.DISRUPTION, found.pk, found.name_et, reverse("staff:load_event_list"), {"title": found.name_et[:200]})  # fmt: skip


def of_report(user: User, **by: Any) -> Origin | None:
    issue = ReportIssue.objects.filter(**by).select_related("report").first() if user.may(P.REPORT_VIEW) else None
    return Origin(Source.REPORT, issue.pk, str(issue), report_delivery.issue_url(issue)) if issue else None


FOUND: dict[str, Callable[..., Origin | None]] = {
    Source.COMPLAINT: of_complaint, Source.SIGNAL: of_signal, Source.SURVEY: of_survey, Source.FOLLOW_UP: of_follow_up,
    Source.DISRUPTION: of_disruption, Source.REPORT: of_report,
}  # fmt: skip
# By what a page names the row in an address; a report's decision makes its action by itself.
NAMED_BY = {
    Source.COMPLAINT: "number", Source.SURVEY: "code", Source.FOLLOW_UP: "pk", Source.SIGNAL: "pk", Source.DISRUPTION: "pk",
}  # fmt: skip
# What a person can name in writing; signals and disruptions are taken from their pages.
TYPED = (Source.PROPOSAL, Source.COMPLAINT, Source.SURVEY, Source.FOLLOW_UP)


def named(user: User, source: str, of: str) -> Origin | None:
    """By the number or code that people know; with the action that it became, where it becomes one only once."""
    by = NAMED_BY.get(source)
    if by is None or not of or (by == "pk" and not of.isdecimal()):
        return None
    found = FOUND[source](user, **{by: of.upper() if source == Source.COMPLAINT else of})
    if found is None or source not in Improvement.ONCE:
        return found
    known = Improvement.objects.filter(source=source, source_id=found.id).first()
    return Origin(found.source, found.id, found.label, found.url, found.initial, known)


def shown(user: User, improvement: Improvement) -> Origin | None:
    """What an action comes from, only as far as the reader may see it."""
    if improvement.source_id is None or improvement.source not in FOUND:
        return None
    return FOUND[improvement.source](user, pk=improvement.source_id)
