"""What the pages of indicators say and draw: steps, levels, directions, and the way to new limits."""

import pytest
from django.urls import reverse
from lxml import html

from quality import indicator_charts
from quality.models import Indicator, Measurement, Rebase
from quality.periods import month_end, month_start, months_back

pytestmark = pytest.mark.django_db

STABLE = [84, 86, 83, 85, 87, 84, 85, 83, 86, 84, 85, 82, 86, 85, 84, 80]
FALLEN = [51, 49, 52, 50, 48, 53, 50, 51]


def measured(code: str, values, today, *, whole=lambda at: 100) -> Indicator:
    indicator = Indicator.objects.get(code=code)
    for at, value in enumerate(values):
        first = months_back(month_start(today), len(values) - at)
        n = whole(at)
        Measurement.objects.create(
            indicator=indicator, period="month", first_day=first, last_day=month_end(first), numerator=value * n / 100, denominator=n, value=value,
            rows=n, status="final", passport=indicator.passports.get(state="agreed") if indicator.passports.filter(state="agreed") else indicator.passports.first(),
        )  # fmt: skip
    return indicator


def page_of(client, name, *args, **query) -> html.HtmlElement:
    return html.fromstring(client.get(reverse(name, args=args), query).content.decode())


def words_of(page) -> str:
    return " ".join(page.text_content().split())


def test_a_lasting_fall_is_told_drawn_and_offered_to_be_rebased(jaan, as_person, today):
    measured("calls_in_time", [*STABLE, *FALLEN], today)
    moved = months_back(month_start(today), len(FALLEN))

    page = page_of(as_person(jaan), "quality:indicator_detail", "calls_in_time")
    link = page.xpath("//a[contains(@href, 'starts_on=')]")[0]
    form = html.fromstring(as_person(jaan).get(link.get("href")).content.decode())

    text = words_of(page)
    assert "püsiv langus, algus" in text
    assert "ei täideta" in text
    assert "mõnel kuul" not in text
    assert f"alates {moved:%m.%Y}" in "".join(page.xpath("//*[local-name()='svg']//text()"))
    assert form.xpath("//input[@name='starts_on']/@value") == [f"{moved:%Y-%m-%d}"]
    assert not Rebase.objects.exists()


def test_who_may_not_set_limits_anew_is_not_offered_it(tiina, as_person, today):
    measured("calls_in_time", [*STABLE, *FALLEN], today)

    page = page_of(as_person(tiina), "quality:indicator_detail", "calls_in_time")

    assert page.xpath("//a[contains(@href, 'starts_on=')]") == []
    assert "püsiv langus" in words_of(page)


@pytest.mark.parametrize("asked", ["", "eile", "2026-13-40", "9999-99-99"])
def test_an_odd_day_in_the_address_leaves_the_field_empty(asked, jaan, as_person):
    page = page_of(as_person(jaan), "quality:rebase_add", "calls_in_time", starts_on=asked)

    assert not page.xpath("//input[@name='starts_on']/@value")


def test_limits_are_drawn_in_steps_and_told_as_judged(jaan, as_person, today):
    """A hundred calls one month and four hundred the next: the table has two pairs of limits, and the drawing is no straight line."""
    indicator = measured("calls_in_time", [84, 86] * 10, today, whole=lambda at: 100 if at % 2 else 400)
    chart = indicator_charts.chart_for(indicator, indicator.passports.first())

    page = page_of(as_person(jaan), "quality:indicator_detail", "calls_in_time")

    assert len({round(mark.band.lower, 6) for mark in chart.marks}) == 2
    drawn = [
        path.get("d")
        for path in page.xpath("//*[local-name()='svg']//*[local-name()='path'][@stroke-dasharray]")
        if path.get("d")
    ]
    assert max(len(d.replace("V", "L").replace("H", "L").split("L")) for d in drawn) > 20


def test_the_matrix_names_a_row_by_what_it_means_and_each_direction_beside_its_indicator(jaan, as_person, today):
    """One worse for being lower and one worse for being higher stand in the same row."""
    measured("calls_in_time", [*STABLE, *FALLEN], today)
    measured("days_to_answer", [10, 11, 10, 12, 11, 10, 11, 12, 10, 11, 12, 11, 10, 40], today, whole=lambda at: 50)

    page = page_of(as_person(jaan), "quality:indicator_matrix")
    worse = next(row for row in page.xpath("//tbody/tr") if "muutus halvemaks" in words_of(row.find("th")))

    assert "kõrgem" not in words_of(worse.find("th"))
    told = [words_of(one) for one in worse.xpath(".//li")]
    assert sorted(one.split()[-2] + " " + one.split()[-1] for one in told) == ["▲ kõrgem", "▼ madalam"]


def test_a_target_is_told_with_its_unit(jaan, as_person):
    page = page_of(as_person(jaan), "quality:indicator_detail", "answered_on_time")

    (told,) = page.xpath("//dl[@class='facts-list']/dd[normalize-space(text())='95,0%']")
    assert told.getprevious().text.startswith("alates")
