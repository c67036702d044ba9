"""What is stored agrees with itself after fifty writers at once, and each check sees when it does not."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from bureau import jobs
from bureau.models import Channel, Job, Notification, OutsideBody, RoleHolding, Topic, User
from bureau.role_holdings import end_role, grant_role
from complaints import rollups
from complaints.closing import close_case
from complaints.correspondence import Reply, send_reply
from complaints.forwarding import SendingOn, forward_case
from complaints.intake.importing.runs import order_import
from complaints.models import Case, CaseKind, ClockEvent
from complaints.notes import add_note
from complaints.registration import NewCase, register_case
from complaints.reopening import reopen_case
from complaints.verification import check_nightly, verify
from tests.complaints.imported import MAP, csv_of, take
from tests.complaints.test_complaint_verification import CHECKS as CHECKS_OF_COMPLAINTS
from tests.databases import past_the_guard
from tests.factories import CaseFactory, ContactFactory


def differing() -> set[str]:
    return {finding.code for finding in verify() if not finding.is_clean}


def sql(statement: str, values=()) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


@pytest.fixture
def desk(db, mari):
    """Some cases, contacts, an import and counted days."""
    cases = [CaseFactory(days_ago=days, by=mari) for days in (0, 1, 3)]
    cases.append(CaseFactory(days_ago=2, restricted=True, by=mari))
    ContactFactory(case=cases[3], is_restricted=True)
    take(csv_of({}, {"Olek": "Suletud", "Vastatud": "04.03.2026", "Suletud": "05.03.2026"}), by=mari)
    rollups.count_changed_days()
    return cases


def test_a_desk_at_work_is_clean(desk):
    findings = verify()

    assert [finding.code for finding in findings if not finding.is_clean] == []
    assert {finding.code: finding.rows for finding in findings}["numbers_gapless"] == 6


BREAKS = {
    "numbers_gapless": "UPDATE complaints_numberseries SET last = last + 1 WHERE year = 2026",
    "numbers_well_formed": "UPDATE complaints_case SET number = left(number, -1) || ((right(number, 1)::int + 1) %% 10) WHERE id = %s",
    "clocks_recomputed": "UPDATE complaints_clock SET due_on = due_on + 1, raw_due_on = raw_due_on + 1 WHERE case_id = %s",
    "clocks_follow_events": "UPDATE complaints_clock SET due_on = due_on + 1 WHERE case_id = %s",
    "due_is_earliest": "UPDATE complaints_case SET due_on = due_on - 1 WHERE id = %s",
    "clocks_start_as_registered": "UPDATE complaints_case SET registered_on = registered_on + 1, registered_at = registered_at + interval '1 day' WHERE id = %s",
    "case_ends": "UPDATE complaints_case SET ended_on = ended_on + 1 WHERE id = %s",
    "outcomes_follow_deeds": "UPDATE complaints_case SET outcome = 'withdrawn' WHERE id = %s",
    "cases_changed_by_deeds": "UPDATE complaints_case SET outcome = 'solved' WHERE id = %s",
    "days_are_local": "UPDATE complaints_case SET registered_at = registered_at + interval '36 hours' WHERE id = %s",
    "imports_add_up": "UPDATE complaints_importbatch SET rows_refused = rows_refused + 1",
    "case_marks": "UPDATE complaints_case SET is_extended = true WHERE id = %s",
    "restrictions_hold": "UPDATE complaints_contact SET is_restricted = false",
    "search_complete": "DELETE FROM complaints_searchdocument WHERE case_id = %s",
}


NEEDS_AN_END = {"case_ends", "outcomes_follow_deeds"}


def answered(case, by):
    send_reply(
        case=case, reply=Reply(text="Vastus", channel_id=case.channel_id, recipient="", key=uuid.uuid4()), by=by
    )
    case.refresh_from_db()
    close_case(case=case, by=by, outcome="explained", topic_id=Topic.objects.filter(parent__isnull=False).first().pk)
    return case


@pytest.mark.parametrize("code", BREAKS)
def test_each_check_sees_its_own_break(desk, code, mari):
    statement = BREAKS[code]

    at = desk[1].pk if code not in NEEDS_AN_END else answered(desk[1], mari).pk
    sql(statement, [at] if "%s" in statement else ())

    assert code in differing()


@pytest.fixture
def answered_desk(desk, mari, today):
    """Two were answered and closed, in time and late; one was forwarded; one taken up again."""
    for case in desk[:3]:
        send_reply(
            case=case, reply=Reply(text="Vastus", channel_id=case.channel_id, recipient="", key=uuid.uuid4()), by=mari
        )
        case.refresh_from_db()
    topic = Topic.objects.filter(parent__isnull=False).first().pk
    close_case(case=desk[1], by=mari, outcome="explained", topic_id=topic)
    reopen_case(case=desk[2], by=mari, reason="Klient kirjutas uuesti")
    add_note(case=desk[0], by=mari, text="Helistasin kliendile.")
    body = OutsideBody.objects.first().pk
    forward_case(case=desk[3], sending=SendingOn(body_id=body, no_notice_because="Aadress puudub"), by=mari)
    rollups.count_days(today - timedelta(days=4), today)
    return desk


def test_a_desk_that_answered_closed_forwarded_and_reopened_is_clean(answered_desk):
    assert differing() == set()


# What was changed past the desk without anybody being told, each by statements alone.
SILENT = {
    "in time though late": ("UPDATE complaints_case SET was_on_time = NOT was_on_time WHERE id = %s", 1, "case_marks"),
    "no judgement any more": ("UPDATE complaints_case SET was_on_time = NULL WHERE id = %s", 1, "case_marks"),
    "in time of one taken up again": ("UPDATE complaints_case SET was_on_time = false WHERE id = %s", 2, "case_marks"),
    "in time of one answered": ("UPDATE complaints_case SET was_on_time = false WHERE id = %s", 0, "case_marks"),
    "met a day earlier": ("UPDATE complaints_clock SET met_on = met_on - 1 WHERE case_id = %s AND state = 'met'", 0, "clocks_follow_events"),
    "met later": ("UPDATE complaints_clock SET met_on = met_on + 60 WHERE case_id = %s AND state = 'met'", 1, "clocks_follow_events"),
    "another outcome": ("UPDATE complaints_case SET outcome = 'refused' WHERE id = %s", 1, "outcomes_follow_deeds"),
    "outcome of a forwarded one": ("UPDATE complaints_case SET outcome = 'solved' WHERE id = %s", 3, "outcomes_follow_deeds"),
    "registered a day later": (
        "UPDATE complaints_case SET registered_on = registered_on + 1, registered_at = registered_at + interval '1 day' WHERE id = %s", 1,
        "clocks_start_as_registered",
    ),
    "registered a day later, taken up again": (
        "UPDATE complaints_case SET registered_on = registered_on + 1, registered_at = registered_at + interval '1 day' WHERE id = %s", 2,
        "cases_changed_by_deeds",
    ),
    "another unit": ("UPDATE complaints_case SET unit_id = (SELECT max(id) FROM bureau_unit) WHERE id = %s", 1, "cases_changed_by_deeds"),
    "another handler": ("UPDATE complaints_case SET assignee_id = CASE WHEN assignee_id IS NULL THEN (SELECT max(id) FROM bureau_user) END WHERE id = %s", 1, "cases_changed_by_deeds"),
    "another title": ("UPDATE complaints_case SET title = 'Muu' WHERE id = %s", 1, "cases_changed_by_deeds"),
    "a letter gone": ("DELETE FROM complaints_message WHERE case_id = %s AND kind = 'reply'", 0, "letters_kept"),
    "a note gone": ("DELETE FROM complaints_casenote WHERE case_id = %s", 0, "letters_kept"),
    "ended another day": ("UPDATE complaints_case SET ended_on = ended_on + 1 WHERE id = %s", 1, "case_ends"),
}  # fmt: skip


@pytest.mark.parametrize("what", SILENT)
def test_what_is_changed_past_the_desk_is_told(what, answered_desk):
    statement, at, code = SILENT[what]

    sql(statement, [answered_desk[at].pk])

    assert code in differing()


@pytest.fixture
def roles_given(admin_user, mari, liis, today):
    """Mari and Liis are given roles by deeds; Liis' ends."""
    facts = {"starts_on": today, "reason": "asendus", "by": admin_user}
    grant_role(person=mari, role="chief_specialist", ends_on=today + timedelta(days=9), **facts)
    ending = grant_role(person=liis, role="head_of_bureau", ends_on=None, **facts)
    end_role(holding=ending, last_day=today + timedelta(days=3), by=admin_user)
    return {"mari": mari.pk, "liis": liis.pk}


