"""Two questions of a head: who does a sick colleague's work, and how many people on Monday at ten."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bureau.calendar_store import working_calendar
from complaints.models import Case
from staff import forecasts
from staff.call_files import HalfHour
from staff.call_statistics import keep
from staff.models import Forecast, PhoneQueue
from tests.browser.conftest import tab_to
from tests.factories import AbsenceFactory, CaseFactory
from tests.factories.staff import ShiftFactory, at

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sick_colleagues_work_is_shared_and_taken_back(open_desk, violations, jaan, mari, liis):
    today = timezone.localdate()
    cases = [CaseFactory(assignee=mari) for _each in range(3)]
    AbsenceFactory(user=mari, starts_on=today, ends_on=today + timedelta(days=60))
    desk = open_desk(jaan)

    desk.goto("/")
    desk.get_by_role("link", name="Koormus", exact=True).click()
    expect(desk.get_by_text("3 pöördumise tähtaeg saabub, kui menetlejad on ära ja asendajat ei ole.")).to_be_visible()
    desk.get_by_role("link", name="Jaga need ümber").click()
    expect(desk.get_by_role("row", name=cases[0].number)).to_contain_text("Mari Tamm on tähtpäeval ära")
    desk.get_by_role("checkbox", name=cases[2].number).uncheck()
    assert violations(desk) == []
    desk.get_by_role("button", name="Anna märgitud üle (3 pöördumise seast)").click()

    expect(desk.get_by_text("2 pöördumist vahetas menetlejat.")).to_be_visible()
    assert sorted(Case.objects.filter(assignee=liis).values_list("number", flat=True)) == sorted(case.number for case in cases[:2])  # fmt: skip
    desk.get_by_role("button", name="Võta tagasi").click()
    desk.wait_for_url("**/assign/**")
    assert Case.objects.filter(assignee=mari).count() == 3


def test_how_many_people_on_monday_at_ten(open_desk, violations, jaan, mari):
    queue, calendar = PhoneQueue.objects.get(code="info"), working_calendar()
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    while not calendar.is_working_day(monday):
        monday += timedelta(days=7)
    days = [today - timedelta(days=back) for back in range(1, 57)]
    half_hours = [
        HalfHour(day, slot, {"offered": 24, "answered": 24, "talk_seconds": 24 * 240})
        for day in days
        if calendar.is_working_day(day)
        for slot in range(18, 24)
    ]
    keep(queue=queue, half_hours=half_hours)
    forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=today - timedelta(days=1))
    ShiftFactory(user=mari, starts_at=at(monday, 9), ends_at=at(monday, 12))
    desk = open_desk(jaan)

    desk.goto(f"/staffing/?day={monday:%Y-%m-%d}")
    desk.get_by_text("Andmed tabelina").click()
    row = desk.get_by_role("row", name="10.00")
    expect(row).to_contain_text("24")
    expect(row.get_by_role("cell").nth(2)).to_have_text("6")
    assert violations(desk) == []
    desk.get_by_role("link", name="Proovi teisi arve").click()
    desk.get_by_label("Kõnesid pooltunnis").first.fill("24")
    expect(desk.get_by_text("Liinil on vaja 6 inimest, graafikus 9.")).to_be_visible()

    slider = desk.get_by_role("slider", name="Kõnesid pooltunnis")
    tab_to(desk, slider)
    for _each in range(6):
        desk.keyboard.press("ArrowRight")
    expect(desk.get_by_text("Liinil on vaja 7 inimest, graafikus 10.")).to_be_visible()
    assert "calls=30" in desk.url
    assert violations(desk) == []


def test_the_same_answer_without_javascript(open_desk, jaan):
    desk = open_desk(jaan, javascript=False)

    desk.goto("/staffing/what-if/")
    desk.get_by_label("Kõnesid pooltunnis").fill("100")
    desk.get_by_label("Käsitlusaeg").fill("180")
    desk.get_by_label("Suurim hõivatus, %").fill("100")
    desk.get_by_role("button", name="Arvuta").click()

    expect(desk.get_by_text("Liinil on vaja 14 inimest, graafikus 20.")).to_be_visible()
