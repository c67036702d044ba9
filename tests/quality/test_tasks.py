"""What the nights did not do is made up for by itself, whatever day the desk comes back on, and nothing twice."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from quality import measurements, reports, tasks
from quality.models import Indicator, Measurement, Passport, Report
from quality.periods import month_end
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db
DAILY = Measurement.Period.DAY
MONTHLY = Measurement.Period.MONTH


@pytest.fixture(autouse=True)
def few_indicators(empty_cache):
    """Two, so that many days are measured in little time; one of them daily."""
    Indicator.objects.exclude(code__in=["cases_registered", "answered_on_time"]).update(is_in_use=False)
    Passport.objects.exclude(indicator__code="cases_registered").update(is_daily=False)
    Passport.objects.filter(indicator__code="cases_registered").update(is_daily=True)
    empty_cache()


@pytest.fixture
def on(monkeypatch):
    """The desk as it is on a day."""

    def jump(day: date) -> date:
        monkeypatch.setattr(
            timezone, "localdate", lambda value=None, zone=None: day if value is None else value.date()
        )
        return day

    return jump


def days_measured() -> list[date]:
    return list(Measurement.objects.latest().filter(period=DAILY, unit__isnull=True).order_by("first_day").values_list("first_day", flat=True))  # fmt: skip


def months_measured() -> dict[date, str]:
    found = Measurement.objects.latest().filter(period=MONTHLY, unit__isnull=True, indicator__code="cases_registered")
    return dict(found.values_list("first_day", "status"))


def test_the_first_night_measures_yesterday_alone(on):
    on(date(2026, 9, 10))

    tasks.measure_yesterday()

    assert days_measured() == [date(2026, 9, 9)]


@pytest.mark.parametrize("nights", [1, 2, 5, 40])
def test_days_on_which_no_night_ran_are_measured_when_one_does(nights, on):
    on(date(2026, 9, 10))
    tasks.measure_yesterday()

    back = on(date(2026, 9, 10) + timedelta(days=nights))
    tasks.measure_yesterday()
    tasks.measure_yesterday()

    assert days_measured() == [date(2026, 9, 9) + timedelta(days=at) for at in range(nights + 1)]
    assert measurements.missed_days(back) == []


def test_a_day_within_that_was_left_out_is_measured_and_how_far_back_is_bounded(on):
    for day in (date(2026, 1, 5), date(2026, 9, 7), date(2026, 9, 9)):
        measurements.measure_day(day, today=day + timedelta(days=1))

    assert date(2026, 9, 8) in measurements.missed_days(date(2026, 9, 10))
    assert min(measurements.missed_days(date(2026, 9, 10))) == date(2026, 9, 10) - timedelta(
        days=measurements.DAYS_MADE_UP
    )


def test_a_desk_that_is_off_every_night_measures_in_the_day_once(on, monkeypatch):
    on(date(2026, 9, 10))
    asked = []
    real = measurements.measure_month
    monkeypatch.setattr(
        measurements, "measure_month", lambda first, today, codes=(): asked.append(first) or real(first, today=today)
    )

    tasks.measure_missed()
    first_time = list(asked)
    tasks.measure_missed()

    assert days_measured() == [date(2026, 9, 9)]
    assert first_time == asked == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]


def test_months_that_nothing_ran_in_are_measured_and_become_final(on):
    on(date(2026, 3, 15))
    case = CaseFactory()
    type(case).objects.filter(pk=case.pk).update(registered_on=date(2026, 4, 3))
    tasks.measure_months()

    on(date(2026, 9, 2))
    tasks.measure_months()

    measured = months_measured()
    assert sorted(measured) == [date(2026, month, 1) for month in range(1, 10)]
    assert {measured[date(2026, month, 1)] for month in range(1, 8)} == {"final"}
    assert measured[date(2026, 9, 1)] == "provisional"
    april = Measurement.objects.latest().get(
        indicator__code="cases_registered", unit__isnull=True, first_day=date(2026, 4, 1)
    )
    assert (april.value, april.last_day) == (1, month_end(date(2026, 4, 1)))
    before = Measurement.objects.count()
    tasks.measure_months()
    assert Measurement.objects.count() == before


def numbers() -> list[str]:
    return sorted(one.number for one in Report.objects.all())


def test_reports_of_months_that_nothing_ran_in_are_drafted_when_it_does():
    reports.begin_due(date(2026, 2, 2))
    assert numbers() == ["2026-01"]

    reports.begin_due(date(2026, 7, 20))
    reports.begin_due(date(2026, 7, 21))

    assert numbers() == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-Q2"]


def test_a_missed_quarter_and_year_are_drafted_too():
    reports.begin_due(date(2025, 4, 1))
    reports.begin(period="year", first_day=date(2024, 1, 1))

    reports.begin_due(date(2026, 2, 3))

    assert {"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"} <= set(numbers())
    assert {f"2025-{month:02d}" for month in range(3, 13)} | {"2026-01"} <= set(numbers())


@pytest.mark.parametrize("day", [date(2026, 8, 1), date(2026, 8, 2)])
def test_before_the_first_working_day_only_what_was_missed_is_drafted(day):
    reports.begin(period="month", first_day=date(2026, 4, 1))

    reports.begin_due(day)

    assert numbers() == ["2026-04", "2026-05", "2026-06"]


def test_a_new_desk_drafts_nothing_of_the_time_before_it():
    reports.begin_due(date(2026, 8, 20))
    reports.begin_due(date(2026, 8, 21))

    assert numbers() == ["2026-07"]
