"""Taking a table in: the same case as by hand, nothing lost, nothing twice, all or nothing, and a way back."""

import json
import random
import threading
from datetime import date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from bureau import jobs
from bureau.models import Deed, Job, JobRow, User
from complaints import rollups
from complaints.clocks import add_clock
from complaints.intake.importing import loading, runs
from complaints.intake.importing.runs import order_undo
from complaints.models import (
    Case,
    CaseKind,
    ChangedDay,
    Clock,
    ClockEvent,
    Contact,
    ImportBatch,
    ImportedRow,
    Message,
    NumberSeries,
    Party,
    SearchDocument,
)
from complaints.notes import add_note
from complaints.numbering import format_number, format_numbers
from complaints.registration import NewCase, register_case
from complaints.verification import verify
from tests.complaints.imported import MAP, csv_of, take

pytestmark = pytest.mark.django_db


def undo(batch, by=None):
    job = order_undo(batch=batch, by=by, to_worker=False)
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    return job


def counts(job):
    return tuple(job.result[name] for name in ("read", "taken", "known", "refused"))


def row_of(model, exclude=(), **where):
    row = model.objects.filter(**where).values().get()
    return {name: value for name, value in row.items() if name not in exclude}


# --- The same as by hand ----------------------------------------------------------------------------------------------
def test_a_row_taken_in_is_the_same_case_as_one_registered_by_hand(mari):
    take(csv_of({}), by=mari)
    taken = Case.objects.get()
    kind = CaseKind.objects.get(code="explanation")
    by_hand = register_case(
        NewCase(
            kind=kind, title=taken.title, description=taken.description, channel_id=taken.channel_id, party=taken.party,
            topic_id=taken.topic_id, service_id=taken.service_id, unit_id=taken.unit_id, received_at=taken.received_at,
            registered_at=taken.registered_at, fields={"sender_reference": "1"},
        ),
        by=mari,
    )  # fmt: skip

    own = ("id", "number", "sequence", "created_at", "updated_at", "import_batch_id", "foreign_data")
    assert row_of(Case, own, pk=taken.pk) == row_of(Case, own, pk=by_hand.pk)
    own = ("id", "case_id", "created_at")
    assert row_of(Clock, own, case=taken) == row_of(Clock, own, case=by_hand)
    own = ("id", "clock_id", "at")
    assert row_of(ClockEvent, own, clock__case=taken) == row_of(ClockEvent, own, clock__case=by_hand)
    own = ("id", "case_id", "key")
    assert row_of(Message, own, case=taken) == row_of(Message, own, case=by_hand)
    first, second = (row_of(SearchDocument, ("case_id",), case=case)["vector"] for case in (taken, by_hand))
    assert first.replace("000001", "").split()[5:] == second.replace("000002", "").split()[5:]
    first, second = (Deed.objects.get(action="case.registered", object_id=case.pk) for case in (taken, by_hand))
    assert (first.actor, first.object_type) == (second.actor, second.object_type)
    assert {name: value for name, value in first.data.items() if name != "import_batch"} == second.data


def test_deadlines_are_those_of_the_registration_on_any_day(mari):
    chance = random.Random(7)
    days = [date(2014, 1, 1) + timedelta(days=chance.randrange(4300)) for _number in range(60)]
    rows = []
    for day in days:
        received = datetime.combine(day, datetime.min.time()) + timedelta(minutes=chance.randrange(1440))
        registered = received + timedelta(days=chance.choice([0, 0, 1, 3]))
        rows.append({
            "Saabus": received.strftime("%d.%m.%Y %H:%M"), "Registreeritud": registered.strftime("%d.%m.%Y %H:%M"),
            "Liik": chance.choice(["Selgitustaotlus", "Teabenõue", "Lihtpäring"]),
        })  # fmt: skip

    job = take(csv_of(*rows))

    assert counts(job) == (60, 60, 0, 0)
    for case in Case.objects.select_related("kind"):
        by_hand = register_case(
            NewCase(
                kind=case.kind, title="x", channel_id=case.channel_id, received_at=case.received_at,
                registered_at=case.registered_at,
            ),
            by=None,
        )  # fmt: skip
        assert case.due_on == by_hand.due_on
        assert list(case.clocks.values_list("due_on", "raw_due_on", "triggered_on", "steps", "rule_id")) == list(
            by_hand.clocks.values_list("due_on", "raw_due_on", "triggered_on", "steps", "rule_id")
        )


