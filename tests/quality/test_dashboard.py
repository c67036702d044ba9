"""Figures of the dashboard against a count in plain Python over the same rows, read from counted days and from rows."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau import reference
from bureau.models import Channel, Service, Topic, Unit
from bureau.roles import ROLES, Permission
from complaints import rollups
from complaints.models import Case, CaseKind, ChangedDay, Clock, Contact
from quality.backlog import AGE_GROUPS
from quality.daily_counts import counted_state, sees_every_case
from quality.dashboard import Filters, SignalKind, count_figures, dashboard_figures, late_rise, scope_of, units_of
from quality.periods import Period, months_back
from tests.factories import AbsenceFactory, CaseFactory, ContactFactory, RoleHoldingFactory, SubstitutionFactory
from tests.quality.bureau_of_rows import Counted, RandomBureau

pytestmark = pytest.mark.django_db
TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.fixture
def part_of_forest(forest_unit):
    return Unit.objects.create(code="test-forest-south", name_et="Lõuna", name_en="South", parent=forest_unit)


@pytest.fixture
def bureau(today, forest_unit, water_unit, part_of_forest, mari, liis):
    def made(seed=1, **size):
        return RandomBureau(
            seed=seed, today=today, units=[forest_unit, water_unit, part_of_forest], people=[mari, liis], **size
        )

    return made


def last_30(today):
    return Period(today - timedelta(days=29), today)


def figures_of(user, today, filters=None, period=None):
    period = period or last_30(today)
    filters = filters or Filters(former=Period(period.first - timedelta(days=30), period.first - timedelta(days=1)))
    return count_figures(user=user, period=period, filters=filters, today=today, now=timezone.now())


def of_units(units):
    """Contacts and cases of these units as their head may open them: no contact of a restricted case of another unit."""
    ids = {unit.pk for unit in units}
    return Counted(
        contact=lambda row: row.unit_id in ids and (not row.is_restricted or row.case.unit_id in ids), case=lambda row: row.unit_id in ids
    )  # fmt: skip


def equal(figures, counted, today):
    """Everything that is counted from rows, once more in plain Python."""
    period, former = figures.period, figures.former
    for totals, stretch in ((figures.totals, period), (figures.former_totals, former)):
        answered = counted.answered_between(stretch)
        assert totals.contacts == len(counted.contacts_between(stretch))
        assert totals.registered == len(counted.registered_between(stretch))
        assert totals.answered == len(answered)
        assert totals.on_time == sum(bool(row.was_on_time) for row in answered)
        assert totals.late == sum(row.was_on_time is False for row in answered)
    assert {row.ids[0]: row.contacts for row in figures.channels} == counted.by_channel(period)
    assert {row.ids[0]: row.former for row in figures.channels if row.former} == {
        channel: count
        for channel, count in counted.by_channel(former).items()
        if channel in counted.by_channel(period)
    }
    assert sum(row.contacts for row in figures.topics) == len(counted.contacts_between(period))
    assert {row.kind_id: (row.replies.part, row.replies.whole) for row in figures.kinds} == {
        kind: (sum(bool(row.was_on_time) for row in rows), len(rows))
        for kind in {row.kind_id for row in counted.judged_between(period)}
        if (rows := [row for row in counted.judged_between(period) if row.kind_id == kind])
    }
    for point in figures.days:
        assert point.contacts == len(counted.contacts_between(Period(point.first, point.last)))
    for point in figures.timeliness.months:
        answered = counted.judged_between(Period(point.first, point.last))
        assert (point.replies.part, point.replies.whole) == (
            sum(bool(row.was_on_time) for row in answered),
            len(answered),
        )
    if figures.hours:
        assert figures.hours.totals == counted.by_hour(figures.hours.period)
    backlog, open_cases = figures.backlog, counted.open()
    assert backlog.open == len(open_cases)
    assert backlog.late == sum(row.due_on is not None and row.due_on < today for row in open_cases)
    assert backlog.due_today == sum(row.due_on == today for row in open_cases)
    assert backlog.unassigned == sum(row.assignee_id is None for row in open_cases)
    assert backlog.unassigned_since == min(
        (row.registered_on for row in open_cases if row.assignee_id is None), default=None
    )
    assert backlog.oldest_on == min((row.registered_on for row in open_cases), default=None)
    ages = sorted((today - row.registered_on).days for row in open_cases)
    assert backlog.median_age == (ages[(len(ages) + 1) // 2 - 1] if ages else None)
    assert [group.count for group in backlog.by_age] == [
        sum(youngest <= age and (oldest is None or age <= oldest) for age in ages) for youngest, oldest in AGE_GROUPS
    ]


# --- Figures equal rows -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_equal_rows_before_anything_was_counted(seed, bureau, jaan, today):
    bureau(seed)

    equal(figures_of(jaan, today), Counted(), today)


@pytest.mark.parametrize("seed", [4, 5])
def test_figures_equal_rows_when_all_days_were_counted(seed, bureau, jaan, today):
    bureau(seed)
    rollups.count_days(today - timedelta(days=70), today)

    equal(figures_of(jaan, today), Counted(), today)


@pytest.mark.parametrize("seed", [6, 7])
def test_changed_days_and_today_are_read_from_the_rows_and_nothing_is_double(seed, bureau, jaan, today, mari):
    made = bureau(seed)
    rollups.count_days(today - timedelta(days=70), today - timedelta(days=3))
    moved = Contact.objects.filter(undone_at__isnull=True, on__lt=today - timedelta(days=3)).first()
    old_on, new_on = moved.on, moved.on - timedelta(days=2)
    Contact.objects.filter(pk=moved.pk).update(on=new_on, at=moved.at - timedelta(days=2))
    rollups.mark_changed(old_on, new_on)
    ContactFactory(at=timezone.now(), channel=made.channels[0], handled_by=mari)

    equal(figures_of(jaan, today), Counted(), today)


def test_counted_days_are_what_is_read(bureau, jaan, today):
    """A row written past every rule, so without a mark, is not seen on a counted day: the tables are what is read."""
    bureau(8)
    rollups.count_days(today - timedelta(days=70), today)
    before = figures_of(jaan, today).totals.contacts
    ContactFactory(at=timezone.now() - timedelta(days=5))

    assert figures_of(jaan, today).totals.contacts == before


@pytest.mark.parametrize("was_counted", [False, True])
def test_filters_narrow_every_figure(was_counted, bureau, jaan, today, forest_unit, part_of_forest):
    made = bureau(9, contacts=200, cases=150)
    if was_counted:
        rollups.count_days(today - timedelta(days=70), today)
    channel, topic = made.channels[1], made.topics[0]
    forest = {forest_unit.pk, part_of_forest.pk}
    period = last_30(today)
    former = Period(period.first - timedelta(days=365), period.last - timedelta(days=365))

    of_unit = figures_of(jaan, today, Filters(unit_id=forest_unit.pk, former=former))
    of_channel = figures_of(jaan, today, Filters(channel_id=channel.pk, former=former))
    of_topic = figures_of(jaan, today, Filters(topic_id=topic.parent_id, former=former))

    def in_group(row):
        return row.topic_id in reference.topic_subtree_ids(topic.parent_id)

    equal(of_unit, Counted(contact=lambda row: row.unit_id in forest, case=lambda row: row.unit_id in forest), today)
    equal(
        of_channel,
        Counted(contact=lambda row: row.channel_id == channel.pk, case=lambda row: row.channel_id == channel.pk),
        today,
    )
    equal(of_topic, Counted(contact=in_group, case=in_group), today)
    assert of_topic.hours is None


@pytest.mark.parametrize("was_counted", [False, True])
def test_a_service_is_what_its_topics_count(was_counted, bureau, jaan, today):
    made = bureau(9, contacts=200, cases=150)
    service = Service.objects.create(code="proov", name_et="Prooviteenus", name_en="Trial service")
    own = {topic.pk for topic in made.topics[1:3]}
    Topic.objects.exclude(pk__in=own).update(service=None)
    for topic in Topic.objects.filter(pk__in=own):
        topic.service = service
        topic.save()
    if was_counted:
        rollups.count_days(today - timedelta(days=70), today)
    period = last_30(today)
    former = Period(period.first - timedelta(days=365), period.last - timedelta(days=365))

    def is_own(row):
        return row.topic_id in own

    of_service = figures_of(jaan, today, Filters(service_id=service.pk, former=former))
    of_one = figures_of(jaan, today, Filters(service_id=service.pk, topic_id=made.topics[1].pk, former=former))
    of_none = figures_of(jaan, today, Filters(service_id=service.pk, topic_id=made.topics[0].pk, former=former))

    equal(of_service, Counted(contact=is_own, case=is_own), today)
    assert 0 < of_one.totals.contacts < of_service.totals.contacts
    assert of_none.totals.contacts == 0


def test_topics_stand_under_their_group_and_a_chosen_group_is_taken_apart(jaan, today):
    group, other = Topic.objects.filter(parent__isnull=True, parts__isnull=False).distinct().order_by("pk")[:2]
    first, second = Topic.objects.filter(parent=group).order_by("pk")[:2]
    for topic in (first, first, second, other.parts.first(), None):
        ContactFactory(topic=topic)

    by_group = figures_of(jaan, today).topics
    by_topic = figures_of(jaan, today, Filters(topic_id=group.pk)).topics

    assert [(row.ids, row.contacts) for row in by_group] == [((group.pk,), 3), ((other.pk,), 1), ((), 1)]
    assert [(row.ids, row.contacts) for row in by_topic] == [((first.pk,), 2), ((second.pk,), 1)]


def test_the_only_group_is_taken_apart_at_once(jaan, today):
    group = Topic.objects.filter(parent__isnull=True, parts__isnull=False).distinct().order_by("pk").first()
    first, second = Topic.objects.filter(parent=group).order_by("pk")[:2]
    for topic in (first, first, second):
        ContactFactory(topic=topic)

    assert [(row.ids, row.contacts) for row in figures_of(jaan, today).topics] == [((first.pk,), 2), ((second.pk,), 1)]


def test_an_hour_of_the_day_when_clocks_go_back_is_counted_by_local_time(jaan):
    today = date(2026, 10, 26)
    twice = datetime(2026, 10, 25, 3, 30, tzinfo=TALLINN)
    for at in (
        twice.replace(fold=0),
        twice.replace(fold=1),
        datetime(2026, 10, 25, 0, 5, tzinfo=TALLINN),
        datetime(2026, 10, 25, 23, 55, tzinfo=TALLINN),
    ):
        ContactFactory(at=at.astimezone(ZoneInfo("UTC")))
    period = Period(date(2026, 10, 25), today)

    rows = count_figures(user=jaan, period=period, filters=Filters(), today=today, now=timezone.now())
    rollups.count_days(date(2026, 10, 20), today)
    counted = count_figures(user=jaan, period=period, filters=Filters(), today=today, now=timezone.now())

    assert rows.hours.totals == counted.hours.totals == {(6, 3): 2, (6, 0): 1, (6, 23): 1}
    assert rows.totals == counted.totals


def test_an_empty_desk_has_figures_without_a_fault(jaan, today):
    figures = figures_of(jaan, today)

    assert not figures.has_any
    assert (figures.totals.contacts, figures.days, figures.signals, figures.backlog.open) == (0, (), (), 0)


# --- Who sees what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("was_counted", [False, True])
def test_a_unit_head_gets_the_unit_and_its_parts_restricted_cases_too(
    was_counted, bureau, kai, today, forest_unit, part_of_forest
):
    bureau(10, contacts=150, cases=120)
    Case.objects.filter(unit=None, is_restricted=False).update(assignee=kai)  # seen by Kai, but not of the unit
    if was_counted:
        rollups.count_days(today - timedelta(days=70), today)

    figures = figures_of(kai, today)

    seen = of_units([forest_unit, part_of_forest])
    equal(figures, seen, today)
    assert any(row.is_restricted for row in seen.open())
    assert any(row.is_restricted for row in seen.contacts)
    assert len(seen.contacts) < Contact.objects.kept().filter(unit__in=[forest_unit, part_of_forest]).count()
    assert figures.away == ()


def test_a_unit_head_cannot_leave_the_unit_by_the_address(bureau, kai, today, water_unit):
    bureau(11)

    figures = figures_of(kai, today, Filters(unit_id=water_unit.pk))

    assert not figures.has_any


def test_who_may_not_open_restricted_rows_does_not_count_them(bureau, today, mari, kai, forest_unit, part_of_forest):
    """Mari, a specialist, stands in for the head of the forest unit: what she cannot open is in no figure of hers."""
    bureau(12, contacts=150, cases=120)
    Case.objects.filter(assignee=mari).update(assignee=None)
    Contact.objects.filter(handled_by=mari).update(handled_by=None)
    rollups.count_days(today - timedelta(days=70), today)
    RoleHoldingFactory(user=mari, role="unit_head", unit=forest_unit, on_behalf_of=kai)
    forest = {forest_unit.pk, part_of_forest.pk}
    mari = type(mari).objects.get(pk=mari.pk)

    figures = figures_of(mari, today)

    visible_cases = set(Case.objects.visible_to(mari).values_list("pk", flat=True))
    visible_contacts = set(Contact.objects.visible_to(mari).values_list("pk", flat=True))
    equal(
        figures,
        Counted(contact=lambda row: row.unit_id in forest and row.pk in visible_contacts, case=lambda row: row.unit_id in forest and row.pk in visible_cases),
        today,
    )  # fmt: skip
    assert not sees_every_case(mari, scope_of(user=mari, filters=Filters()))


def test_every_role_with_the_whole_dashboard_may_open_every_row_it_counts():
    for role in ROLES.values():
        if Permission.DASHBOARD_VIEW in role.grants:
            assert role.grants >= {
                Permission.CASE_VIEW,
                Permission.CONTACT_VIEW,
                Permission.CASE_VIEW_RESTRICTED,
                Permission.CASE_VIEW_ALL_UNITS,
            }
            assert not role.needs_unit


def test_a_person_without_a_dashboard_has_no_units(mari, outi):
    assert units_of(mari) == units_of(outi) == frozenset()


def test_those_away_are_named_with_their_substitute_and_not_with_the_reason(jaan, mari, liis, peeter, today):
    AbsenceFactory(user=liis, kind="sick", starts_on=today, ends_on=today + timedelta(days=2))
    AbsenceFactory(user=peeter, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2))
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)

    away = figures_of(jaan, today).away

    assert [(one.user_id, one.until, one.substitute_id) for one in away] == [
        (liis.pk, today + timedelta(days=2), mari.pk)
    ]


# --- Kept figures -----------------------------------------------------------------------------------------------------
def test_figures_are_kept_until_something_changes(jaan, peeter, kai, today, mari):
    CaseFactory(by=mari)
    ask = {"period": last_30(today), "filters": Filters(), "today": today}
    first = dashboard_figures(user=jaan, **ask)

    with CaptureQueriesContext(
        connection,
    ) as again:
        kept = dashboard_figures(user=peeter, **ask)
    unit_head = dashboard_figures(user=kai, **ask)
    CaseFactory(by=mari)
    after = dashboard_figures(user=jaan, **ask)

    assert kept == first
    assert len(again) == 2  # the rights of Peeter, and where the counting stands
    assert (first.backlog.open, unit_head.backlog.open, after.backlog.open) == (1, 0, 2)


def test_the_state_of_counting_changes_with_marks_and_counting(today, mari):
    states = [counted_state(today=today)]
    rollups.count_days(today - timedelta(days=3), today - timedelta(days=1))
    states.append(counted_state(today=today))
    rollups.mark_changed(today - timedelta(days=2))
    states.append(counted_state(today=today))
    rollups.count_changed_days(today=today)
    states.append(counted_state(today=today))

    assert len({state.version for state in states}) == 4
    assert states[2].changed == {today - timedelta(days=2)}
    assert states[3].changed == frozenset()


def test_more_changed_days_than_can_be_read_are_said_and_not_read(today, settings):
    rollups.count_days(today - timedelta(days=400), today - timedelta(days=1))
    ChangedDay.objects.bulk_create(ChangedDay(day=today - timedelta(days=back)) for back in range(1, 201))

    state = counted_state(today=today)

    assert (len(state.changed), state.behind) == (120, 80)
    assert max(state.changed) == today - timedelta(days=1)


def test_the_number_of_statements_does_not_grow_with_rows(bureau, jaan, today):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            figures_of(jaan, today)
        return len(captured)

    bureau(13, contacts=1, cases=1)
    figures_of(jaan, today)
    few = statements()
    bureau(14, contacts=300, cases=200)

    assert statements() == few == 4


# --- Days that are over -----------------------------------------------------------------------------------------------
def test_past_days_of_the_backlog_are_rebuilt_from_what_happened(bureau, jaan, today):
    bureau(15, contacts=1, cases=200)
    counted = Counted()

    history = figures_of(jaan, today).history

    assert len(history.days) == 20
    assert history.open == tuple(len(counted.open_at_end_of(day)) for day in history.days)
    assert history.late == tuple(len(counted.late_at_end_of(day)) for day in history.days)
    assert max(history.late) > 0


def due(case, day):
    Case.objects.filter(pk=case.pk).update(due_on=day)
    Clock.objects.filter(case=case).update(
        due_on=day, raw_due_on=day, first_due_on=day, triggered_on=case.registered_on
    )


def test_late_cases_that_grew_in_a_week_are_a_signal(jaan, today, mari):
    for days in (1, 2, 3):
        case = CaseFactory(by=mari, days_ago=40)
        due(case, today - timedelta(days=days))
    due(CaseFactory(by=mari, days_ago=60), today - timedelta(days=30))

    figures = figures_of(jaan, today)

    assert late_rise(figures) == 3
    assert SignalKind.LATE_RISES in {signal.kind for signal in figures.signals}


def test_an_intake_beyond_the_usual_of_its_weekday_is_a_signal(jaan):
    """Thirty Tuesdays with 9–11 contacts, then one with forty; the holiday among them is left out."""
    today = date(2026, 11, 24)
    for week in range(1, 31):
        tuesday = today - timedelta(weeks=week)
        count = 0 if tuesday == date(2026, 6, 23) else 9 + week % 3
        for number in range(count):
            ContactFactory(at=datetime(tuesday.year, tuesday.month, tuesday.day, 10, number, tzinfo=TALLINN))
    for number in range(40):
        ContactFactory(at=datetime(2026, 11, 24, 10, number, tzinfo=TALLINN))
    ask = {"user": jaan, "period": Period(date(2026, 11, 1), today), "filters": Filters(), "today": today}

    in_the_morning = count_figures(**ask, now=datetime(2026, 11, 24, 9, 30, tzinfo=TALLINN))
    at_eleven = count_figures(**ask, now=datetime(2026, 11, 24, 11, 5, tzinfo=TALLINN))
    Contact.objects.filter(on=today).update(undone_at=timezone.now())
    empty_morning = count_figures(**ask, now=datetime(2026, 11, 24, 9, 30, tzinfo=TALLINN))
    empty_noon = count_figures(**ask, now=datetime(2026, 11, 24, 12, 5, tzinfo=TALLINN))

    assert in_the_morning.intake.usual.points == 26
    assert 9 < in_the_morning.intake.usual.mean < 11
    assert {one.kind for one in at_eleven.signals} == {SignalKind.INTAKE_ABOVE}
    assert empty_morning.signals == ()  # nothing has usually come by half past nine
    assert {one.kind for one in empty_noon.signals} == {SignalKind.INTAKE_BELOW}


def test_a_lasting_fall_of_replies_in_time_is_a_signal_and_chance_is_not(jaan, today):
    def figures_with(late_of_forty):
        Case.objects.all().delete()
        kind, channel = CaseKind.objects.first(), Channel.objects.first()
        rows = []
        for back, late in enumerate(reversed(late_of_forty), start=1):
            day = months_back(today.replace(day=1), back) + timedelta(days=10)
            at = datetime(day.year, day.month, day.day, 12, tzinfo=TALLINN)
            rows += [
                Case(
                    number=f"M-{back}-{number}", series="M", year=back, sequence=number + 1, kind=kind, channel=channel, title="Kiri",
                    status="answered", received_at=at, registered_at=at, registered_on=day, answered_at=at, answered_on=day,
                    was_on_time=number >= late, ended_on=day,
                )
                for number in range(40)
            ]  # fmt: skip
        Case.objects.bulk_create(rows)
        return figures_of(jaan, today)

    chance = figures_with([2, 3, 1, 2, 4, 2, 1, 3, 2, 3, 1, 2, 3, 2, 1, 3, 2, 4, 2, 1])
    fallen = figures_with([2, 3, 1, 2, 4, 2, 1, 3, 2, 3, 1, 3, 2, 6, 7, 6, 8, 7, 6, 7])

    assert chance.signals == ()
    assert {one.kind for one in fallen.signals} == {SignalKind.REPLIES_WORSE}
    assert fallen.timeliness.run == 7
    assert fallen.timeliness.limits.points == 13
