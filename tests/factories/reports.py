"""Reports as they come to be: measured months of one indicator, a draft, an issue."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from complaints.models import Case
from quality import measurements, reports
from quality.models import (
    OwnReport,
    Report,
    ReportAsk,
    ReportComment,
    ReportDecision,
    ReportIssue,
    ReportQuestion,
    ReportQuote,
)
from tests.factories import CaseFactory, UserFactory
from tests.factories.feedback import OpenAnswerFactory

MONTH = date(2026, 9, 1)
ISSUED_ON = date(2026, 10, 8)
CODES = ("answered_on_time", "cases_registered", "contacts")


def answered_cases(*on_time: bool, unit=None, month: date = MONTH) -> list[Case]:
    made = []
    for one in on_time:
        case = CaseFactory(unit=unit)
        Case.objects.filter(pk=case.pk).update(
            status="answered", registered_on=month, answered_on=month.replace(day=15), ended_on=month.replace(day=15), answered_at=timezone.now(), was_on_time=one
        )  # fmt: skip
        made.append(case)
    return made


def draft(*, month: date = MONTH, codes=CODES) -> Report:
    measurements.measure_month(month, today=ISSUED_ON, codes=codes)
    return reports.begin(period=Report.Period.MONTH, first_day=month)


def issue(*, by, month: date = MONTH, **facts) -> ReportIssue:
    return reports.issue(report=draft(month=month), by=by, today=ISSUED_ON, **facts)


class ReportFactory(DjangoModelFactory):
    period = "month"
    first_day = MONTH
    last_day = date(2026, 9, 30)
    comments_due_on = date(2026, 10, 6)
    due_on = ISSUED_ON

    class Meta:
        model = Report
        django_get_or_create = ("period", "first_day")


class OwnReportFactory(DjangoModelFactory):
    owner = factory.SubFactory(UserFactory)
    name = "Tähtajad"
    indicators = factory.LazyFunction(lambda: [CODES[0]])

    class Meta:
        model = OwnReport


class ReportCommentFactory(DjangoModelFactory):
    report = factory.SubFactory(ReportFactory)
    about = "answered_on_time"
    what, why, action = "Langes", "Puhkused", "Asendaja"
    written_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportComment


class ReportAskFactory(DjangoModelFactory):
    report = factory.SubFactory(ReportFactory)
    text = "Kas suunata 0,5 kohta metsateemadele?"
    written_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportAsk


class ReportQuoteFactory(DjangoModelFactory):
    report = factory.SubFactory(ReportFactory)
    answer = factory.SubFactory(OpenAnswerFactory)
    text = "Sain kiiresti abi."
    chosen_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportQuote


class ReportIssueFactory(DjangoModelFactory):
    """A frozen text of its own; what an issue truly says comes of `issue`."""

    report = factory.SubFactory(ReportFactory, state="issued")
    number = 1
    content = "{}"
    seal = "0" * 64
    code_version = "0"
    cut_off = factory.LazyFunction(timezone.now)
    issued_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportIssue


class ReportQuestionFactory(DjangoModelFactory):
    issue = factory.SubFactory(ReportIssueFactory)
    text = "Miks?"
    asked_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportQuestion


class ReportDecisionFactory(DjangoModelFactory):
    issue = factory.SubFactory(ReportIssueFactory)
    outcome = "agreed"
    text = "Jah"
    decided_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ReportDecision


def confirmed(report) -> dict:
    """The form of who looked over the readers that the report has now."""
    return {"readers": ",".join(str(user.pk) for user, _role, _unit in reports.readers_now(report))}
