"""When notices about improvement actions, indicators and reports have ended."""

from collections.abc import Callable

from django.db.models import Case as Choice
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from bureau import notice_ends
from complaints.models import Case
from quality import waiting
from quality.models import Improvement, Report, ReportReader

State = Report.State


# --- Improvement actions ----------------------------------------------------------------------------------------------
def with_open_tasks() -> QuerySet:
    return Improvement.objects.filter(Exists(waiting.open_tasks().filter(improvement_id=OuterRef("pk"))))


def lessons_not_taken_up() -> QuerySet:
    return Case.objects.filter(Exists(waiting.lessons_not_taken_up().filter(case_id=OuterRef("pk"))))


def of_improvements(*kinds: str, still: Callable[[], QuerySet]) -> None:
    notice_ends.register(kinds, pattern="^/improvements/([^/]+)/", field="number", waiting=still)


of_improvements(
    "improvement.given", "improvement.moved", "improvement.due", "improvement.overdue",
    still=lambda: Improvement.objects.open(),
)  # fmt: skip
of_improvements("improvement.task", "improvement.task_due", "improvement.task_overdue", still=with_open_tasks)
notice_ends.register(["improvement.proposed"], pattern="[?&]of=([^&]+)", field="number", waiting=lessons_not_taken_up)


# --- Indicators -------------------------------------------------------------------------------------------------------
for _kind, _still in (
    ("signal.found", waiting.signals_without_word),
    ("indicator.proposed", waiting.passports_proposed),
    ("measurement.restatement_asked", waiting.restatements_asked),
):
    notice_ends.register([_kind], pattern="^/indicators/([^/]+)/", field="indicator__code", waiting=_still)


# --- Reports ----------------------------------------------------------------------------------------------------------
def number_of(report: str = "") -> Choice:
    """2026-10, 2026-Q3 or 2026, as `Report.number`."""

    def written(form: str) -> Func:
        return Func(F(f"{report}first_day"), Value(form), function="to_char", output_field=TextField())

    return Choice(
        When(**{f"{report}period": Report.Period.QUARTER}, then=written('YYYY-"Q"Q')),
        When(**{f"{report}period": Report.Period.YEAR}, then=written("YYYY")),
        default=written("YYYY-MM"),
    )


def of_drafts(kind: str, *states: str) -> None:
    notice_ends.register(
        [kind], pattern="^/reports/([^/]+)/", field="address",
        waiting=lambda: waiting.reports_in(*states).annotate(address=number_of()),
    )  # fmt: skip


def of_issues(kind: str, still: Callable[[], QuerySet]) -> None:
    number = Cast(F("issue__number"), CharField())
    notice_ends.register(
        [kind], pattern="^/reports/([^/]+/[0-9]+)/", field="address",
        waiting=lambda: still().annotate(address=Concat(number_of("issue__report__"), Value("/"), number, output_field=TextField())),
    )  # fmt: skip


def not_read() -> QuerySet:
    """Not read by the notice's own reader or, for who stands in, by anybody."""
    own = Q(user_id=OuterRef("user_id"))
    of_reader = ReportReader.objects.filter(issue=OuterRef("issue"), user_id=OuterRef(OuterRef("user_id")))
    return waiting.not_read().filter(own | ~Exists(of_reader))


of_drafts("report.drafted", State.DRAFT, State.WITH_UNITS, State.WITH_HEAD)
of_drafts("report.units_asked", State.WITH_UNITS)
of_drafts("report.with_head", State.WITH_HEAD)
of_issues("report.issued", not_read)
of_issues("report.asked", waiting.not_answered)