def test_numbers_follow_the_order_of_registration_within_each_year():
    take(csv_of(
        {"Saabus": "05.03.2026", "Registreeritud": "05.03.2026"}, {"Saabus": "31.12.2025", "Registreeritud": "31.12.2025"},
        {"Saabus": "04.03.2026", "Registreeritud": "04.03.2026"},
    ))  # fmt: skip

    cases = Case.objects.order_by("sender_reference")
    assert [case.number[:13] for case in cases] == ["P-2026-000002", "P-2025-000001", "P-2026-000001"]
    assert dict(NumberSeries.objects.values_list("year", "last")) == {2025: 1, 2026: 2}


def test_answered_and_closed_rows_carry_their_moments_and_stop_their_clocks():
    take(csv_of(
        {"Olek": "Vastatud", "Vastatud": "01.04.2026 16:00"}, {"Olek": "Vastatud", "Vastatud": "02.04.2026 09:00"},
        {"Olek": "Suletud", "Suletud": "03.04.2026"}, {"Olek": "Suletud", "Vastatud": "03.03.2026", "Suletud": "03.04.2026"},
    ))  # fmt: skip

    late = [(c.status, c.was_on_time, c.due_on) for c in Case.objects.order_by("sender_reference")]
    clocks = list(Clock.objects.order_by("case__sender_reference").values_list("state", "met_on", "ended_on"))
    assert late == [
        ("answered", True, None),
        ("answered", False, None),
        ("closed", None, None),
        ("closed", True, None),
    ]
    assert clocks == [
        ("met", date(2026, 4, 1), None), ("met", date(2026, 4, 2), None), ("ended", None, date(2026, 4, 3)),
        ("met", date(2026, 3, 3), None),
    ]  # fmt: skip


def test_moments_are_local_to_the_source_and_a_day_of_ours():
    text = MAP.replace("Europe/Tallinn", "America/New_York")

    take(csv_of({"Saabus": "07.03.2026 22:30", "Registreeritud": "08.03.2026 02:30"}), map_text=text)

    case = Case.objects.get()
    assert case.received_at.isoformat() == "2026-03-08T03:30:00+00:00"
    assert case.registered_on == date(2026, 3, 8)
    assert case.registered_at >= case.received_at  # the clocks skip that hour


def test_the_original_cells_stay_with_the_case():
    take(csv_of({"Teema": "Kuu"}))

    case = Case.objects.get()
    assert case.foreign_data["Teema"] == "Kuu"
    assert "Vastatud" not in case.foreign_data  # empty cells say nothing


def test_a_contact_is_logged_where_each_row_was_one():
    take(csv_of({}, {}), map_text=MAP + "\n[contact]\nlog = true\n")

    assert Contact.objects.filter(outcome="case", case__isnull=False).count() == 2


# --- Parties ----------------------------------------------------------------------------------------------------------
def test_a_party_is_found_by_mail_or_phone_and_never_by_name_alone():
    known = Party.objects.create(name="Andres Kuusk", email="Andres@example.ee")
    take(csv_of(
        {}, {}, {"E-kiri": "", "Telefon": "", "Nimi": "Jaan Tamm"}, {"E-kiri": "", "Telefon": "", "Nimi": "Jaan Tamm"},
        {"E-kiri": "", "Telefon": "", "Nimi": ""}, {"Nimi": "Keegi Teine"},
    ))  # fmt: skip

    parties = [case.party for case in Case.objects.order_by("sender_reference").select_related("party")]
    assert parties[0] == parties[1] == known
    assert parties[2] != parties[3]
    assert parties[4] is None
    assert parties[5].name == "Keegi Teine"


# --- Nothing lost, nothing twice --------------------------------------------------------------------------------------
def test_every_row_read_is_taken_known_or_refused_and_stays_in_the_report():
    first = take(csv_of({}, {"Saabus": "eile"}, {}))
    second = take(csv_of({}, {"Saabus": "eile"}, {}, {}))

    assert counts(first) == (3, 2, 0, 1)
    assert counts(second) == (4, 1, 2, 1)
    assert list(JobRow.objects.filter(job=second).values_list("row_number", "level", "reason_code")) == [
        (3, "refused", "moment_not_understood")
    ]
    assert JobRow.objects.get(job=second).data["Saabus"] == "eile"
    assert ImportedRow.objects.count() == Case.objects.count() == 3


