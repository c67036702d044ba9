"""When a case ended, and whether its reply was in time: the same answer of one case, of a queryset and of the database."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bureau.models import OutsideBody, Topic
from complaints import case_ends, rollups
from complaints.closing import close_case
from complaints.correspondence import Reply, send_reply
from complaints.forwarding import SendingOn, forward_case
from complaints.models import Case, Clock, DayCount, DeadlineRule
from complaints.reopening import reopen_case
from tests.factories import CaseFactory
from tests.quality.bureau_of_rows import LIVES, TALLINN, RandomBureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def random_bureau(today, forest_unit, water_unit, mari, liis):
    return RandomBureau(
        seed=21, today=today, units=[forest_unit, water_unit], people=[mari, liis], contacts=0, cases=300
    )


def reply(case, by, at=None):
    send_reply(
        case=case,
        reply=Reply(text="Vastame.", channel_id=case.channel_id, recipient="", key=uuid.uuid4(), at=at),
        by=by,
    )
    case.refresh_from_db()
    return case


def closed(case, by, **facts):
    case.refresh_from_db()
    topic = Topic.objects.filter(parent__isnull=False).first()
    close_case(case=case, by=by, outcome="explained", topic_id=topic.pk, **facts)
    case.refresh_from_db()
    return case


def whole(case, by, at):
    body = OutsideBody.objects.first()
    forward_case(case=case, sending=SendingOn(body_id=body.pk, at=at, no_notice_because="Aadressi ei ole"), by=by)
    case.refresh_from_db()
    return case


def test_each_deed_that_ends_a_case_notes_the_day_and_closing_does_not_move_it(mari, today):
    ago = timezone.now() - timedelta(days=4)
    answered = reply(CaseFactory(days_ago=10, assignee=mari), mari, at=ago)
    forwarded = whole(CaseFactory(days_ago=10, assignee=mari), mari, at=ago)
    unanswered = closed(CaseFactory(days_ago=10, assignee=mari), mari, no_reply="withdrawn")

    assert [one.ended_on for one in (answered, forwarded, unanswered)] == [
        timezone.localdate(ago), timezone.localdate(ago), today,
    ]  # fmt: skip
    assert closed(answered, mari).ended_on == timezone.localdate(ago)
    assert closed(forwarded, mari).ended_on == timezone.localdate(ago)


def test_a_case_taken_up_again_has_no_end_until_its_next_one(mari, today):
    case = reply(CaseFactory(days_ago=10, assignee=mari), mari, at=timezone.now() - timedelta(days=4))

    reopen_case(case=case, by=mari, reason="Klient kirjutas uuesti")
    case.refresh_from_db()
    assert case.ended_on is None
    assert closed(case, mari, no_reply="duplicate").ended_on == today


def test_an_end_before_the_registration_counts_on_the_day_of_registration(mari):
    case = CaseFactory(days_ago=3, received_at=timezone.now() - timedelta(days=6), assignee=mari)

    assert reply(case, mari, at=timezone.now() - timedelta(days=5)).ended_on == case.registered_on


def test_a_reply_a_minute_before_midnight_of_the_last_day_is_in_time(mari):
    due_on = date(2026, 11, 16)
    minute = datetime(2026, 11, 16, 23, 59, tzinfo=TALLINN)
    made = [CaseFactory(days_ago=40, assignee=mari) for _ in range(2)]
    Clock.objects.update(due_on=due_on, raw_due_on=due_on, first_due_on=due_on)

    in_time, late = (reply(case, mari, at=minute + timedelta(minutes=back)) for back, case in enumerate(made))

    assert (in_time.was_on_time, late.was_on_time) == (True, False)


def test_a_case_answered_without_a_reply_clock_is_not_judged(mari):
    case = reply(CaseFactory(kind="praise", assignee=mari), mari)

    assert case.was_on_time is None
    assert case_ends.was_in_time([]) is None
    assert not Case.objects.filter(case_ends.JUDGED).exists()


def test_the_bureau_of_rows_has_every_kind_of_life_and_all_agree(random_bureau):
    """`was_on_time` and `ended_on` as written equal what clocks say, for each kind of row."""
    assert {case.status for case in random_bureau.cases} >= {"answered", "forwarded", "closed", "reopened", "waiting"}
    assert len(LIVES) >= 25
    for case in Case.objects.prefetch_related("clocks"):
        met = [(one.met_on, one.due_on) for one in case.clocks.all() if one.purpose == DeadlineRule.Purpose.REPLY]
        if case.status == "answered":
            assert case.was_on_time is case_ends.was_in_time(met), case


def test_conditions_of_querysets_and_of_statements_are_the_same(random_bureau):
    with connection.cursor() as cursor:
        for condition, text in ((case_ends.JUDGED, case_ends.JUDGED_SQL), (case_ends.IN_TIME, case_ends.IN_TIME_SQL)):
            cursor.execute(f"SELECT id FROM complaints_case WHERE {text} ORDER BY id")
            assert [pk for (pk,) in cursor.fetchall()] == list(
                Case.objects.filter(condition).order_by("pk").values_list("pk", flat=True)
            )
    parts = [Case.objects.filter(case_ends.TIMELINESS[one]).count() for one in ("yes", "no", "none")]
    assert sum(parts) == Case.objects.filter(answered_on__isnull=False).count()
    assert all(parts)


def test_what_is_late_today_is_what_the_earliest_running_clock_says(random_bureau, today):
    late = case_ends.open_at_end_of(Case.objects.all(), today).filter(case_ends.is_late_at_end_of(today))

    assert set(late) == set(Case.objects.overdue(today))
    assert late.exists()


def test_counted_days_know_judged_replies(random_bureau, today):
    rollups.count_days(today - timedelta(days=90), today)

    found = DayCount.objects.all()
    judged = Case.objects.kept().filter(case_ends.JUDGED).count()
    assert sum(found.values_list("answered_judged", flat=True)) == judged
    assert (
        sum(found.values_list("answered_on_time", flat=True)) == Case.objects.kept().filter(case_ends.IN_TIME).count()
    )
    assert sum(found.values_list("answered", flat=True)) > judged
