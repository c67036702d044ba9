from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from bureau.calendar_store import working_calendar
from bureau.models import ReadingRecord
from staff.availability import availability, hours_of_day, next_working_days
from staff.workload import team_load
from tests.conftest import person
from tests.factories import AbsenceFactory, CaseFactory
from tests.factories.staff import KindWeightFactory, ShiftFactory, at


@pytest.fixture
def workday(db, today):
    calendar = working_calendar()
    return today if calendar.is_working_day(today) else calendar.next_working_day(today)


def test_a_shortened_day_a_part_time_and_a_day_away():
    from datetime import date

    calendar = working_calendar_of_2026()
    full, half = Decimal(1), Decimal("0.5")

    assert hours_of_day(date(2026, 11, 24), calendar=calendar, share=full, is_away=False) == 8
    assert hours_of_day(date(2026, 11, 24), calendar=calendar, share=half, is_away=False) == 4
    # The working day before Independence Day is three hours shorter (TLS § 53).
    assert hours_of_day(date(2026, 2, 23), calendar=calendar, share=full, is_away=False) == 5
    assert hours_of_day(date(2026, 2, 24), calendar=calendar, share=full, is_away=False) == 0
    assert hours_of_day(date(2026, 11, 24), calendar=calendar, share=full, is_away=True) == 0


def working_calendar_of_2026():
    from bureau.working_calendar import estonian_calendar

    return estonian_calendar(2025, 2027)


def test_hours_on_the_telephone_are_not_there_for_cases(mari, workday):
    ShiftFactory(user=mari, starts_at=at(workday, 9), ends_at=at(workday, 13))

    found = availability([mari], first=workday, last=workday, calendar=working_calendar())[mari.pk]

    assert (found.on_duty, found.for_cases) == (4, found.hours - 4)


def test_a_shift_of_an_absent_person_binds_nothing(mari, workday):
    ShiftFactory(user=mari, starts_at=at(workday, 9), ends_at=at(workday, 13))
    AbsenceFactory(user=mari, starts_on=workday, ends_on=workday)

    found = availability([mari], first=workday, last=workday, calendar=working_calendar())[mari.pk]

    assert (found.hours, found.for_cases, found.days_away) == (0, 0, 1)


def test_load_is_weighted_hours_over_the_hours_of_a_week(mari, liis, today):
    from complaints.models import CaseKind

    KindWeightFactory(kind=CaseKind.objects.get(code="explanation"), minutes=120, valid_from=today)
    CaseFactory(assignee=mari)
    CaseFactory(assignee=mari)
    CaseFactory()

    load = team_load(today)

    own = load.of(mari.pk)
    assert (own.open_cases, own.hours, load.unassigned) == (2, 4, 1)
    assert own.load == 4 / own.available.for_cases
    assert load.of(liis.pk).load == 0


def test_nothing_is_said_of_a_team_of_fewer_than_five(mari, liis, peeter, jaan, today):
    assert team_load(today).median_load is None

    person("viies@example.ee", "Viies", "Inimene", "specialist")

    assert team_load(today).median_load == 0


def test_statements_do_not_grow_with_people_and_cases(mari, today, django_assert_num_queries):
    team_load(today)
    with django_assert_num_queries(7):
        team_load(today)
    for number in range(3):
        CaseFactory(assignee=person(f"u{number}@example.ee", "U", str(number), "specialist"))
    team_load(today)  # reads the lists that the new people made old

    with django_assert_num_queries(7):
        team_load(today)


def test_the_week_of_hours_begins_today_and_ends_with_the_fifth_working_day(workday):
    first, last = next_working_days(workday, 5, working_calendar())

    assert first == workday
    assert working_calendar().working_days_between(workday, last) == 4


@pytest.mark.parametrize("name", ["mari", "peeter", "tiina", "dora"])
def test_only_the_head_opens_the_figures_of_persons(name, request, as_person):
    client = as_person(request.getfixturevalue(name))

    for page in ("team_workload", "work_share", "weight_list"):
        assert client.get(reverse(f"staff:{page}")).status_code == 403


def test_who_stands_in_for_the_head_opens_them_for_those_days(peeter, jaan, as_person, today):
    from tests.factories import SubstitutionFactory

    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=today, ends_on=today + timedelta(days=2))

    assert as_person(peeter).get(reverse("staff:team_workload")).status_code == 200


def test_every_look_at_persons_is_recorded(jaan, mari, as_person):
    as_person(jaan).get(reverse("staff:team_workload"))

    assert ReadingRecord.objects.filter(user=jaan, object_type="staff.workload").count() == 1


def test_a_specialist_reads_the_own_figures_and_no_name_of_a_colleague(mari, liis, jaan, peeter, as_person):
    person("viies@example.ee", "Viies", "Inimene", "specialist")
    CaseFactory(assignee=liis)

    page = as_person(mari).get(reverse("staff:my_workload")).content.decode()

    assert "meeskonna mediaan" in page
    assert "Mets" not in page
    assert "Saar" not in page


def test_the_plan_is_carried_out_and_taken_back(jaan, mari, liis, as_person, today):
    case = CaseFactory(assignee=mari)
    AbsenceFactory(user=mari, starts_on=today, ends_on=today + timedelta(days=60))
    client = as_person(jaan)

    page = client.get(reverse("staff:work_share"))
    answer = client.post(reverse("staff:work_share"), {"case": case.number}, follow=True)

    case.refresh_from_db()
    assert case.number in page.content.decode()
    assert case.assignee == liis
    assert answer.status_code == 200
    undo = answer.request["PATH_INFO"] + "undo/"
    client.post(undo)
    case.refresh_from_db()
    assert case.assignee == mari