# Each is done to the holdings of who is named.
ROLES_CHANGED = {
    "held for longer": ("mari", "UPDATE bureau_roleholding SET ends_on = NULL WHERE user_id = %s AND role = 'chief_specialist'"),
    "held after its end": ("liis", "UPDATE bureau_roleholding SET ends_on = NULL WHERE user_id = %s AND role = 'head_of_bureau'"),
    "another role": ("mari", "UPDATE bureau_roleholding SET role = 'head_of_department' WHERE user_id = %s AND role = 'chief_specialist'"),
    "taken away": ("liis", "DELETE FROM bureau_roleholding WHERE user_id = %s AND role = 'head_of_bureau'"),
    "never given": (
        "mari",
        "INSERT INTO bureau_roleholding (user_id, role, starts_on, reason, created_at) VALUES (%s, 'administrator', '2026-01-01', '', now() + interval '1 minute')",
    ),
}  # fmt: skip


def test_roles_given_and_ended_by_deeds_are_clean(roles_given):
    assert [one.differences for one in verify(["roles_follow_deeds"])] == [0]


@pytest.mark.parametrize("what", ROLES_CHANGED)
def test_a_role_changed_past_the_desk_is_told(what, roles_given):
    who, statement = ROLES_CHANGED[what]

    past_the_guard(statement, [roles_given[who]])

    assert [one.differences > 0 for one in verify(["roles_follow_deeds"])] == [True]


