"""Indicators: each a named function that tells which rows a period counts and what each gives to numerator and denominator.

Set-wise: a function returns querysets, nothing is computed row by row before it is asked for. People are never among what a
figure may be broken down by; rows carry their unit only. What an indicator means stands in its passport.
"""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as If
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from complaints import case_ends
from complaints.models import (
    Case,
    Clock,
    ComplaintOutcome,
    ComplaintTarget,
    Contact,
    DeadlineRule,
    Forwarding,
    Status,
)
from feedback import follow_ups
from feedback.models import Anonymity, FollowUp, Invitation, Questionnaire, Response
from feedback.questionnaires import parse
from quality.how import How
from quality.models import Improvement
from staff.models import QueueInterval
from staff.weights import weights

DAYS_TO_COME_AGAIN = 7


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a period, both included."""

    first: date
    last: date

    @property
    def starts(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, datetime.min.time()))

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), datetime.min.time()))

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


@dataclass(frozen=True)
class Rows:
    """Rows of one kind: their key, unit and what each gives (`amount`). No `unit`: they belong to the bureau as a whole."""

    kind: str
    found: QuerySet
    amount: Any = field(default_factory=lambda: Value(1.0))
    unit: str = "unit_id"
    key: str = "pk"

    def values(self) -> QuerySet:
        unit = F(self.unit) if self.unit else Value(None, output_field=FloatField())
        return (
            self.found.order_by(self.key)
            .annotate(gives=Cast(self.amount, FloatField()))
            .values_list(self.key, unit, "gives")
        )


@dataclass(frozen=True)
class Counted:
    """What a period counts. `both`: each row gives its amount to the numerator and one to the denominator."""

    how: How
    both: tuple[Rows, ...] = ()
    numerator: tuple[Rows, ...] = ()
    denominator: tuple[Rows, ...] = ()


@dataclass(frozen=True)
class Indicator:
    code: str
    function: Callable[[Span], Counted]

    @cached_property
    def query_hash(self) -> str:
        """Of the computation's text, with that of all it calls here: when it changes, the passport wants a new version."""
        return hashlib.sha256("".join(texts_of(self.function)).encode()).hexdigest()


def texts_of(function: Callable[..., Any]) -> list[str]:
    """Source of the function and of every function of this module, or of `case_ends`, that it leads to, by name."""
    found: dict[str, str] = {}
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        found[one.__name__] = inspect.getsource(one)
        codes = [one.__code__, *(const for const in one.__code__.co_consts if inspect.iscode(const))]
        named = {name for code in codes for name in code.co_names}
        waiting += [
            called
            for name in sorted(named)
            if inspect.isfunction(called := globals().get(name) or getattr(case_ends, name, None))
            and called.__module__ in (__name__, case_ends.__name__)
        ]
    return [found[name] for name in sorted(found)]


INDICATORS: dict[str, Indicator] = {}


def indicator(function: Callable[[Span], Counted]) -> Callable[[Span], Counted]:
    """The function's name is the indicator's code."""
    INDICATORS[function.__name__] = Indicator(function.__name__, function)
    return function


def truth(condition: Any) -> Any:
    """1 where it holds, else 0."""
    return If(When(condition, then=Value(1.0)), default=Value(0.0), output_field=FloatField())


def shares(rows: Rows) -> Counted:
    return Counted(How.SHARE, both=(rows,))


# --- Cases ------------------------------------------------------------------------------------------------------------
def answered(span: Span, *, kinds: tuple[str, ...] = ()) -> QuerySet:
    found = Case.objects.kept().filter(answered_on__range=span.days)
    return found.filter(kind__code__in=kinds) if kinds else found


def on_time(span: Span, *kinds: str) -> Counted:
    return shares(Rows("case", answered(span, kinds=kinds).filter(case_ends.JUDGED), truth(case_ends.IN_TIME)))


@indicator
def answered_on_time(span: Span) -> Counted:
    return on_time(span)


@indicator
def explanations_on_time(span: Span) -> Counted:
    return on_time(span, "explanation")


