"""A report from its draft to its issues: what is needed, what is frozen, who gets it, what is asked and decided."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from bureau.lifecycle import Need
from bureau.models import Channel, Deed, Notification, OutgoingMail
from bureau.refusals import DeedRefused
from complaints.models import Case, Contact
from quality import measurements, monthly_report, report_content, report_delivery, report_forms, reports
from quality.models import Indicator, Measurement, Report, ReportDecision, ReportIssue, ReportReader, Restatement
from tests.databases import past_the_guard
from tests.factories import CaseFactory, ContactFactory
from tests.factories.reports import ISSUED_ON, MONTH, answered_cases, draft, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(db):
    return answered_cases(*[True] * 6, False, False)


def frozen(made: ReportIssue):
    return report_content.thawed(made.content)


# --- Drafting ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "numbers"),
    [
        (date(2026, 10, 1), ["2026-09", "2026-Q3"]),
        (date(2026, 11, 1), []),  # a Sunday
        (date(2026, 11, 2), ["2026-10"]),
        (date(2027, 1, 4), ["2026-12", "2026-Q4", "2026"]),
    ],
)
def test_drafts_begin_on_the_first_working_day_and_once(db, today, numbers):
    reports.begin_due(today)
    reports.begin_due(today)

    assert sorted(one.number for one in Report.objects.all()) == sorted(numbers)


def test_the_days_of_a_report_are_working_days_after_its_period(db):
    report = reports.begin(period="month", first_day=MONTH)

    assert (report.last_day, report.comments_due_on, report.due_on) == (
        date(2026, 9, 30),
        date(2026, 10, 6),
        date(2026, 10, 8),
    )


def test_a_report_is_not_issued_before_its_period_is_over_and_measured(answered, jaan):
    report = reports.begin(period="month", first_day=MONTH)

    assert reports.needed_before_issue(report, today=date(2026, 9, 30)) == [
        Need("period", "periood pole veel lõppenud")
    ]
    assert "09.2026" in reports.needed_before_issue(report, today=ISSUED_ON)[0].words
    with pytest.raises(DeedRefused):
        reports.issue(report=report, by=jaan, today=ISSUED_ON)


def test_what_worries_needs_a_comment(jaan, monkeypatch):
    # Eleven good months and a bad one.
    for back in range(11, 0, -1):
        month = date(2026, 9 - back, 1) if back < 9 else date(2025, 21 - back, 1)
        answered_cases(*[True] * 19, back % 3 != 0, month=month)
        measurements.measure_month(month, today=ISSUED_ON, codes=["answered_on_time"])
    answered_cases(*[True] * 8, *[False] * 12)
    report = draft()

    (missing,) = reports.needed_before_issue(report, today=ISSUED_ON)
    assert "Tähtajaks vastatud" in missing.words
    reports.write_comment(report=report, about="answered_on_time", unit_id=None, what="Langes", why="Puhkused", action="Asendaja", owner=jaan, due_on=date(2026, 12, 1), by=jaan)  # fmt: skip
    assert reports.needed_before_issue(report, today=ISSUED_ON) == []
    told = frozen(reports.issue(report=report, by=jaan, today=ISSUED_ON))
    comment = next(told.edition("et").blocks(report_content.Comment))
    assert (comment.why, comment.owner, comment.is_missing) == ("Puhkused", jaan.get_full_name(), False)
    assert next(told.edition("et").blocks(report_content.Chart)).sentence.startswith(
        "September 2026: 40,0%, mitte juhuslikult"
    )


# --- Issuing ----------------------------------------------------------------------------------------------------------
def test_an_issue_says_what_was_measured(answered, jaan):
    told = frozen(issue(by=jaan))

    figure = told.figures["answered_on_time"]
    measured = Measurement.objects.latest().get(indicator__code="answered_on_time", unit=None)
    assert (figure.value, figure.numerator, figure.denominator) == (75, 6, 8)
    assert figure.measurements == (measured.pk,)
    assert figure.text == {"et": "75,0%", "en": "75.0%"}
    assert figure.rows_hash == measurements.rows_hash(measured)


def test_later_edits_change_no_issue(answered, jaan):
    made = issue(by=jaan)
    before = {form: one.write(frozen(made), "et") for form, one in report_forms.FORMS.items()}

    Case.objects.filter(pk__in=[one.pk for one in answered]).update(was_on_time=False, answered_on=date(2026, 8, 1))
    measurements.measure_month(MONTH, today=date(2026, 12, 1))
    again = ReportIssue.objects.get(pk=made.pk)

    assert reports.is_whole(again)
    for form in ("pdf", "json", "html"):
        assert report_forms.FORMS[form].write(frozen(again), "et") == before[form], form


def test_the_database_refuses_to_change_or_delete_an_issue(answered, jaan, tiina):
    made = issue(by=jaan)

    for deed in (
        lambda: ReportIssue.objects.filter(pk=made.pk).update(content="{}"),
        lambda: ReportIssue.objects.filter(pk=made.pk).delete(),
        lambda: made.rows.all().delete(),
        lambda: made.readers.all().delete(),
        lambda: made.readers.update(role="specialist"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_a_correction_is_an_issue_of_its_own_with_its_reason_and_a_notice(answered, jaan, tiina):
    made = issue(by=jaan)
    with pytest.raises(DeedRefused):
        reports.issue(report=made.report, by=jaan, today=ISSUED_ON)

    reports.begin_correction(report=made.report, by=jaan)
    with pytest.raises(DeedRefused) as refusal:
        reports.issue(report=made.report, by=jaan, today=ISSUED_ON)
    assert refusal.value.field == "reason"
    second = reports.issue(report=made.report, by=jaan, today=ISSUED_ON, reason="Keskjaama andmed olid puudu")

    assert (second.number, second.corrects, ReportIssue.objects.get(pk=made.pk).seal) == (2, made, made.seal)
    assert "Keskjaama andmed olid puudu" in next(frozen(second).edition("et").blocks(report_content.Paragraph)).text
    assert Notification.objects.filter(user=tiina, kind="report.corrected").exists()


def test_a_restatement_stands_in_the_next_issue(answered, jaan, tiina):
    issue(by=jaan)
    measurements.measure_month(MONTH, today=date(2026, 11, 1), codes=["answered_on_time"])  # final by now
    Case.objects.filter(pk=answered[-1].pk).update(was_on_time=True)
    asked = measurements.ask_restatement(indicator=Indicator.objects.get(code="answered_on_time"), first_day=MONTH, reason="Vastus leiti üles", by=jaan)  # fmt: skip
    measurements.decide_restatement(restatement=asked, approve=True, by=tiina)
    answered_cases(*[True] * 5, month=date(2026, 10, 1))
    measurements.measure_month(date(2026, 10, 1), today=date(2026, 11, 9), codes=["answered_on_time"])
    report = reports.begin(period="month", first_day=date(2026, 10, 1))

    told = frozen(reports.issue(report=report, by=jaan, today=date(2026, 11, 9)))

    (restated,) = told.restatements
    assert (restated["old"], restated["new"], restated["reason"], restated["first_day"]) == (
        75,
        87.5,
        "Vastus leiti üles",
        "2026-09-01",
    )
    table = next(
        one for one in told.edition("et").blocks(report_content.Table) if one.caption == "Ümber arvutatud väärtused"
    )
    assert [cell.text for cell in table.rows[0][2:4]] == ["75,0%", "87,5%"]
    assert Restatement.objects.get().state == "approved"


def test_a_quarter_is_computed_from_the_rows_of_its_months(jaan, db):
    for month, on_time in ((date(2026, 7, 1), [True] * 9), (date(2026, 8, 1), [True, False]), (MONTH, [False])):
        answered_cases(*on_time, month=month)
        measurements.measure_month(month, today=ISSUED_ON, codes=["answered_on_time", "cases_registered"])
    report = reports.begin(period="quarter", first_day=MONTH)

    told = frozen(reports.issue(report=report, by=jaan, today=ISSUED_ON))

    figure = told.figures["answered_on_time"]
    assert (figure.numerator, figure.denominator, len(figure.measurements)) == (10, 12, 3)
    assert figure.value == pytest.approx(100 * 10 / 12)
    assert told.figures["cases_registered"].value == 12
    assert report.number == "2026-Q3"


# --- Packs and few ----------------------------------------------------------------------------------------------------
def test_a_unit_head_gets_the_own_pack_and_no_other(jaan, kai, tiina, forest_unit, water_unit):
    answered_cases(*[True] * 6, unit=forest_unit)
    answered_cases(*[True] * 5, False, unit=water_unit)
    made = issue(by=jaan)

    pack = report_content.thawed(made.packs.get(unit=forest_unit).content)

    assert (pack.unit, pack.figures["answered_on_time"].denominator) == (forest_unit.code, 6)
    assert [(one.user, one.unit) for one in made.readers.all() if one.role == "unit_head"] == [(kai, forest_unit)]
    assert reports.content_for(made, kai, forest_unit.pk) == pack
    assert reports.content_for(made, kai, water_unit.pk) is None
    assert reports.content_for(made, kai) is None
    assert reports.content_for(made, tiina, forest_unit.pk) == pack


def test_a_value_of_few_stands_in_no_form_of_a_pack(jaan, kai, forest_unit, water_unit):
    answered_cases(True, True, False, unit=forest_unit)
    answered_cases(*[True] * 9, unit=water_unit)
    made = issue(by=jaan)

    pack = report_content.thawed(made.packs.get(unit=forest_unit).content)

    figure = pack.figures["answered_on_time"]
    assert (figure.is_hidden, figure.value, figure.numerator, figure.denominator, figure.rows) == (
        True,
        None,
        None,
        None,
        0,
    )
    text = report_content.frozen(pack)
    assert "66,7" not in text
    assert "66.6" not in text
    # Neither the whole nor another pack tells it by subtraction: the water unit is hidden beside it.
    whole = frozen(made)
    assert whole.figures["answered_on_time"].denominator == 12
    assert not made.packs.filter(unit=water_unit).exists() or report_content.thawed(made.packs.get(unit=water_unit).content).figures["answered_on_time"].is_hidden  # fmt: skip


def test_an_issue_stays_readable_while_it_is_corrected(answered, jaan, tiina, kai, as_person):
    made = issue(by=jaan)
    reports.begin_correction(report=made.report, by=jaan)

    assert as_person(tiina).get(report_delivery.issue_url(made)).status_code == 200
    assert made.report in Report.objects.visible_to(tiina)
    assert report_delivery.issue_url(made) in as_person(tiina).get("/reports/").content.decode()
    # Its unit head is asked again; without a pack of the own unit nothing that was issued is theirs.
    assert made.report in Report.objects.visible_to(kai)


def test_what_has_no_pack_for_the_unit_is_not_in_its_heads_list(answered, jaan, kai):
    made = issue(by=jaan)

    assert made.report not in Report.objects.visible_to(kai)


# --- Delivery and reading ---------------------------------------------------------------------------------------------
def test_the_head_of_department_gets_a_letter_with_the_paper(answered, jaan, tiina, settings):
    made = issue(by=jaan)

    letter = OutgoingMail.objects.get(to=tiina.email, purpose="report.issued")
    (paper,) = letter.attachments.all()
    assert bytes(paper.content).startswith(b"%PDF-")
    assert paper.name == "aruanne-2026-09-1.pdf"
    assert f"/reports/2026-09/{made.number}/" in letter.text
    assert "75,0%" in letter.text
    assert "75,0%" in letter.html


def test_reading_is_written_down_and_who_did_not_read_is_reminded_once(answered, jaan, tiina):
    made = issue(by=jaan)
    reader = ReportReader.objects.get(issue=made, user=tiina)
    issued = timezone.localdate(made.issued_at)

    assert report_delivery.remind(issued) == 0
    later = date(issued.year + 1, 1, 15)
    assert (report_delivery.remind(later), report_delivery.remind(later)) == (1, 0)
    assert OutgoingMail.objects.filter(to=tiina.email, purpose="report.reminder").count() == 1

    report_delivery.opened(made, user=tiina)
    report_delivery.mark_read(made, by=tiina)
    reader.refresh_from_db()
    assert reader.opened_at
    assert reader.read_at
    assert Deed.objects.filter(action="report.read", actor=tiina).count() == 1
    report_delivery.mark_read(made, by=tiina)
    assert Deed.objects.filter(action="report.read", actor=tiina).count() == 1


def test_a_question_is_answered_and_a_decision_becomes_an_action(answered, jaan, tiina, mari):
    report = draft()
    reports.ask_decision(report=report, text="Kas suunata 0,5 kohta metsateemadele?", text_en="", by=jaan)
    made = reports.issue(report=report, by=jaan, today=ISSUED_ON)

    question = reports.ask(made=made, about="answered_on_time", text="Miks?", by=tiina)
    reports.answer(question=question, text="Puhkuste tõttu.", by=jaan)
    decision = reports.decide(
        made=made, asked="Kas suunata 0,5 kohta metsateemadele?", outcome=ReportDecision.Outcome.AGREED, text="Jah, veebruarini", owner=mari,
        due_on=date(2027, 2, 1), by=tiina,
    )  # fmt: skip

    assert Notification.objects.filter(user=tiina, kind="report.answered").exists()
    assert (decision.improvement.owner, decision.improvement.source, decision.improvement.due_on) == (
        mari,
        "report",
        date(2027, 2, 1),
    )
    with pytest.raises(DeedRefused):
        reports.decide(
            made=made, asked=decision.asked, outcome="refused", text="Ei", owner=None, due_on=None, by=tiina
        )
    with pytest.raises(DeedRefused):
        reports.decide(made=made, asked="", outcome="agreed", text="Veel", owner=mari, due_on=None, by=tiina)


# --- By command -------------------------------------------------------------------------------------------------------
def test_the_command_writes_every_form_of_a_month(answered, jaan, tmp_path, capsys):
    draft()

    call_command("issue_report", "--month", "2026-09", "--out", str(tmp_path), "--by", jaan.email, "--json")

    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    names = {path.name for path in tmp_path.iterdir()}
    assert {f"aruanne-2026-09-1.{suffix}" for suffix in ("pdf", "xlsx", "html", "json")} <= names
    assert {f"report-2026-09-1.{suffix}" for suffix in ("pdf", "xlsx", "html")} <= names
    assert told["seal"] == ReportIssue.objects.get().seal
    call_command("issue_report", "--month", "2026-09", "--out", str(tmp_path), "--by", jaan.email, "--json")
    assert ReportIssue.objects.count() == 1


def test_verify_finds_a_report_whose_seal_is_broken(answered, jaan):
    from complaints.verification import verify

    made = issue(by=jaan)
    assert verify(only=["reports_sealed"])[0].is_clean
    past_the_guard("UPDATE quality_reportissue SET content = replace(content, '75', '95') WHERE id = %s", [made.pk])
    assert not verify(only=["reports_sealed"])[0].is_clean


def test_the_content_of_a_draft_and_of_its_issue_are_the_same(answered, jaan):
    report = draft()
    now = timezone.now()
    told, _rows = monthly_report.content_of(report, issue=1, cut_off=now)

    made = reports.issue(report=report, by=jaan, today=ISSUED_ON, now=now)

    assert made.content == report_content.frozen(told)


@pytest.mark.parametrize("owner", [True, False])
def test_a_decision_that_was_due_before_it_was_made_is_refused(owner, jaan, mari, tiina, today):
    made = issue(by=jaan)

    with pytest.raises(DeedRefused) as refused:
        reports.decide(
            made=made, asked="", outcome="agreed", text="Jah", owner=mari if owner else None, due_on=today - timedelta(days=1), by=tiina
        )  # fmt: skip

    assert refused.value.field == "due_on"
    assert not made.decisions.exists()


# --- One cut-off ------------------------------------------------------------------------------------------------------
def contacts_of(channel: str, count: int, day: int = 12) -> list:
    at = timezone.make_aware(datetime(MONTH.year, MONTH.month, day, 10))
    return [ContactFactory(channel=Channel.objects.get(code=channel), at=at, on=at.date()) for _ in range(count)]


def parts_of(content) -> dict[str, float]:
    return {
        code.removeprefix("contacts."): figure.value for code, figure in content.figures.items()
        if code.startswith("contacts.") and code.rpartition(".")[2] not in {"year_ago", "ytd", "ytd_before"}
    }  # fmt: skip


def restated(code: str, *, asked_by, approved_by) -> None:
    asked = measurements.ask_restatement(indicator=Indicator.objects.get(code=code), first_day=MONTH, reason="Valesti loetud", by=asked_by)  # fmt: skip
    measurements.decide_restatement(restatement=asked, approve=True, by=approved_by)


@pytest.fixture
def issued_with_contacts(jaan):
    """Seventy by phone, forty by e-mail, and two channels too small to tell."""
    made = {
        code: contacts_of(code, count) for code, count in (("phone", 70), ("email", 40), ("letter", 3), ("visit", 2))
    }
    answered_cases(True, True, True, True, False)
    measurements.measure_month(
        MONTH, today=ISSUED_ON, codes=("contacts", "answered_on_time", "contacts_per_working_day", "open_cases")
    )
    measurements.measure_month(MONTH, today=date(2026, 10, 12), codes=("contacts", "answered_on_time", "contacts_per_working_day", "open_cases"))  # fmt: skip
    return made, issue(by=jaan)


def told(made) -> report_content.Content:
    return report_content.thawed(made.content)


def corrected(report, by):
    reports.begin_correction(report=report, by=by)
    return reports.issue(report=report, by=by, today=date(2026, 10, 14), reason="Üks näitaja arvutati ümber")


def test_parts_make_up_their_total_and_stay_when_contacts_are_taken_back(issued_with_contacts, jaan, tiina):
    contacts, first = issued_with_contacts
    taken_back = [one.pk for one in contacts["phone"][:40]]
    Contact.objects.filter(pk__in=taken_back).update(undone_at=timezone.now())
    restated("answered_on_time", asked_by=jaan, approved_by=tiina)

    second = corrected(first.report, jaan)

    for made in (first, second):
        content = told(made)
        assert content.figures["contacts"].value == sum(parts_of(content).values()) == 115
        assert parts_of(content) == {"phone": 70, "email": 40, "other_channels": 5}


def test_a_restated_total_brings_its_own_parts(issued_with_contacts, jaan, tiina):
    contacts, first = issued_with_contacts
    Contact.objects.filter(pk__in=[one.pk for one in contacts["phone"][:40]]).update(undone_at=timezone.now())
    restated("contacts", asked_by=jaan, approved_by=tiina)

    second = told(corrected(first.report, jaan))

    assert parts_of(told(first)) == {"phone": 70, "email": 40, "other_channels": 5}
    assert second.figures["contacts"].value == sum(parts_of(second).values()) == 75
    assert parts_of(second) == {"phone": 30, "email": 40, "other_channels": 5}
    assert [one["indicator"] for one in second.restatements] == ["contacts"]


@pytest.mark.django_db(transaction=True)
def test_a_contact_moved_to_another_channel_since_stays_where_it_was_measured(issued_with_contacts, jaan):
    """The database keeps the former row with the moment of its transaction, so this needs transactions of its own."""
    contacts, first = issued_with_contacts
    moved = [one.pk for one in contacts["phone"][40:]]
    Contact.objects.filter(pk__in=moved).update(channel=Channel.objects.get(code="email"))

    assert parts_of(told(corrected(first.report, jaan))) == {"phone": 70, "email": 40, "other_channels": 5}


def test_ages_of_open_cases_are_those_of_the_cases_that_were_measured(jaan, tiina):
    for back in range(6):
        case = CaseFactory()
        Case.objects.filter(pk=case.pk).update(registered_on=MONTH + timedelta(days=back))
    measurements.measure_month(MONTH, today=date(2026, 10, 12), codes=("open_cases", "answered_on_time"))
    first = issue(by=jaan)
    Case.objects.filter(registered_on__lt=MONTH + timedelta(days=3)).update(
        status="closed",
        closed_at=timezone.now(),
        closed_on=MONTH + timedelta(days=4),
        ended_on=MONTH + timedelta(days=4),
    )

    second = corrected(first.report, jaan)

    ages = [{code: figure.value for code, figure in told(made).figures.items() if code.startswith("open_age")} for made in (first, second)]  # fmt: skip
    assert ages[0] == ages[1] != {}
    assert told(second).figures["open_cases"].value == 6


def test_an_issue_says_when_its_figures_were_measured(issued_with_contacts):
    _contacts, first = issued_with_contacts
    moment = timezone.localtime(Measurement.objects.order_by("computed_at").last().computed_at)

    text = first.content

    assert f"{moment:%d.%m.%Y}" in text
    assert "nagu need olid mõõtmise ajal" in text
