"""The register of complaints: counts and shares over what exists for the person, narrowed by the address.

Every count is set-wise SQL over `complaint_list.narrowed`, so the figures and the rows that they open never differ; the
number of statements does not depend on how many complaints there are.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, DurationField, F, FloatField, Func, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.exports import Column, Listing, register
from bureau.models import User
from bureau.roles import Permission
from bureau.small_numbers import Share
from complaints import complaint_list
from complaints.exports import names, words
from complaints.models import Aspect, Complaint, ComplaintOutcome, ComplaintTarget, DeadlineRule, Feedback, Path, Stage

# What the address may hold; the same names as over the list of complaints.
FILTERS = ("from", "to", "unit", "service", "aspect", "stage", "channel", "cause", "outcome")
Purpose = DeadlineRule.Purpose


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


class Days(Func):
    """Whole days between two days."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = DurationField()


@dataclass(frozen=True)
class Line:
    label: str
    count: int
    url: str
    cumulative: Share | None = None


@dataclass(frozen=True)
class Kept:
    """How many targets of a stage were met in time, of those that were met."""

    label: str
    share: Share


@dataclass(frozen=True)
class Register:
    total: int
    total_url: str
    open: int
    open_url: str
    decided: int
    upheld: Share
    median_days: float | None
    causes: list[Line]
    without_cause: Line | None
    units: list[Line]
    services: list[Line]
    aspects: list[Line]
    stages: list[Line]
    outcomes: list[Line]
    on_time: list[Kept]


def filter_of(query) -> dict[str, str]:
    return {name: query[name] for name in FILTERS if query.get(name)}


def rows_of(query, *, user: User, today: date) -> QuerySet[Complaint]:
    """Complaints (praise and suggestions left aside), open and ended alike unless a stage is asked for."""
    wanted = {"stage": "all", **filter_of(query), "feedback": str(Feedback.COMPLAINT)}
    return complaint_list.narrowed(wanted, user=user, today=today)


def rows_url(query, **part: str) -> str:
    """The list of exactly the rows that a figure counts."""
    wanted = {"stage": "all", **filter_of(query), "feedback": str(Feedback.COMPLAINT), **part}
    return f"{reverse('complaints:complaint_list')}?{urlencode(wanted)}"


def with_cumulative(lines: list[Line]) -> list[Line]:
    """Pareto: the most frequent first, with the share of all that it and those before it make."""
    whole, so_far, rows = sum(line.count for line in lines), 0, []
    for line in lines:
        so_far += line.count
        rows.append(Line(line.label, line.count, line.url, Share(so_far, whole)))
    return rows


def register_of(query, *, user: User, today: date) -> Register:
    rows = rows_of(query, user=user, today=today)
    upheld = Q(outcome__in=[ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD])
    sums = rows.aggregate(
        total=Count("pk"), open=Count("pk", filter=Q(closed_on__isnull=True)), decided=Count("pk", filter=~Q(outcome="")),
        upheld=Count("pk", filter=upheld),
        median=Median(Days(F("decided_on"), F("received_on")), filter=Q(decided_on__isnull=False)),
    )  # fmt: skip

    def by_entry(field: str, name: str, entries) -> tuple[list[Line], Line | None]:
        lines, none = [], None
        for pk, count in counted(rows, field):
            if pk in entries:
                lines.append(Line(entries[pk].name, count, rows_url(query, **{name: entries[pk].code})))
            else:
                none = Line(_("not said"), count, "")
        return lines, none

    def by_choice(field: str, name: str, choices) -> list[Line]:
        return [
            Line(str(choices(value).label), count, rows_url(query, **{name: value}))
            for value, count in counted(rows, field) if value in choices.values
        ]  # fmt: skip

    causes, without_cause = by_entry("cause_id", "cause", reference.causes())
    aspects = rows.annotate(one=Func(F("aspects"), function="unnest")).values_list("one")
    aspects = sorted(aspects.annotate(n=Count("pk")).order_by(), key=lambda row: (-row[1], row[0]))
    targets = (
        ComplaintTarget.objects.filter(complaint__in=rows.values("pk"), state=ComplaintTarget.State.MET)
        .values_list("purpose").annotate(met=Count("pk"), in_time=Count("pk", filter=Q(met_on__lte=F("due_on")))).order_by("purpose")
    )  # fmt: skip
    return Register(
        total=sums["total"], total_url=rows_url(query), open=sums["open"], open_url=rows_url({**filter_of(query), "stage": "open"}),
        decided=sums["decided"], upheld=Share(sums["upheld"], sums["decided"]), median_days=sums["median"],
        causes=with_cumulative(causes), without_cause=without_cause,
        units=by_entry("unit_id", "unit", reference.units())[0], services=by_entry("service_id", "service", reference.services())[0],
        aspects=[Line(str(Aspect(one).label), count, rows_url(query, aspect=one)) for one, count in aspects if one in Aspect.values],
        stages=by_choice("stage", "stage", Stage), outcomes=by_choice("outcome", "outcome", ComplaintOutcome),
        on_time=[Kept(str(Purpose(purpose).label), Share(in_time, met)) for purpose, met, in_time in targets],
    )  # fmt: skip


def counted(rows: QuerySet[Complaint], field: str) -> list[tuple]:
    """Values and their counts, the most frequent first; equals in a fixed order."""
    return list(rows.order_by().values_list(field).annotate(n=Count("pk")).order_by("-n", field))


# --- As a file ----------------------------------------------------------------------------------------------------------
def columns(user: User) -> list[Column]:
    return [
        Column(gettext_lazy("Number"), "case__number"), Column(gettext_lazy("Received"), "received_on", width=12),
        Column(gettext_lazy("Stage"), "stage", words(Stage), 20), Column(gettext_lazy("Path"), "path", words(Path), 20),
        Column(gettext_lazy("Severity"), "severity", width=10),
        Column(gettext_lazy("Unit"), "unit_id", names(reference.units), 28),
        Column(gettext_lazy("Service"), "service_id", names(reference.services), 28),
        Column(gettext_lazy("Channel"), "case__channel_id", names(reference.channels)),
        Column(gettext_lazy("Root cause"), "cause_id", names(reference.causes), 28),
        Column(gettext_lazy("Outcome"), "outcome", words(ComplaintOutcome), 20),
        Column(gettext_lazy("Decided"), "decided_on", width=12), Column(gettext_lazy("Ended"), "closed_on", width=12),
    ]  # fmt: skip


def exported_rows(user: User, query: QueryDict, today: date) -> QuerySet[Complaint]:
    if not user.may(Permission.COMPLAINT_VIEW):
        return Complaint.objects.none()
    return rows_of(query, user=user, today=today).order_by("-received_on", "-pk")


register(
    Listing(
        "complaints",
        gettext_lazy("Register of complaints"),
        Complaint,
        Permission.CASE_EXPORT,
        columns,
        exported_rows,
        page="complaints:complaint_register",
    )
)


def listed_rows(user: User, query: QueryDict, today: date) -> QuerySet[Complaint]:
    """As the list is narrowed: the open ones unless a stage is asked for, praise and suggestions among them."""
    return complaint_list.narrowed(query, user=user, today=today).order_by("-received_on", "-pk")


register(
    Listing(
        "complaint-list", gettext_lazy("Complaints"), Complaint, Permission.CASE_EXPORT, columns, listed_rows,
        page="complaints:complaint_list",
    )
)  # fmt: skip
