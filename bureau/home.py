"""The first page after sign-in: each role its own."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bureau import outbox_keeping, reference
from bureau.duties import ROLE_ENDS_WITHIN
from bureau.duty_list import waiting_for
from bureau.models import Job, ReadingRecord, RoleHolding, Substitution, User
from bureau.roles import Permission
from bureau.views.health import parts_alive
from complaints.models import Case, ChangedDay, CountedUntil

ENDS_WITHIN = timedelta(days=60)
ROWS_SHOWN = 12
DAYS_OF_READING = timedelta(days=7)
READERS_SHOWN = 8


def home(request):
    user = request.user
    if user.may(Permission.DASHBOARD_VIEW) or user.may(Permission.UNIT_DASHBOARD_VIEW):
        return redirect("quality:dashboard")
    if user.may(Permission.CASE_HANDLE):
        return redirect("complaints:desk")
    if user.may(Permission.READING_TRAIL_VIEW):
        return data_protection_home(request)
    if user.may(Permission.SYSTEM_STATUS_VIEW):
        return administrator_home(request)
    return render(request, "bureau/home.html", {"waiting": waiting_for(user, today=request.today)})


@require_GET
def waiting(request):
    """All that waits for the person, where it is more than the first page shows."""
    return render(
        request, "bureau/waiting.html", {"waiting": waiting_for(request.user, today=request.today, most=None)}
    )


# --- The data-protection officer --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class EndingRestriction:
    """A case whose mark has ended or ends soon. No title and no party: they are read on the case itself."""

    number: str
    url: str
    basis: str
    unit: str
    handler: str
    until: date
    has_ended: bool


@dataclass(frozen=True)
class Reader:
    name: str
    url: str
    counts: tuple[int, ...]


def data_protection_home(request):
    """Restrictions that end, and how much restricted and personal data was looked at, by whom."""
    restricted = Case.objects.visible_to(request.user).filter(is_restricted=True)
    sums = restricted.aggregate(
        marked=Count("pk"),
        ended=Count("pk", filter=Q(restricted_until__lt=request.today)),
        ends_soon=Count("pk", filter=Q(restricted_until__range=(request.today, request.today + ENDS_WITHIN))),
        until_event=Count("pk", filter=Q(restricted_until__isnull=True)),
    )
    context = {
        "sums": sums,
        "restricted_url": f"{reverse('complaints:case_list')}?status=all&restricted=yes",
        "ending": ending_restrictions(restricted, request.today),
        "ways": [label for _way, label in ReadingRecord.Way.choices],
        "readers": readers(request.today),
        "since": request.today - DAYS_OF_READING,
        "waiting": waiting_for(request.user, today=request.today),
    }
    return render(request, "bureau/home_protection.html", context)


def ending_restrictions(restricted, today: date) -> list[EndingRestriction]:
    bases, units, people = reference.restriction_bases(), reference.units(), reference.people()
    rows = (
        restricted.filter(restricted_until__lte=today + ENDS_WITHIN)
        .order_by("restricted_until", "pk")
        .values_list("number", "restriction_basis_id", "unit_id", "assignee_id", "restricted_until")[:ROWS_SHOWN]
    )
    return [
        EndingRestriction(
            number=number, url=reverse("complaints:case_detail", args=[number]), basis=bases[basis_id].name if basis_id in bases else "",
            unit=units[unit_id].name if unit_id in units else "", handler=people.get(handler_id, ""), until=until, has_ended=until < today,
        )
        for number, basis_id, unit_id, handler_id, until in rows
    ]  # fmt: skip


def readers(today: date) -> list[Reader]:
    """Who looked most in the last seven days, by way of looking. Numbers only; the trail itself has the rest."""
    since = timezone.now() - DAYS_OF_READING
    ways = [way for way, _label in ReadingRecord.Way.choices]
    rows = (
        ReadingRecord.objects.filter(at__gte=since)
        .values("user_id")
        .annotate(count=Count("pk"), **{way: Count("pk", filter=Q(way=way)) for way in ways})
        .order_by("-count", "user_id")[:READERS_SHOWN]
    )
    people, trail = reference.people(), reverse("bureau:reading_trail")
    return [
        Reader(
            name=people.get(row["user_id"], ""),
            url=f"{trail}?who={row['user_id']}&since={today - DAYS_OF_READING}",
            counts=tuple(row[way] for way in ways),
        )
        for row in rows
    ]


# --- The administrator ------------------------------------------------------------------------------------------------
def administrator_home(request):
    """Whether the parts run, and what of people and rights waits for the administrator. No content of the work."""
    today = request.today
    in_force = RoleHolding.objects.in_force(today)
    context = {
        "waiting": waiting_for(request.user, today=today),
        "parts": parts_alive(),
        "people": User.objects.filter(is_active=True).aggregate(
            active=Count("pk"), without_role=Count("pk", filter=~Q(pk__in=in_force.values("user_id")))
        ),
        "ending": in_force.filter(ends_on__lte=today + ROLE_ENDS_WITHIN, user__is_active=True)
        .select_related("user", "unit")
        .order_by("ends_on", "pk")[:ROWS_SHOWN],
        "standing_in": Substitution.objects.in_force(today)
        .filter(ended_early_at__isnull=True)
        .select_related("absent", "substitute")
        .order_by("ends_on", "pk")[:ROWS_SHOWN],
        "failed_jobs": Job.objects.filter(
            state=Job.State.FAILED, created_at__gte=timezone.now() - DAYS_OF_READING
        ).count(),
        "mail": outbox_keeping.mail_state(timezone.now()),
        "waiting_jobs": Job.objects.unfinished().count(),
        "counted_until": CountedUntil.objects.order_by("-day").values_list("day", flat=True).first(),
        "days_to_count": ChangedDay.objects.filter(day__lt=today).values("day").distinct().count(),
    }
    return render(request, "bureau/home_administrator.html", context)
