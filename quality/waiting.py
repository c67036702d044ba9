"""What still waits to be done about improvement actions, indicators and reports, by whomever: notices end by it, and first pages show it."""

from django.db.models import Exists, OuterRef, QuerySet

from complaints.models import Complaint
from quality.models import (
    Improvement,
    ImprovementTask,
    Passport,
    Report,
    ReportAsk,
    ReportDecision,
    ReportQuestion,
    ReportReader,
    Restatement,
    Signal,
)


def open_tasks() -> QuerySet[ImprovementTask]:
    return ImprovementTask.objects.filter(
        done_on__isnull=True, improvement__in=Improvement.objects.open().order_by().values("pk")
    )


def lessons_not_taken_up() -> QuerySet[Complaint]:
    """Complaints whose lesson nobody has made an action of."""
    made = Improvement.objects.filter(source=Improvement.Source.COMPLAINT, source_id=OuterRef("case_id"))
    return Complaint.objects.filter(~Exists(made), lesson_on__isnull=False).exclude(lesson="")


def signals_without_word() -> QuerySet[Signal]:
    return Signal.objects.filter(comment="")


def passports_proposed() -> QuerySet[Passport]:
    return Passport.objects.filter(state=Passport.State.PROPOSED)


def restatements_asked() -> QuerySet[Restatement]:
    return Restatement.objects.filter(state=Restatement.State.ASKED)


def reports_in(*states: str) -> QuerySet[Report]:
    return Report.objects.filter(state__in=states)


def not_read() -> QuerySet[ReportReader]:
    """What a later issue corrects, or a later report of the same length follows, is not to be read any more."""
    followed = Report.objects.filter(
        period=OuterRef("issue__report__period"),
        first_day__gt=OuterRef("issue__report__first_day"),
        issues__isnull=False,
    )
    return ReportReader.objects.filter(~Exists(followed), read_at__isnull=True, issue__corrected_by__isnull=True)


def not_answered() -> QuerySet[ReportQuestion]:
    return ReportQuestion.objects.filter(answer="")


def not_decided() -> QuerySet[ReportAsk]:
    """Decisions that an issued report asks for and that nobody made on any of its issues."""
    made = ReportDecision.objects.filter(issue__report_id=OuterRef("report_id"), asked=OuterRef("text"))
    return ReportAsk.objects.filter(~Exists(made), report__state=Report.State.ISSUED)
