"""The demo bureau is the same for the same seed, whoever draws it, and stands before every proof."""

from collections import Counter
from datetime import datetime
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from bureau.demo import loading
from bureau.demo.drawing import Drawing
from bureau.demo.loading import DemoBureau, drawn_by_processes, drawn_here
from bureau.demo.people import make_people
from bureau.management.commands import load_demo
from bureau.models import OutgoingMail, User
from bureau.outbox import send_due
from bureau.working_calendar import TALLINN
from complaints import verification
from complaints.models import Case, Contact, Party

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
    assert counts["contacts"] == Contact.objects.count() == 600
    assert counts["parties"] == Party.objects.count()
    assert [finding for finding in verification.verify() if not finding.is_clean] == []
    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    send_due()
    assert (states["sent"] > 10, states["failed"], states["uncertain"], states["queued"]) == (True, 1, 1, 0)
    assert mailoutbox == []


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