@indicator
def information_on_time(span: Span) -> Counted:
    return on_time(span, "information_request", "environmental_information")


@indicator
def challenges_on_time(span: Span) -> Counted:
    return on_time(span, "challenge")


@indicator
def days_to_answer(span: Span) -> Counted:
    return Counted(How.MEDIAN, both=(Rows("case", answered(span), days_between("registered_on", "answered_on")),))


@indicator
def days_to_answer_p85(span: Span) -> Counted:
    return Counted(How.P85, both=(Rows("case", answered(span), days_between("registered_on", "answered_on")),))


def days_between(first: str, last: str) -> Any:
    """Whole days from one day to the other: PostgreSQL's difference of dates is a number."""
    return Func(F(last), F(first), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


@indicator
def cases_registered(span: Span) -> Counted:
    return Counted(How.COUNT, numerator=(Rows("case", Case.objects.kept().filter(registered_on__range=span.days)),))


@indicator
def extended_share(span: Span) -> Counted:
    return shares(Rows("case", answered(span), truth(Q(is_extended=True))))


@indicator
def reopened_share(span: Span) -> Counted:
    closed = Case.objects.kept().filter(status=Status.CLOSED, closed_on__range=span.days)
    return shares(Rows("case", closed, truth(Q(reopened_count__gt=0))))


@indicator
def forwarded_in_time(span: Span) -> Counted:
    """Sent on to the right body within five working days of registration (MSVS § 5)."""
    whole = Forwarding.objects.filter(forwarded_at__gte=span.starts, forwarded_at__lt=span.ends, is_whole=True)
    terms = Clock.objects.filter(case=OuterRef("case_id"), purpose=DeadlineRule.Purpose.FORWARD).order_by("due_on")
    found = whole.annotate(
        last_day=Subquery(terms.values("due_on")[:1]), sent_on=TruncDate("forwarded_at")
    ).filter(last_day__isnull=False)  # fmt: skip
    # Opened as the case that was sent on.
    return shares(Rows("case", found, truth(Q(sent_on__lte=F("last_day"))), unit="case__unit_id", key="case_id"))


def open_at_end(span: Span) -> QuerySet:
    """Registered by the last day and not ended by it. A reopened case counts as open all the time."""
    return case_ends.open_at_end_of(Case.objects.kept(), span.last)


@indicator
def open_cases(span: Span) -> Counted:
    return Counted(How.COUNT, numerator=(Rows("case", open_at_end(span)),))


@indicator
def late_open(span: Span) -> Counted:
    """Past the last day of a term that ran then, as the list of cases says it; what was answered since was late all the same."""
    return shares(Rows("case", open_at_end(span), truth(case_ends.is_late_at_end_of(span.last))))


@indicator
def unassigned_share(span: Span) -> Counted:
    return shares(Rows("case", open_at_end(span), truth(Q(assignee__isnull=True))))


@indicator
def open_work_hours(span: Span) -> Counted:
    of = weights(span.last)
    hours = If(
        *[When(kind_id=kind_id, then=Value(float(weight.minutes) / 60)) for kind_id, weight in of.items()],
        default=Value(0.5), output_field=FloatField(),
    )  # fmt: skip
    return Counted(How.COUNT, numerator=(Rows("case", open_at_end(span), hours),))


# --- Contacts ---------------------------------------------------------------------------------------------------------
def incoming(span: Span) -> QuerySet:
    return Contact.objects.kept().filter(on__range=span.days, direction=Contact.Direction.IN)


@indicator
def contacts(span: Span) -> Counted:
    return Counted(How.COUNT, numerator=(Rows("contact", incoming(span)),))


@indicator
def contacts_per_working_day(span: Span) -> Counted:
    return Counted(How.PER_DAY, numerator=(Rows("contact", incoming(span)),))


@indicator
def first_contact_resolution(span: Span) -> Counted:
    again = Contact.objects.kept().filter(
        party_id=OuterRef("party_id"), topic_id=OuterRef("topic_id"), at__gt=OuterRef("at"),
        at__lte=OuterRef("at") + timedelta(days=DAYS_TO_COME_AGAIN), direction=Contact.Direction.IN,
    )  # fmt: skip
    # Who stays anonymous cannot be known again; an answered call of theirs counts as resolved.
    at_once = Q(outcome=Contact.Outcome.ANSWERED, case__isnull=True) & (Q(party__isnull=True) | Q(comes_again=False))
    # Without a topic nobody can tell whether it was the same matter.
    found = (
        incoming(span)
        .filter(topic__isnull=False)
        .annotate(comes_again=ExpressionWrapper(Exists(again), output_field=BooleanField()))
    )
    return shares(Rows("contact", found, truth(at_once)))


@indicator
def wrong_body_share(span: Span) -> Counted:
    return shares(Rows("contact", incoming(span), truth(Q(outcome=Contact.Outcome.WRONG_BODY))))


# --- Calls ------------------------------------------------------------------------------------------------------------
def half_hours(span: Span, *told: str) -> QuerySet:
    """Half hours of which the exchange told all these figures."""
    return QueueInterval.objects.filter(day__range=span.days, **{f"{name}__isnull": False for name in told})


def of_calls(span: Span, numerator: str, denominator: str, how: How) -> Counted:
    found = half_hours(span, numerator, denominator)
    return Counted(
        how, numerator=(Rows("queue_interval", found, F(numerator), unit=""),),
        denominator=(Rows("queue_interval", found, F(denominator), unit=""),),
    )  # fmt: skip


@indicator
def calls_in_time(span: Span) -> Counted:
    return of_calls(span, "within_threshold", "offered", How.RATIO_SHARE)


@indicator
def calls_abandoned(span: Span) -> Counted:
    return of_calls(span, "abandoned", "offered", How.RATIO_SHARE)


@indicator
def calls_wait(span: Span) -> Counted:
    return of_calls(span, "wait_seconds", "offered", How.RATIO)


@indicator
def calls_handling(span: Span) -> Counted:
    found = half_hours(span, "talk_seconds", "answered")
    seconds = F("talk_seconds") + Coalesce("hold_seconds", 0) + Coalesce("after_call_seconds", 0)
    return Counted(
        How.RATIO, numerator=(Rows("queue_interval", found, seconds, unit=""),),
        denominator=(Rows("queue_interval", found, F("answered"), unit=""),),
    )  # fmt: skip


@indicator
def calls_offered(span: Span) -> Counted:
    return Counted(How.COUNT, numerator=(Rows("queue_interval", half_hours(span), F("offered"), unit=""),))


# --- Complaints -------------------------------------------------------------------------------------------------------
@indicator
def complaints_per_thousand(span: Span) -> Counted:
    complaints = Case.objects.kept().filter(registered_on__range=span.days, kind__is_complaint=True)
    return Counted(How.RATE, numerator=(Rows("case", complaints),), denominator=(Rows("contact", incoming(span)),))


@indicator
def complaints_upheld(span: Span) -> Counted:
    decided = Case.objects.kept().filter(complaint__decided_on__range=span.days)
    upheld = Q(complaint__outcome__in=[ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD])
    return shares(Rows("case", decided, truth(upheld)))


def targets(span: Span, purpose: str) -> Counted:
    due = ComplaintTarget.objects.filter(purpose=purpose, due_on__range=span.days).exclude(
        state=ComplaintTarget.State.ENDED
    )
    in_time = Q(state=ComplaintTarget.State.MET, met_on__lte=F("due_on"))
    # Opened as the case that the target belongs to.
    return shares(Rows("case", due, truth(in_time), unit="complaint__case__unit_id", key="complaint_id"))


@indicator
def complaints_acknowledged(span: Span) -> Counted:
    return targets(span, DeadlineRule.Purpose.ACKNOWLEDGE)


@indicator
def complaints_stage_1(span: Span) -> Counted:
    return targets(span, DeadlineRule.Purpose.STAGE_1)


@indicator
def complaints_stage_2(span: Span) -> Counted:
    return targets(span, DeadlineRule.Purpose.STAGE_2)


@indicator
def praise(span: Span) -> Counted:
    return Counted(
        How.COUNT,
        numerator=(Rows("case", Case.objects.kept().filter(registered_on__range=span.days, kind__code="praise")),),
    )


# --- What clients say -------------------------------------------------------------------------------------------------
def measured_by(measure: str, *purposes: str) -> dict[int, set[str]]:
    """Codes of questions of all versions that measure this, by survey; only surveys of these purposes, where named."""
    found: dict[int, set[str]] = {}
    versions = Questionnaire.objects.all()
    if purposes:
        versions = versions.filter(survey__purpose__in=purposes)
    for survey_id, content in versions.values_list("survey_id", "content"):
        for question in parse(content).questions():
            if question.measures == measure:
                found.setdefault(survey_id, set()).add(question.code)
    return found


def marks(
    span: Span, measure: str, amount_of: Callable[[Any], Any], *purposes: str, but_not: str = ""
) -> tuple[Rows, ...]:
    """Answers of the period that hold such a mark. An answer with two such questions gives its first one."""
    found = []
    for survey_id, codes in sorted(measured_by(measure, *purposes).items()):
        mark = Coalesce(*[Cast(KeyTextTransform(code, "answers"), FloatField()) for code in sorted(codes)], Value(None, output_field=FloatField()))  # fmt: skip
        answers = Response.objects.counted().filter(survey_id=survey_id, answered_on__range=span.days)
        if but_not:
            answers = answers.exclude(survey__purpose=but_not)
        found.append(Rows("response", answers.annotate(mark=mark).filter(mark__isnull=False), amount_of(F("mark"))))
    return tuple(found)


COMPLAINT_SURVEY = "complaint_handling"


@indicator
def satisfaction(span: Span) -> Counted:
    return Counted(
        How.SHARE, both=marks(span, "satisfaction", lambda _mark: truth(Q(mark__gte=4)), but_not=COMPLAINT_SURVEY)
    )


@indicator
def effort(span: Span) -> Counted:
    return Counted(How.SHARE, both=marks(span, "effort", lambda _mark: truth(Q(mark__gte=5))))


@indicator
def recommendation(span: Span) -> Counted:
    def side(_mark: Any) -> Any:
        return If(When(mark__gte=9, then=Value(1.0)), When(mark__lte=6, then=Value(-1.0)), default=Value(0.0), output_field=FloatField())  # fmt: skip

    return Counted(How.INDEX, both=marks(span, "recommendation", side))


@indicator
def complaint_handling_satisfaction(span: Span) -> Counted:
    return Counted(How.SHARE, both=marks(span, "satisfaction", lambda _mark: truth(Q(mark__gte=4)), COMPLAINT_SURVEY))


@indicator
def response_rate(span: Span) -> Counted:
    """By the day of sending, so that late answers still come to their invitation."""
    delivered = Invitation.objects.filter(
        sent_at__gte=span.starts, sent_at__lt=span.ends, state__in=["sent", "answered", "expired", "declined"]
    ).exclude(survey__anonymity=Anonymity.ANONYMOUS)  # fmt: skip
    return shares(Rows("invitation", delivered, truth(Q(state="answered"))))


@indicator
def bad_answers_contacted(span: Span) -> Counted:
    due = FollowUp.objects.filter(due_on__range=span.days)
    return shares(Rows("follow_up", due, truth(follow_ups.contacted_in_time())))


# --- Improvement ------------------------------------------------------------------------------------------------------
@indicator
def actions_overdue(span: Span) -> Counted:
    begun = Improvement.objects.filter(created_on__lte=span.last).exclude(state=Improvement.State.DROPPED)
    is_open = begun.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=span.last))
    return shares(Rows("improvement", is_open, truth(Q(due_on__lt=span.last))))


@indicator
def actions_effective(span: Span) -> Counted:
    closed = Improvement.objects.filter(state=Improvement.State.CLOSED, closed_on__range=span.days)
    return shares(Rows("improvement", closed, truth(Q(effect=Improvement.Effect.BETTER))))
