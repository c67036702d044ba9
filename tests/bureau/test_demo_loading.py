"""The demo bureau is the same for the same seed, whoever draws it, and stands before every proof."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Min, Sum
from django.utils import timezone

from bureau.demo import loading
from bureau.demo.drawing import Drawing
from bureau.demo.loading import DemoBureau, drawn_by_processes, drawn_here
from bureau.demo.people import make_people
from bureau.management.commands import load_demo
from bureau.models import Deed, OutgoingMail, User
from bureau.outbox import send_due
from bureau.working_calendar import TALLINN
from complaints import unit_questions, verification
from complaints.challenges import CASE_OUTCOMES
from complaints.models import Case, Complaint, Contact, Party
from quality.models import Improvement, Measurement, Signal
from staff.models import QueueInterval
from staff.weights import weights

pytestmark = pytest.mark.usefixtures("signed_in_as_owner")

NOW = datetime(2026, 11, 20, 14, tzinfo=TALLINN)


@pytest.fixture
def bureau(db, monkeypatch):
    monkeypatch.setattr(loading, "CASES_IN_A_SPAN", 60)
    return DemoBureau(cases=200, years=1, seed=4, now=NOW)


def drawn(bureau, how):
    people = make_people(rng=Random(4), first_day=bureau.first_day, today=bureau.today)
    drawing = Drawing(seed=4, now=NOW, first_day=bureau.first_day, people=people)
    drawing.draw_regulars(1, 20)
    spans = list(bureau.spans(drawing, first_case=1, first_party=21))
    with how(drawing) as draw:
        return len(spans), list(draw(spans))


def test_one_process_draws_what_several_draw(bureau):
    bureau.numbers = loading.Counter()
    again = DemoBureau(cases=200, years=1, seed=4, now=NOW)
    again.numbers = loading.Counter()

    spans, here = drawn(bureau, drawn_here)
    _spans, apart = drawn(again, drawn_by_processes)

    assert spans > 2
    assert here == apart


def test_the_demo_stands_before_every_proof_and_writes_to_nobody(bureau, mailoutbox):
    counts = bureau.load()

    assert (counts["cases"], Case.objects.count()) == (200, 200)
    assert counts["contacts"] == Contact.objects.count() > 600
    assert counts["parties"] == Party.objects.count()
    assert [finding for finding in verification.verify() if not finding.is_clean] == []
    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    send_due()
    assert (states["sent"] > 10, states["failed"], states["uncertain"], states["queued"]) == (True, 1, 1, 0)
    assert mailoutbox == []
    assert contradictions() == {}


def contradictions() -> dict[str, object]:
    """What a stranger would find that cannot be: by name, what was found."""
    today = NOW.date()
    line = QueueInterval.objects.aggregate(first=Min("day"), answered=Sum("answered"))
    calls = Contact.objects.filter(
        channel__code="phone", direction="in", on__range=(line["first"], today - timedelta(days=1))
    )
    found: dict[str, object] = {"calls without a contact": line["answered"] - calls.count()}
    found["values of old months that were computed lately"] = Measurement.objects.filter(
        period="month", first_day__lt=date(2026, 9, 1), computed_at__gte=NOW - timedelta(days=30)
    ).count()
    found["values of the future"] = Measurement.objects.filter(computed_at__gt=NOW).count()
    found["signals told before or long after their month"] = [
        one.pk for one in Signal.objects.all()
        if not 28 <= (timezone.localdate(one.found_at) - one.first_day).days <= 35
    ]  # fmt: skip
    actions = Improvement.objects.select_related("cause")
    found["actions that lead nowhere"] = [one.title for one in actions if one.source_id is None]
    found["actions whose cause is none that is counted"] = [
        one.title for one in actions if one.source != "report" and (one.cause is None or one.cause.parent_id is None)
    ]
    found["numbers of actions not in their order"] = [
        one.number for one, after in pairwise(actions.order_by("number")) if one.created_on > after.created_on
    ]
    found["kinds weighed by a first guess"] = [one for one in weights(today).values() if one.is_guess]
    found["no weight is measured"] = not any(one.is_measured for one in weights(today).values())
    challenges = Case.objects.filter(kind__code="challenge")
    found["challenges without their proceedings"] = challenges.filter(challenge__isnull=True).count()
    found["decided without its result"] = [
        case.number for case in challenges.filter(status="closed", challenge__stage="decided").select_related("challenge")
        if case.outcome != CASE_OUTCOMES[case.challenge.outcome]
    ]  # fmt: skip
    deeds = Deed.objects.order_by("pk").values_list("at", flat=True)
    found["deeds not in the order of time"] = sum(one > after for one, after in pairwise(deeds))
    of_reports = Deed.objects.filter(action__startswith="report.", at__gte=NOW + timedelta(hours=1))
    found["reports of the past made today"] = of_reports.exclude(object_label__contains="2026").count()
    kai = User.objects.get(email="kai.lepp@naide.ee")
    asked = (
        unit_questions.waiting_of(kai).exists()
        if Complaint.objects.filter(stage__in=unit_questions.PLANNED_AT).exists()
        else [1]
    )
    found["nothing is asked of the head of the forest department"] = not asked
    return {what: one for what, one in found.items() if one}


def test_a_second_load_goes_on_where_the_first_ended(bureau):
    bureau.load(is_measured=False)

    DemoBureau(cases=50, years=1, seed=5, now=NOW).load(is_measured=False)

    assert Case.objects.count() == 250
    assert Case.objects.values("number").distinct().count() == 250


def test_nothing_is_loaded_over_cases_that_are_there(bureau):
    bureau.load(is_measured=False)

    call_command("load_demo", "--if-empty", "--cases", "10")

    assert Case.objects.count() == 200


def test_a_load_that_ends_between_the_cases_and_their_reports_leaves_nothing(bureau, monkeypatch):
    def killed(**given):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "store_reports", killed)
    people = User.objects.count()

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        bureau.load()

    assert (Case.objects.count(), Party.objects.count(), User.objects.count()) == (0, 0, people)


def test_a_load_into_a_database_without_tables_brings_them_first(db, monkeypatch):
    done = []
    monkeypatch.setattr(load_demo.MigrationExecutor, "migration_plan", lambda self, targets: [("bureau", "0001")])
    monkeypatch.setattr(load_demo, "call_command", lambda *name, **options: done.append(name))

    load_demo.migrate_if_needed(done.append)

    assert done == ["The tables of the database are brought up to this code first.", ("migrate",)]
