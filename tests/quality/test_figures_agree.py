"""Dashboard, list, export, indicator, flow and report say the same of the same day, over every kind of row, day by day."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from complaints import rollups
from complaints.exports import case_rows
from complaints.filters import CaseFilter
from complaints.models import Case
from quality import measurements, reports
from quality.backlog import backlog_history
from quality.daily_counts import Scope
from quality.dashboard import Filters, count_figures
from quality.dashboard_tiles import compared, timeliness_tile
from quality.indicators import INDICATORS, Span
from quality.models import Report
from quality.periods import Period, month_end, month_start, months_back
from quality.row_links import RowLinks
from staff.team_figures import flow_of
from staff.workload import team_load
from tests.factories import CaseFactory
from tests.quality.bureau_of_rows import Counted, RandomBureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def random_bureau(today, forest_unit, water_unit, mari, liis):
    return RandomBureau(
        seed=33, today=today, units=[forest_unit, water_unit], people=[mari, liis], contacts=30, cases=240
    )


def value(code, first, last):
    found = measurements.counted(INDICATORS[code].function(Span(first, last)))
    return found[None].value(INDICATORS[code].function(Span(first, last)).how, 1)


def listed(user, today, query) -> set[int]:
    found = CaseFilter(QueryDict(query), Case.objects.visible_to(user), user=user, today=today).qs
    assert set(found) == set(case_rows(user, QueryDict(query), today))  # the file of the same address
    return set(found.values_list("pk", flat=True))


def figures_of(user, period, today):
    from django.utils import timezone

    return count_figures(user=user, period=period, filters=Filters(), today=today, now=timezone.now())


def behind(url, user, today) -> set[int]:
    return listed(user, today, url.partition("?")[2])


def test_open_and_late_work_is_the_same_for_each_of_eight_weeks(random_bureau, jaan, today):
    days = tuple(today - timedelta(days=back) for back in range(55, -1, -1))
    history = backlog_history(user=jaan, scope=Scope(), days=days)
    flow = {one.day: one.open_at_end for one in flow_of(today, team_load(today)).days}
    counted = Counted()

    for at, day in enumerate(days):
        truth, late = len(counted.open_at_end_of(day)), len(counted.late_at_end_of(day))
        measured = value("late_open", day, day)
        assert value("open_cases", day, day).value == truth, day
        assert history.open[at] == flow[day] == truth, day
        assert (measured.numerator, measured.denominator, history.late[at]) == (late, truth, late), day
    assert len(listed(jaan, today, "")) == history.open[-1]
    assert len(listed(jaan, today, "due=late")) == history.late[-1]
    now = figures_of(jaan, Period(today, today), today).backlog
    assert (now.open, now.late) == (history.open[-1], history.late[-1])


@pytest.mark.parametrize("is_counted", [True, False])
def test_replies_in_time_are_the_same_for_each_day(is_counted, random_bureau, jaan, today):
    if is_counted:
        rollups.count_days(today - timedelta(days=90), today)
    for back in range(40):
        day = today - timedelta(days=back)
        totals = figures_of(jaan, Period(day, day), today).totals
        measured = value("answered_on_time", day, day)
        dated = f"status=all&answered_from={day}&answered_to={day}"

        assert (measured.numerator, measured.denominator) == (totals.on_time, totals.judged), day
        assert len(listed(jaan, today, f"{dated}&on_time=yes")) == totals.on_time, day
        assert len(listed(jaan, today, f"{dated}&on_time=no")) == totals.late, day
        assert len(listed(jaan, today, f"{dated}&on_time=judged")) == totals.judged, day
        assert len(listed(jaan, today, dated)) == totals.answered, day


def test_late_replies_and_replies_in_time_open_exactly_their_rows(random_bureau, jaan, today):
    period = Period(today - timedelta(days=59), today)
    figures = figures_of(jaan, period, today)
    links = RowLinks.of(user=jaan, filters=Filters())
    late = next(line for line in compared(figures, links) if "on_time=no" in str(line.value))
    tile = timeliness_tile(figures, links, set())

    assert f">{figures.totals.late}<" in str(late.value)
    assert len(behind(links.answered(period, on_time=False), jaan, today)) == figures.totals.late > 0
    assert len(behind(tile.url, jaan, today)) == figures.totals.judged < figures.totals.answered
    assert tile.note.startswith(str(figures.totals.judged))


def test_the_report_says_what_the_dashboard_says_of_the_month(random_bureau, jaan, today):
    first = months_back(month_start(today), 1)
    measurements.measure_month(
        first, today=today, codes=("answered_on_time", "open_cases", "late_open", "cases_registered")
    )
    report = reports.begin(period=Report.Period.MONTH, first_day=first)
    told = reports.content(report).figures
    totals = figures_of(jaan, Period(first, month_end(first)), today).totals

    assert told["answered_on_time"].value == pytest.approx(100 * totals.on_time / totals.judged)
    assert told["cases_registered"].value == totals.registered
    assert told["open_cases"].value == len(Counted().open_at_end_of(month_end(first)))


def test_one_answered_case_without_a_term_changes_no_share(jaan, mari, today):
    CaseFactory(kind="praise", assignee=mari)
    Case.objects.update(
        status="answered", answered_at=f"{today}T10:00Z", answered_on=today, ended_on=today, due_on=None
    )
    period = Period(today.replace(day=1), today)

    totals = figures_of(jaan, period, today).totals
    assert (totals.answered, totals.judged, totals.late) == (1, 0, 0)