@pytest.mark.parametrize(
    "what", [what for what, (statement, _at, _code) in SILENT.items() if "complaints_case " in statement]
)
def test_a_change_of_a_case_is_told_by_its_kept_versions_too(what, answered_desk):
    statement, at, _code = SILENT[what]
    sql(statement, [answered_desk[at].pk])

    assert "cases_changed_by_deeds" in differing()


def test_a_gap_in_the_numbers_is_seen(desk):
    sql("UPDATE complaints_case SET sequence = sequence + 100 WHERE id = %s", [desk[1].pk])

    assert "numbers_gapless" in differing()


def test_a_missing_deed_is_seen(desk):
    past_the_guard("DELETE FROM bureau_deed WHERE action = 'case.registered' AND object_id = %s", [desk[1].pk])

    assert differing() == {"deeds_complete"}


def test_counts_that_differ_from_their_rows_are_seen(desk):
    day = timezone.localdate() - timedelta(days=3)
    sql("UPDATE complaints_daycount SET registered = registered + 1 WHERE day = %s", [day])

    assert differing() == {"rollups_equal"}


def test_a_missing_file_is_seen(desk):
    job = Job.objects.exclude(input_file="").get()
    job.input_file.storage.delete(job.input_file.name)

    assert differing() == {"files_exist"}


def test_every_check_is_broken_by_some_test():
    from complaints.verification import _checks

    elsewhere = {"mail_sent_once", "mail_not_stuck"}  # tests/bureau/test_outbox_proof.py
    elsewhere |= {"letters_kept", "roles_follow_deeds"}  # below and above, by what was done in silence
    elsewhere |= {"challenges_follow_moves"}  # tests/complaints/test_challenges.py
    elsewhere |= set(CHECKS_OF_COMPLAINTS)
    # Those of the apps above are broken in their own tests.
    own = {code for code, (_words, find) in _checks.items() if find.__module__.startswith("complaints.")}
    assert own - set(BREAKS) - elsewhere <= {"deeds_complete", "rollups_equal", "files_exist"}


def test_the_head_is_told_of_a_difference_once_a_day(desk, jaan, mari):
    sql("UPDATE complaints_case SET due_on = due_on - 1 WHERE id = %s", [desk[1].pk])

    check_nightly()
    check_nightly()

    assert [notice.user for notice in Notification.objects.filter(kind="verify.differs")] == [jaan]


def test_nobody_is_told_when_all_is_well(desk, jaan):
    check_nightly()

    assert not Notification.objects.filter(kind="verify.differs").exists()


def test_the_command_prints_every_check_and_ends_with_one_on_a_difference(desk, capsys):
    call_command("verify", "--json")
    clean = json.loads(capsys.readouterr().out.splitlines()[-1])
    sql("UPDATE complaints_case SET due_on = due_on - 1 WHERE id = %s", [desk[1].pk])
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json")
    broken = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert clean["clean"]
    assert not broken["clean"]
    assert ended.value.code == 1
    assert {check["check"] for check in broken["checks"] if check["differences"]} == {"due_is_earliest"}


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_at_once_with_forced_rollbacks_leave_no_gap_and_no_difference():
    kind, channel = CaseKind.objects.get(code="explanation"), Channel.objects.get(code="email")
    by = User.objects.create_user("mari@example.ee", "väga-salajane-sõna-1", first_name="Mari", last_name="Tamm")
    RoleHolding.objects.create(user=by, role="chief_specialist", starts_on="2020-01-01")
    tables = [
        csv_of({"Number": f"a{n}"}, {"Number": f"b{n}"}, {"Number": f"c{n}", "Saabus": "eile"}) for n in range(5)
    ]
    imports = [
        order_import(
            file=ContentFile(table), file_name="register.csv", map_text=MAP, by=by, is_rehearsal=False, to_worker=False
        )
        for table in tables
    ]
    start, failures = threading.Barrier(50), []

    class ForcedRollback(Exception):
        pass

    def register(number: int) -> None:
        start.wait()
        now = timezone.now() - timedelta(days=number % 4)
        for turn in range(3):
            try:
                with transaction.atomic():
                    new = NewCase(
                        kind=kind, title=f"{number}", channel_id=channel.pk, received_at=now, registered_at=now
                    )
                    register_case(new, by=by)
                    if (number + turn) % 3 == 0:
                        raise ForcedRollback
            except ForcedRollback:
                continue

    def take_in(number: int) -> None:
        start.wait()
        jobs.run(job_id=imports[number].pk)

    def work(number: int) -> None:
        try:
            (take_in if number < 5 else register)(number)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Case.objects.count() == 45 * 2 + 5 * 2
    assert [finding for finding in verify() if not finding.is_clean] == []
    assert ClockEvent.objects.count() == Case.objects.count()
