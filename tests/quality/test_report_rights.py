"""Who reads what of a report, what stays hidden in every form, and what may be done twice without harm."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.models import Channel, Deed, OutgoingMail, Unit
from bureau.refusals import DeedRefused
from feedback.models import OpenAnswer
from quality import measurements, own_reports, report_content, report_delivery, reports
from quality.models import Improvement, Measurement, OwnReport, Report, ReportDecision
from quality.report_content import Table
from tests.databases import past_the_guard
from tests.factories import ContactFactory, RoleHoldingFactory, UserFactory
from tests.factories.feedback import OpenAnswerFactory
from tests.factories.quality import ImprovementFactory
from tests.factories.reports import ISSUED_ON, MONTH, answered_cases, draft, issue

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 12)


@pytest.fixture
def told_units(kai, forest_unit, water_unit):
    answered_cases(*[True] * 6, unit=forest_unit)
    answered_cases(*[True] * 5, False, unit=water_unit)
    RoleHoldingFactory(user=UserFactory(), role="unit_head", unit=water_unit)


def contacts_of(unit, channel: str, count: int, month: int = 9, year: int = 2026):
    at = datetime(year, month, 14, 10, tzinfo=UTC)
    for _number in range(count):
        ContactFactory(unit=unit, channel=Channel.objects.get(code=channel), at=at, direction="in")


def tables(content) -> dict[str, list[list[str]]]:
    return {
        one.caption: [[cell.text for cell in row] for row in one.rows] for one in content.edition("et").blocks(Table)
    }


# --- Who reads a draft --------------------------------------------------------------------------------------------------
def test_who_reads_issues_reads_no_part_of_a_draft(told_units, jaan, tiina, kai, as_person):
    made = issue(by=jaan)
    live = reverse("quality:report_figure", args=["2026-09", 0, "answered_on_time"])
    assert as_person(tiina).get(f"{live}?unit=test-forest").status_code == 404

    reports.begin_correction(report=made.report, by=jaan)

    for query in ("", "?unit=test-forest", "?unit=test-water"):
        assert as_person(tiina).get(live + query).status_code == 404
        assert as_person(tiina).get(reverse("quality:report_draft", args=["2026-09"]) + query).status_code in (
            403,
            404,
        )
    assert as_person(kai).get(f"{live}?unit=test-forest").status_code == 200
    assert as_person(kai).get(f"{live}?unit=test-water").status_code == 404


def test_who_also_heads_a_unit_comments_on_that_unit_alone(told_units, jaan, tiina, forest_unit, as_person):
    RoleHoldingFactory(user=tiina, role="unit_head", unit=forest_unit)
    report = draft()
    reports.send_to_units(report=report, by=jaan)
    page = reverse("quality:report_comment", args=["2026-09", "answered_on_time"])
    said = {"what": "Langes", "why": "Puhkused", "action": "Asendaja"}

    assert as_person(tiina).get(f"{page}?unit=test-forest").status_code == 200
    assert as_person(tiina).post(f"{page}?unit=test-water", said).status_code == 404
    assert as_person(tiina).post(f"{page}?unit=test-forest", said).status_code == 302
    assert [one.unit for one in report.comments.all()] == [forest_unit]


@pytest.mark.parametrize("number", ["abc", "0000", "10000-01", "²026-09", "2026-13"])
@pytest.mark.parametrize("page", ["draft/", "1/"])
def test_a_number_that_is_none_is_not_found(number, page, db, jaan, as_person):
    assert as_person(jaan).get(f"/reports/{number}/{page}").status_code == 404


# --- What stays hidden --------------------------------------------------------------------------------------------------
def test_the_count_of_too_few_rows_is_told_nowhere(jaan, kai, forest_unit, water_unit, as_person):
    answered_cases(True, True, False, unit=forest_unit)
    answered_cases(*[True] * 9, unit=water_unit)
    measurements.measure_month(MONTH, today=TODAY, codes=["answered_on_time"])
    own = OwnReport.objects.create(owner=kai, name="Oma", indicators=["answered_on_time"], months=6)
    hidden = Measurement.objects.get(unit=forest_unit, period="month")

    (rows,) = tables(own_reports.content_of(own, user=kai, today=TODAY)).values()
    page = as_person(kai).get(reverse("quality:measurement_rows", args=[hidden.pk])).content.decode()

    assert rows == [["09.2026", "liiga vähe", "–", "–"]]
    assert "Ridu on liiga vähe" in page
    assert hidden.counted.first().keys
    assert "/cases/" not in page.partition("<main")[2]


def test_a_pack_whose_total_is_hidden_tells_no_part_of_it(jaan, kai, forest_unit, water_unit):
    contacts_of(forest_unit, "phone", 7)
    contacts_of(water_unit, "phone", 3)
    report = draft(codes=("contacts",))

    pack = reports.content(report, unit_id=forest_unit.pk)

    assert pack.figures["contacts"].is_hidden
    assert "contacts.phone" not in pack.figures


def test_a_quarter_hides_what_one_of_its_months_hid(jaan):
    for month, few in ((7, 6), (8, 6), (9, 3)):
        for channel, count in (("phone", 20), ("email", 8), ("visit", few)):
            contacts_of(None, channel, count, month)
        measurements.measure_month(date(2026, month, 1), today=TODAY, codes=["contacts"])

    quarter = reports.content(reports.begin(period="quarter", first_day=MONTH))

    assert quarter.figures["contacts"].value == 99
    assert quarter.figures["contacts.phone"].value == 60
    assert {"contacts.visit", "contacts.email"} & set(quarter.figures) == set()


def test_a_year_before_tells_no_channel_by_subtraction(jaan):
    contacts_of(None, "phone", 20, year=2025)
    contacts_of(None, "email", 3, year=2025)
    contacts_of(None, "phone", 10)
    contacts_of(None, "email", 10)
    for year in (2025, 2026):
        measurements.measure_month(date(year, 9, 1), today=TODAY, codes=["contacts"])

    rows = tables(reports.content(reports.begin(period="month", first_day=MONTH)))["Kontaktid kanalite kaupa"]

    assert [row[-1] for row in rows] == ["–", "–"]


def test_with_a_unit_its_parts_are_hidden(forest_unit, water_unit):
    part = Unit.objects.create(code="test-part", name_et="Osa", name_en="Part", parent=forest_unit)
    large = Unit.objects.create(code="test-large", name_et="Suur", name_en="Large", parent=forest_unit.parent)
    rows = {None: 29, forest_unit.pk: 6, part.pk: 6, water_unit.pk: 3, large.pk: 20}
    if forest_unit.parent_id:
        rows[forest_unit.parent_id] = 29

    hidden = measurements.hidden_units(rows, smallest=5)

    assert hidden == {forest_unit.pk, part.pk, water_unit.pk}


# --- What is frozen -----------------------------------------------------------------------------------------------------
def test_words_withheld_after_they_were_chosen_are_not_told(told_units, jaan):
    answer = OpenAnswerFactory(state=OpenAnswer.State.RELEASED, text="Väga hea teenindus")
    report = draft()
    reports.choose_quote(report=report, answer=answer, text=answer.text, by=jaan)
    OpenAnswer.objects.filter(pk=answer.pk).update(state=OpenAnswer.State.WITHHELD)

    assert "Väga hea" not in report_content.frozen(reports.content(report))
    with pytest.raises(DeedRefused, match="Väga hea"):
        reports.issue(report=report, by=jaan, today=ISSUED_ON)


def test_a_pack_that_was_changed_outside_says_so_and_gives_no_file(told_units, jaan, kai, forest_unit, as_person):
    made = issue(by=jaan)
    pack = made.packs.get(unit=forest_unit)
    past_the_guard(
        "UPDATE quality_reportpack SET content = overlay(content PLACING '3' FROM strpos(content, 'answered') + 6) WHERE id = %s",
        [pack.pk],
    )

    page = as_person(kai).get(report_delivery.issue_url(made)).content.decode()

    assert "väljaspool töölauda" in page
    assert as_person(kai).get(reverse("quality:report_file", args=["2026-09", 1, "json"])).status_code == 404
    assert "väljaspool töölauda" not in as_person(jaan).get(report_delivery.issue_url(made)).content.decode()


def test_an_emoji_holds_no_report_up(told_units, jaan, tiina):
    report = draft()
    reports.ask_decision(report=report, text="Hea 😀\x0b", text_en="", by=jaan)

    made = reports.issue(report=report, by=jaan, today=ISSUED_ON)

    assert made.readers.get(user=tiina).mail.attachments.count() == 1


# --- Twice --------------------------------------------------------------------------------------------------------------
def test_a_decision_sent_twice_is_one(told_units, jaan, tiina, mari):
    made = issue(by=jaan)
    said = {
        "asked": "",
        "outcome": ReportDecision.Outcome.AGREED,
        "text": "Teeme",
        "owner": mari,
        "due_on": date(2027, 2, 1),
    }
    reports.decide(made=made, by=tiina, **said)

    with pytest.raises(DeedRefused):
        reports.decide(made=made, by=tiina, **said)

    assert Improvement.objects.filter(source="report").count() == 1


def test_what_was_decided_is_not_decided_again_after_a_correction(told_units, jaan, tiina, mari, as_person):
    report = draft()
    reports.ask_decision(report=report, text="Kas?", text_en="", by=jaan)
    first = reports.issue(report=report, by=jaan, today=ISSUED_ON)
    said = {
        "asked": "Kas?",
        "outcome": ReportDecision.Outcome.AGREED,
        "text": "Jah",
        "owner": mari,
        "due_on": date(2027, 2, 1),
    }
    reports.decide(made=first, by=tiina, **said)
    reports.begin_correction(report=report, by=jaan)
    second = reports.issue(report=Report.objects.get(), by=jaan, today=ISSUED_ON, reason="Viga")

    with pytest.raises(DeedRefused):
        reports.decide(made=second, by=tiina, **said)
    page = as_person(tiina).get(report_delivery.issue_url(second)).content.decode()
    assert Improvement.objects.get(source="report").number in page


def test_an_answer_stands_and_the_second_is_kept_on_the_page(told_units, jaan, tiina, as_person):
    made = issue(by=jaan)
    question = reports.ask(made=made, about="answered_on_time", text="Miks?", by=tiina)
    page = reverse("quality:report_answer", args=["2026-09", 1, question.pk])
    client = as_person(jaan)

    assert client.post(page, {"text": "Puhkused."}).status_code == 302
    assert client.post(page, {"text": "Puhkused."}).status_code == 302
    refused = client.post(page, {"text": "Midagi muud"})

    question.refresh_from_db()
    assert question.answer == "Puhkused."
    assert refused.status_code == 422
    assert "Midagi muud" in refused.content.decode()
    assert Deed.objects.filter(action="report.question_answered").count() == 1


def test_an_answer_too_long_keeps_what_was_typed(told_units, jaan, tiina, as_person):
    made = issue(by=jaan)
    question = reports.ask(made=made, about="answered_on_time", text="Miks?", by=tiina)

    page = as_person(jaan).post(
        reverse("quality:report_answer", args=["2026-09", 1, question.pk]), {"text": "Puhkused. " * 500}
    )

    assert page.status_code == 422
    assert "Puhkused. Puhkused." in page.content.decode()


def test_only_who_works_here_and_got_a_letter_is_reminded(told_units, jaan, tiina):
    issue(by=jaan)
    tiina.is_active = False
    tiina.save()

    report_delivery.remind(date(2027, 1, 15))

    assert not OutgoingMail.objects.filter(to=tiina.email, purpose="report.reminder").exists()


def test_an_issue_that_went_out_to_nobody_reminds_nobody(told_units, jaan):
    reports.issue(report=draft(), by=jaan, today=ISSUED_ON, is_sent=False)

    assert report_delivery.remind(date(2027, 1, 15)) == 0


# --- Statements ---------------------------------------------------------------------------------------------------------
def test_more_units_and_more_words_take_no_more_statements(told_units, jaan, as_person):
    made = issue(by=jaan)
    client = as_person(jaan)
    client.get(report_delivery.issue_url(made))

    def statements(page):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    before = statements(report_delivery.issue_url(made))
    for number in range(3):
        unit = Unit.objects.create(code=f"test-more-{number}", name_et=f"Osa {number}", name_en=f"Part {number}")
        RoleHoldingFactory(user=UserFactory(), role="unit_head", unit=unit)
    client.get(report_delivery.issue_url(made))
    assert statements(report_delivery.issue_url(made)) == before

    page = reverse("quality:report_draft", args=[reports.begin(period="month", first_day=date(2026, 8, 1)).number])
    offer(1)
    client.get(page)
    before = statements(page)
    offer(3)
    client.get(page)  # the factory makes units, and lists are read anew after a change
    assert statements(page) == before


def offer(count: int):
    for _number in range(count):
        OpenAnswerFactory(state=OpenAnswer.State.RELEASED, response__answered_on=date(2026, 8, 10))


# --- What a reader stumbled over ----------------------------------------------------------------------------------------
def test_a_decision_that_is_refused_keeps_what_was_typed(told_units, jaan, tiina, mari, as_person):
    made = issue(by=jaan)

    page = as_person(tiina).post(
        reverse("quality:report_decide", args=["2026-09", made.number]),
        {"asked": "", "outcome": "agreed", "text": "Teeme ära", "owner": mari.pk, "due_on": ""},
    )  # fmt: skip

    form = page.content.decode().partition('id="decisions"')[2]
    assert page.status_code == 422
    assert "Teeme ära</textarea>" in form
    assert f'<option value="{mari.pk}" selected>' in form


def test_actions_of_a_past_period_are_those_of_its_end(told_units, jaan, mari):
    def action(title, begun, closed=None, state="closed"):
        made = ImprovementFactory(title=title, owner=mari, due_on=date(2026, 9, 20))
        Improvement.objects.filter(pk=made.pk).update(
            created_on=begun,
            closed_on=closed,
            closed_by=jaan if closed else None,
            state=state if closed else "do",
            dropped_because="Ei ole vaja",
        )

    action("Hiljem alustatud", date(2026, 10, 3))
    action("Hiljem lõpetatud", date(2026, 8, 1), date(2026, 10, 2))
    action("Veel pooleli", date(2026, 8, 1))
    action("Hiljem ära jäetud", date(2026, 8, 1), date(2026, 10, 2), state="dropped")

    told = reports.content(draft())

    assert (told.figures["actions.open"].value, told.figures["actions.overdue"].value) == (3, 3)
    assert "Hiljem alustatud" not in report_content.frozen(told)
