"""Own reports: the reader's own figures, hidden where few, in every form, and on their day."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.models import Notification, OutgoingMail
from quality import measurements, own_reports, report_forms
from quality.models import OwnReport
from quality.report_content import Chart, Table
from tests.factories.reports import answered_cases

pytestmark = pytest.mark.django_db

MONTH, TODAY = date(2026, 9, 1), date(2026, 10, 12)


def own(owner, **facts) -> OwnReport:
    return OwnReport.objects.create(
        **{"owner": owner, "name": "Tähtajad", "indicators": ["answered_on_time"], "months": 6, **facts}
    )


def measured():
    measurements.measure_month(MONTH, today=TODAY, codes=["answered_on_time"])


def table(content) -> list[list[str]]:
    return [[cell.text for cell in row] for row in next(content.edition("et").blocks(Table)).rows]


def test_it_tells_the_months_with_their_interval(jaan):
    answered_cases(*[True] * 6, False, False)
    measured()

    told = own_reports.content_of(own(jaan), user=jaan, today=TODAY)

    assert table(told)[0][:2] == ["09.2026", "75,0%"]
    assert told.figures["answered_on_time.2026-09"].denominator == 8


def test_by_unit_it_hides_few_and_a_unit_head_sees_the_own_unit_alone(jaan, kai, forest_unit, water_unit):
    answered_cases(*[True] * 6, unit=forest_unit)
    answered_cases(True, True, False, unit=water_unit)
    answered_cases(*[True] * 9)
    measured()
    shared = own(jaan, breakdown="unit", is_shared=True)

    whole = {row[0]: row[-1] for row in table(own_reports.content_of(shared, user=jaan, today=TODAY))}
    units = {row[0]: row[-1] for row in table(own_reports.content_of(shared, user=kai, today=TODAY))}

    assert whole[water_unit.name_et] == "liiga vähe"
    assert set(units) == {forest_unit.name_et}
    assert "66,7" not in str(whole)


def together(content, language: str = "et"):
    section = content.edition(language).sections[0]
    assert section.code == "together"
    return section, [one for one in section.blocks if isinstance(one, Chart)]


def test_lines_together_never_share_an_axis_between_units_of_measure(jaan):
    answered_cases(*[True] * 6, False, False)
    codes = ["answered_on_time", "cases_registered", "late_open", "open_cases"]
    measurements.measure_month(MONTH, today=TODAY, codes=codes)
    told = own_reports.content_of(own(jaan, indicators=codes, chart="lines"), user=jaan, today=TODAY)

    section, charts = together(told)

    units = {chart.unit: [one.name for one in chart.series] for chart in charts}
    assert set(units) == {"protsent", "arv"}
    assert "Tähtajaks vastatud" in units["protsent"]
    assert "Registreeritud pöördumised" in units["arv"]
    assert [chart.title for chart in charts] == ["Tähtajad: protsent", "Tähtajad: arv"]
    assert section.blocks[0].text == "Igal mõõtühikul on oma joonis ja oma telg."
    assert [chart.unit for chart in together(told, "en")[1]] == ["percent", "count"]
    assert all("Tähtajaks vastatud" not in chart.svg for chart in charts if chart.unit == "arv")


def test_lines_of_one_unit_of_measure_stay_in_one_drawing(jaan):
    answered_cases(*[True] * 6, False, False)
    codes = ["cases_registered", "contacts"]
    measurements.measure_month(MONTH, today=TODAY, codes=codes)
    told = own_reports.content_of(own(jaan, indicators=codes, chart="lines"), user=jaan, today=TODAY)

    section, (chart,) = together(told)

    assert (chart.title, chart.unit, len(chart.series), len(section.blocks)) == ("Tähtajad", "arv", 2, 1)


def test_a_report_not_shared_does_not_exist_for_others(jaan, peeter, as_person):
    mine = own(jaan)

    assert as_person(peeter).get(reverse("quality:own_report", args=[mine.pk])).status_code == 404


def test_every_form_can_be_taken(jaan, as_person):
    answered_cases(*[True] * 6)
    measured()
    mine = own(jaan)

    for form in report_forms.FORMS:
        response = as_person(jaan).get(reverse("quality:own_report_file", args=[mine.pk, form]))
        assert response.status_code == 200, form
        assert len(response.content) > 200


def test_more_than_four_indicators_are_refused_and_what_was_typed_stays(jaan, as_person):
    codes = ["answered_on_time", "contacts", "praise", "effort", "satisfaction"]

    response = as_person(jaan).post(
        reverse("quality:own_report_new"),
        {
            "name": "Kõik",
            "indicators": codes,
            "breakdown": "none",
            "months": "12",
            "chart": "lines",
            "schedule": "none",
        },
    )

    assert response.status_code == 422
    assert 'value="Kõik"' in response.content.decode()


@pytest.mark.parametrize(
    ("schedule", "day", "sent"),
    [
        ("weekly", date(2026, 10, 12), 1),
        ("weekly", date(2026, 10, 13), 0),
        ("monthly", date(2026, 11, 2), 1),  # the first is a Sunday
        ("monthly", date(2026, 11, 3), 0),
        ("none", date(2026, 10, 12), 0),
    ],
)
def test_it_is_sent_on_its_day_once(jaan, schedule, day, sent):
    own(jaan, schedule=schedule)

    own_reports.send_due(day)
    own_reports.send_due(day)

    assert OutgoingMail.objects.filter(purpose="report.own").count() == sent
    assert Notification.objects.filter(user=jaan, kind="report.own").count() == sent


@pytest.mark.parametrize(
    ("schedule", "due", "next_run", "made", "sent"),
    [
        ("weekly", date(2026, 10, 12), date(2026, 10, 14), date(2026, 10, 1), 1),
        ("weekly", date(2026, 10, 12), date(2026, 10, 14), date(2026, 10, 13), 0),  # asked for after that Monday
        ("monthly", date(2026, 11, 2), date(2026, 11, 20), date(2026, 10, 1), 1),
        ("monthly", date(2026, 11, 2), date(2026, 11, 20), date(2026, 11, 5), 0),
    ],
)
def test_a_day_on_which_nothing_ran_is_made_up_for_once(jaan, schedule, due, next_run, made, sent):
    mine = own(jaan, schedule=schedule, created_at=timezone.make_aware(datetime.combine(made, time(9))))

    own_reports.send_due(next_run)
    own_reports.send_due(next_run + timedelta(days=1))

    keys = list(Notification.objects.filter(user=jaan, kind="report.own").values_list("once_key", flat=True))
    assert keys == [f"own-report-{mine.pk}-{due}"] * sent
    assert OutgoingMail.objects.filter(purpose="report.own").count() == sent


def test_a_report_whose_day_was_chosen_later_is_not_sent_for_days_before(jaan):
    mine = own(jaan, schedule="none", created_at=timezone.make_aware(datetime(2026, 1, 5)))
    mine.schedule = "weekly"
    own_reports.keep(own=mine, by=jaan)
    today = timezone.localdate()

    own_reports.send_due(today + timedelta(days=6 - today.weekday()))

    assert Notification.objects.filter(kind="report.own").count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_rows(jaan, as_person, rows, django_assert_num_queries):
    for _row in range(rows):
        own(jaan)
    client = as_person(jaan)
    client.get(reverse("quality:own_report_list"))

    with django_assert_num_queries(3):
        client.get(reverse("quality:own_report_list"))