def test_equal_rows_without_a_key_are_both_taken_and_a_repeat_takes_neither():
    text = MAP.replace('row_key = ["Number"]', "")
    content = csv_of({"Number": "x"}, {"Number": "x"}, {"Number": "y"})

    assert counts(take(content, map_text=text)) == (3, 3, 0, 0)
    assert counts(take(content, map_text=text)) == (3, 0, 3, 0)
    assert counts(take(csv_of(*[{"Number": "x"}] * 3), map_text=text)) == (3, 1, 2, 0)


def test_a_key_that_stands_twice_in_a_file_is_taken_once_and_told():
    job = take(csv_of({"Number": "7"}, {"Number": "7", "Pealkiri": "Teine"}))

    assert counts(job) == (2, 1, 0, 1)
    assert JobRow.objects.get(job=job).reason_code == "key_repeated"
    assert Case.objects.get().title == "Metsateatise menetlus"


def test_a_rehearsal_counts_the_same_and_takes_nothing():
    content = csv_of({}, {"Saabus": "eile"}, {"Number": "1"})

    rehearsal = take(content, rehearse=True)

    assert counts(rehearsal) == (3, 1, 0, 2)
    assert rehearsal.rows.count() == 2
    assert not Case.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not NumberSeries.objects.exists()
    assert counts(take(content)) == counts(rehearsal)


def test_a_fault_on_the_way_leaves_nothing_behind(monkeypatch):
    def fail(first, last):
        raise RuntimeError("disk full")

    monkeypatch.setattr(loading.Loading, "_give_numbers", fail)
    job = take(csv_of({}, {}))

    assert job.state == Job.State.FAILED
    assert not Case.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not Party.objects.exists()


def test_a_worker_that_died_after_the_commit_is_followed_by_one_that_finishes(monkeypatch):
    def die(first, last):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(runs, "refresh_range", die)
        take(csv_of({}, {}))
    job = Job.objects.get()
    Job.objects.update(state=Job.State.QUEUED)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, counts(job)) == ("done", (2, 2, 0, 0))
    assert Case.objects.count() == SearchDocument.objects.count() == 2


def test_changed_days_are_marked_for_counting():
    take(csv_of({"Olek": "Vastatud", "Vastatud": "01.04.2026"}))

    assert set(ChangedDay.objects.values_list("day", flat=True)) == {date(2026, 3, 2), date(2026, 4, 1)}


def test_an_unreadable_mapping_or_file_is_refused_with_a_sentence():
    wrong_column = take(csv_of({}), map_text=MAP.replace('"Saabus"', '"Saabumine"'))
    no_table = take(b"%PDF-1.7")

    assert (wrong_column.state, no_table.state) == ("failed", "failed")
    assert "Saabumine" in wrong_column.error
    assert "CSV" in no_table.error


def test_bytes_that_are_no_letters_refuse_their_row_alone():
    content = csv_of({}, {"Number": "2"}).replace(b"Metsateatise", b"\xff\xfe", 1)

    job = take(content, map_text=MAP.replace('delimiter = "semicolon"', 'delimiter = "semicolon"\nencoding = "utf-8"'))

    assert counts(job) == (2, 1, 0, 1)
    assert JobRow.objects.get().reason_code == "not_decodable"


# --- Back -------------------------------------------------------------------------------------------------------------
def test_an_import_taken_back_leaves_numbered_empty_places_and_may_come_again(jaan):
    take(csv_of({}, {}), by=jaan)
    batch = ImportBatch.objects.get()

    job = undo(batch, jaan)

    assert (job.result["taken_back"], job.result["kept"], job.result["parties_removed"]) == (2, 0, 1)
    empty = Case.objects.order_by("pk").first()
    assert (empty.status, empty.outcome, empty.description, empty.party, empty.due_on) == (
        "closed",
        "taken_back",
        "",
        None,
        None,
    )
    assert Case.objects.visible_to(jaan).count() == 0
    assert not Party.objects.exists()
    assert not Message.objects.exists()
    assert all(finding.is_clean for finding in verify())
    assert counts(take(csv_of({}, {}))) == (2, 2, 0, 0)
    assert sorted(Case.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]
    assert all(finding.is_clean for finding in verify())


