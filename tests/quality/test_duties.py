"""Duties of reports and signals beyond what notices ask: matters to decide on, many signals as one, reports that are followed."""

from datetime import timedelta

import pytest

from bureau import duty_list
from bureau.models import User
from quality import reports
from quality.models import Indicator, Report, ReportReader, Signal
from tests.factories.reports import ISSUED_ON, answered_cases, draft

pytestmark = pytest.mark.django_db


def shown(user, code, today):
    return [duty for kind, duty in duty_list.found_for(User.objects.get(pk=user.pk), today) if kind == code]


def test_matters_of_an_issued_report_wait_for_the_head_of_department_until_each_is_decided(
    as_person, jaan, tiina, forest_unit, today
):
    answered_cases(True, True, True, False, True, unit=forest_unit)
    report = draft()
    for text in ("Kas pikendada katset?", "Kas palgata suveks abiline?"):
        reports.ask_decision(report=report, text=text, text_en="", by=jaan)
    assert not shown(tiina, "report_decision", today)
    issue = reports.issue(report=report, by=jaan, today=ISSUED_ON)

    (duty,) = shown(tiina, "report_decision", today)
    assert duty.what == "Otsusta 2 aruandes küsitud asja"
    assert as_person(tiina).get(duty.url).status_code == 200
    assert not shown(jaan, "report_decision", today)

    for text in ("Kas pikendada katset?", "Kas palgata suveks abiline?"):
        reports.decide(made=issue, asked=text, outcome="agreed", text="Jah", owner=None, due_on=None, by=tiina)
    assert not shown(tiina, "report_decision", today)


def test_a_report_that_another_followed_is_not_to_be_read_any_more(jaan, tiina, forest_unit, today):
    answered_cases(True, True, True, False, True, unit=forest_unit)
    issue = reports.issue(report=draft(), by=jaan, today=ISSUED_ON)
    assert len(shown(tiina, "report_read", today)) == 1

    later = reports.begin(period=Report.Period.MONTH, first_day=issue.report.last_day + timedelta(days=1))
    assert len(shown(tiina, "report_read", today)) == 1
    type(issue).objects.create(
        report=later, number=1, content="{}", seal="x", code_version="x", cut_off=issue.cut_off, issued_by=jaan
    )

    assert not shown(tiina, "report_read", today)
    assert ReportReader.objects.filter(user=tiina, read_at__isnull=True).exists()


def test_many_signals_without_a_word_are_one_duty_that_begins_with_the_oldest(as_person, jaan, today):
    codes = list(Indicator.objects.order_by("pk")[:4])
    made = [
        Signal.objects.create(
            indicator=one,
            period="month",
            first_day=today.replace(day=1),
            rule="outside",
            is_high=True,
            is_concern=True,
        )
        for one in codes[:2]
    ]
    assert len(shown(jaan, "signal", today)) == 2
    made += [
        Signal.objects.create(
            indicator=one,
            period="month",
            first_day=today.replace(day=1),
            rule="outside",
            is_high=True,
            is_concern=True,
        )
        for one in codes[2:]
    ]

    (duty,) = shown(jaan, "signal", today)

    assert duty.what == "Selgita 4 signaali"
    assert duty.url.endswith(f"/{made[0].pk}/")
    assert as_person(jaan).get(duty.url).status_code == 200
