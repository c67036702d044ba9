"""Charts find what is there and stay silent on noise; a signal becomes an action, and its effect is judged by the chart."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from bureau.demo.figures import agree_passports
from quality import signals_found
from quality.models import Improvement, Indicator, Measurement, Passport, Signal
from quality.periods import months_back
from staff.call_files import HalfHour
from staff.call_statistics import keep
from staff.models import PhoneQueue

pytestmark = pytest.mark.django_db(transaction=True)

MONTHS = 20


def months(today: date) -> list[date]:
    """First days of the last whole months, the oldest first."""
    first = months_back(today.replace(day=1), 1)
    return [months_back(first, back) for back in range(MONTHS - 1, -1, -1)]


def two_years_of_calls(today: date) -> None:
    """A lasting shift in calls answered in time, a slow trend in how long they take, and noise in who hangs up."""
    wave = (0, 2, -1, 1, -2, 0, 1, -1, 2, -2)
    half_hours = []
    for at, first in enumerate(months(today)):
        in_time = 820 + 5 * wave[at % 10] if at < 13 else 700 + 5 * wave[at % 10]
        half_hours.append(
            HalfHour(first + timedelta(days=7), 20, {
                "offered": 1000, "answered": 945, "abandoned": 55 + 3 * wave[at % 10], "within_threshold": in_time,
                "talk_seconds": 945 * (180 + 3 * at), "wait_seconds": 15_000,
            })
        )  # fmt: skip
    for one in half_hours:
        one.figures["answered"] = 1000 - one.figures["abandoned"]
    keep(queue=PhoneQueue.objects.get(code="info"), half_hours=half_hours)


def measure(today: date) -> None:
    from quality import measurements

    for first in months(today):
        measurements.measure_month(first, today=today, codes=["calls_in_time", "calls_handling", "calls_abandoned"])
        signals_found.look(first, today=today)


def test_the_charts_find_shift_and_trend_and_a_signal_becomes_an_action(
    open_desk, violations, jaan, tiina, mari, today
):
    agree_passports(today)
    two_years_of_calls(today)
    measure(today)
    desk = open_desk(jaan)

    desk.goto("/indicators/")
    expect(desk.get_by_role("row", name="Lubatud aja jooksul vastatud kõned")).to_contain_text("halvenenud (langus)")
    expect(desk.get_by_role("row", name="Keskmine käsitlusaeg")).to_contain_text("kõrgem")
    expect(desk.get_by_role("row", name="Katkestatud kõned")).to_contain_text("nagu tavaliselt")
    assert Signal.objects.filter(indicator__code="calls_abandoned").count() == 0
    assert Signal.objects.filter(indicator__code="calls_in_time").count() == 1  # a lasting change is told once
    assert violations(desk) == []

    desk.get_by_role("link", name="Lubatud aja jooksul vastatud kõned").click()
    expect(desk.get_by_text("püsiv langus, algus").first).to_be_visible()
    desk.get_by_role("link", name="Tee sellest parendustegevus").click()
    desk.get_by_label("Pealkiri").fill("Teine inimene liinile")
    desk.get_by_label("Mis on valesti").fill("Kevadest saadik ootab iga neljas helistaja liiga kaua.")
    desk.get_by_label("Põhjus").select_option(index=1)
    desk.get_by_label("Omanik").select_option(label="Mari Tamm")
    desk.get_by_role("button", name="Pane kavasse").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Teine inimene liinile")
    action = Improvement.objects.get()
    assert (action.source, action.indicator.code, action.should_rise) == ("signal", "calls_in_time", True)
    assert violations(desk) == []

    desk.get_by_role("link", name="Muuda", exact=True).click()
    desk.get_by_label("Mida muudetakse").fill("Kell 9–11 on liinil üks inimene rohkem.")
    desk.get_by_role("button", name="Salvesta").click()
    desk.get_by_role("button", name="Tegemisel", exact=True).click()
    expect(desk.get_by_text("Edasi viidud.")).to_be_visible()


def test_the_effect_is_judged_by_the_chart_before_and_after(open_desk, violations, jaan, mari, today):
    agree_passports(today)
    indicator = Indicator.objects.get(code="calls_in_time")
    passport, values = (
        Passport.objects.get(indicator=indicator),
        [70, 72, 69, 71, 70, 73, 68, 71, 70, 72, 69, 71, 82, 83, 81, 84, 82, 83],
    )
    first_days = months(today)[-len(values) :]
    for first, value in zip(first_days, values, strict=True):
        last = months_back(first, -1) - timedelta(days=1)
        Measurement.objects.create(
            indicator=indicator, passport=passport, period="month", first_day=first, last_day=last, value=value, numerator=value * 10, denominator=1000,
            rows=100, status="final", code_version="x",
        )  # fmt: skip
    Improvement.objects.create(
        number=f"T-{today.year}-0001", title="Teine inimene liinile", problem="Ootavad", source="proposal", owner=mari, indicator=indicator, should_rise=True,
        due_on=today, state="check", changed_on=first_days[12],
    )  # fmt: skip
    desk = open_desk(jaan)

    desk.goto("/improvements/")
    desk.get_by_role("link", name=f"T-{today.year}-0001").click()
    expect(desk.get_by_text("Parem: enne keskmiselt 70,5%, pärast 82,5%").first).to_be_visible()
    desk.get_by_role("button", name="Jäta see hinnang alles").click()
    desk.get_by_role("button", name="Kinnistamisel").click()
    desk.get_by_label("Tekst").fill("Uus graafik on kehtiv.")
    desk.get_by_label("See tõendab, et see tehti").check()
    desk.get_by_role("button", name="Pane kirja").click()
    desk.get_by_role("button", name="Suletud").click()

    expect(desk.locator("h1 + *, .page-header").first).to_be_visible()
    action = Improvement.objects.get()
    assert (action.state, action.effect, action.closed_by) == ("closed", "better", jaan)
    assert violations(desk) == []


def test_the_board_is_read_by_a_specialist(open_desk, violations, jaan, mari):
    from tests.factories.quality import CampaignFactory, PraiseFactory

    PraiseFactory(text="Väga abivalmis")
    CampaignFactory(title_et="Selge keel")
    desk = open_desk(mari)

    desk.goto("/")
    desk.get_by_role("link", name="Tahvel").click()
    expect(desk.get_by_text("Väga abivalmis")).to_be_visible()
    desk.get_by_role("button", name="Olen lugenud").click()
    expect(desk.get_by_text("Oled lugenud")).to_be_visible()
    assert violations(desk) == []