def test_cases_worked_on_since_stay_and_are_named(jaan):
    take(csv_of({}, {}, {}), by=jaan)
    first, second, third = Case.objects.order_by("sequence")
    add_note(case=first, text="Helistasin.", by=jaan)
    add_clock(case=third, kind=CaseKind.objects.get(code="information_request"), purpose="reply", by=jaan)

    job = undo(ImportBatch.objects.get(), jaan)

    assert (job.result["taken_back"], job.result["kept"]) == (1, 2)
    assert [row.data["number"] for row in job.rows.order_by("row_number")] == [first.number, third.number]
    assert set(Case.objects.visible_to(jaan)) == {first, third}
    assert ImportBatch.objects.get().state == ImportBatch.State.TAKEN
    assert all(finding.is_clean for finding in verify())


def test_counts_of_days_forget_what_was_taken_back(jaan):
    take(csv_of({}, {}), by=jaan)
    rollups.count_changed_days()
    undo(ImportBatch.objects.get(), jaan)
    rollups.count_changed_days()

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(registered), 0), coalesce(sum(closed), 0) FROM complaints_daycount")
        assert cursor.fetchone() == (0, 0)


# --- The command ------------------------------------------------------------------------------------------------------
def test_the_command_goes_the_same_way(tmp_path, capsys, jaan):
    table, mapping = tmp_path / "register.csv", tmp_path / "map.toml"
    table.write_bytes(csv_of({}, {"Saabus": "eile"}))
    mapping.write_text(MAP)

    call_command("import_cases", str(table), "--map", str(mapping), "--dry-run", "--json")
    rehearsed = json.loads(capsys.readouterr().out.splitlines()[-1])
    call_command("import_cases", str(table), "--map", str(mapping), "--by", jaan.email, "--json")
    taken = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert Case.objects.get().registered_by == jaan
    call_command("import_cases", "--undo", str(taken["files"][0]["batch"]), "--json")
    undone = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert [rehearsed["files"][0][name] for name in ("read", "taken", "refused")] == [2, 1, 1]
    assert [taken["files"][0][name] for name in ("read", "taken", "refused")] == [2, 1, 1]
    assert undone["files"][0]["taken_back"] == 1


def test_the_command_ends_with_one_when_a_file_cannot_be_read(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.7")
    (tmp_path / "map.toml").write_text(MAP)

    with pytest.raises(SystemExit):
        call_command("import_cases", str(tmp_path / "x.csv"), "--map", str(tmp_path / "map.toml"))


# --- Stopping ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_request_to_stop_is_heard_within_the_transaction_and_takes_all_back(monkeypatch):
    jaan = User.objects.create_user("jaan@example.ee", "väga-salajane-sõna-1", first_name="Jaan", last_name="Kask")
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_WORDS", 0.0)
    seen = []
    moved = loading.Loading.take

    def somebody_else():
        job = Job.objects.get()
        seen.append((job.state, job.result.get("stage")))  # what others see while the transaction is open
        jobs.cancel(job=job, by=jaan)
        connections.close_all()

    def take_and_be_stopped(self, **kwargs):
        thread = threading.Thread(target=somebody_else)
        thread.start()
        thread.join()
        return moved(self, **kwargs)

    monkeypatch.setattr(loading.Loading, "take", take_and_be_stopped)
    job = runs.order_import(
        file=ContentFile(csv_of({}, {})),
        file_name="register.csv",
        map_text=MAP,
        by=jaan,
        is_rehearsal=False,
        to_worker=False,
    )
    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert seen == [("running", "matching")]
    assert job.state == Job.State.CANCELLED
    assert not Case.objects.exists()
    assert not ImportBatch.objects.exists()
    assert timezone.now() - job.finished_at < timedelta(minutes=1)


# --- Large imports ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("first", "last"), [(1, 30), (999_990, 1_000_010)])
def test_numbers_of_a_run_are_those_given_one_by_one(first, last):
    assert format_numbers("P", 2026, first, last) == [format_number("P", 2026, n) for n in range(first, last + 1)]
