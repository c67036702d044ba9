"""What a report's pages lead to and how they speak: what is still needed, decisions in the reader's language, the fold of contents."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from bureau.models import OutgoingMail, User
from feedback.models import OpenAnswer
from quality import measurements, report_content, report_delivery, reports
from quality.models import ReportIssue
from tests.conftest import person
from tests.factories.reports import ISSUED_ON, MONTH, ReportQuoteFactory, answered_cases, confirmed, draft, issue
from tests.quality.test_indicator_pages import FALLEN, STABLE, measured

pytestmark = pytest.mark.django_db


def english(person) -> User:
    person.language = "en"
    person.save()
    return person


def worrying():
    """Eleven good months and a bad one: the last needs a comment."""
    for back in range(11, 0, -1):
        month = date(2026, 9 - back, 1) if back < 9 else date(2025, 21 - back, 1)
        answered_cases(*[True] * 19, back % 3 != 0, month=month)
        measurements.measure_month(month, today=ISSUED_ON, codes=["answered_on_time"])
    answered_cases(*[True] * 8, *[False] * 12)
    return draft()


# --- What is still needed -----------------------------------------------------------------------------------------------
def test_each_thing_needed_leads_to_where_it_is_written(jaan, as_person):
    report = worrying()
    quote = ReportQuoteFactory(report=report, chosen_by=jaan)
    OpenAnswer.objects.filter(pk=quote.answer_id).update(state=OpenAnswer.State.WITHHELD)
    client = as_person(jaan)
    page = client.get(report_delivery.draft_url(report)).content.decode()
    needed = page.partition('id="still-missing"')[2].partition("</ul>")[0]

    comment = reverse("quality:report_comment", args=["2026-09", "answered_on_time"])
    words = f"{report_delivery.draft_url(report)}#quote-chosen-{quote.pk}"
    assert [one.url for one in reports.needed_before_issue(report, today=ISSUED_ON)] == [comment, words]
    assert f'href="{comment}"' in needed
    assert f'href="{words}"' in needed
    assert client.get(comment).status_code == 200
    assert f'id="quote-chosen-{quote.pk}"' in page
    assert 'aria-describedby="still-missing"' in page


def test_a_month_not_measured_leads_to_the_indicators(jaan, as_person):
    report = reports.begin(period="month", first_day=MONTH)

    (measured,) = reports.needed_before_issue(report, today=ISSUED_ON)

    assert as_person(jaan).get(measured.url).status_code == 200


def test_what_only_time_brings_leads_nowhere(jaan, as_person, today):
    report = reports.begin(period="month", first_day=today)
    page = as_person(jaan).get(report_delivery.draft_url(report)).content.decode()

    assert "<li>periood pole veel lõppenud</li>" in page


# --- Looked over before it is sent --------------------------------------------------------------------------------------
def test_nothing_is_sent_before_its_readers_were_seen(jaan, tiina, kai, as_person, forest_unit):
    answered_cases(True, True, True, False, True, unit=forest_unit)
    report = draft()
    client, url = as_person(jaan), reverse("quality:report_issue_now", args=[report.number])

    draft_page = client.get(report_delivery.draft_url(report)).content.decode()
    unseen = client.post(url)
    preview = client.get(url).content.decode()

    assert f'action="{url}"' not in draft_page
    assert f'href="{url}"' in draft_page
    assert (unseen.status_code, ReportIssue.objects.count(), OutgoingMail.objects.count()) == (422, 0, 0)
    assert str(tiina) in preview
    count = len(reports.readers_now(report))
    assert f"Kinnita ja saada {count} lugejale" in preview

    assert client.post(url, confirmed(report)).status_code == 302
    assert ReportIssue.objects.get().readers.count() == count == OutgoingMail.objects.count()


def test_a_reader_who_came_meanwhile_is_shown_before_anything_is_sent(jaan, tiina, as_person):
    answered_cases(True, True, True, False, True)
    report = draft()
    seen = confirmed(report)
    person("uus@example.ee", "Uno", "Uus", "head_of_department")

    answer = as_person(jaan).post(reverse("quality:report_issue_now", args=[report.number]), seen)

    assert answer.status_code == 422
    assert "Kinnita ja saada 2 lugejale" in answer.content.decode()
    assert not ReportIssue.objects.exists()


def test_comments_are_written_one_after_another_and_named_in_words(jaan, as_person):
    report = worrying()
    client = as_person(jaan)
    url = reverse("quality:report_comment", args=[report.number, "answered_on_time"])
    page = client.get(report_delivery.draft_url(report)).content.decode()
    written = {"what": "Langes", "why": "Puhkused", "action": "Asendaja", "owner": "", "due_on": ""}

    assert 'Kirjuta<span class="visually-hidden">: Tähtajaks vastatud' in page
    writing = html.fromstring(client.get(url).content.decode())
    (form,) = writing.xpath("//article//form[@id='comment-answered_on_time']")
    assert form.xpath(".//textarea[@autofocus]")
    assert form.getprevious().tag == "figure"  # beneath the chart that it is about
    refused = client.post(url, written | {"why": ""})
    assert refused.status_code == 422
    assert (
        html.fromstring(refused.content.decode())
        .xpath("//article//form[@id='comment-answered_on_time']//textarea[@name='action']/text()")[0]
        .strip()
        == "Asendaja"
    )
    assert client.post(url, written).url == f"{report_delivery.draft_url(report)}#comment-answered_on_time"
    assert 'id="comment-answered_on_time"' in client.get(report_delivery.draft_url(report)).content.decode()
    # From another figure the way leads on to what still lacks a comment.
    report.comments.all().delete()
    other = reverse("quality:report_comment", args=[report.number, "cases_registered"])
    assert "jäänud 1" in client.get(other).content.decode()
    assert client.post(other, written | {"next": "on"}).url == url


def test_a_comment_on_what_is_as_usual_is_written_above_the_report(jaan, as_person):
    report = worrying()
    url = reverse("quality:report_comment", args=[report.number, "cases_registered"])
    page = html.fromstring(as_person(jaan).get(url).content.decode())

    assert page.xpath("//form[@id='comment-cases_registered']")
    assert not page.xpath("//article//form")
    assert len(page.xpath("//*[@id='comment-answered_on_time']")) == 1


def test_a_unit_s_comment_beside_the_bureau_s_is_not_changed_in_its_name(jaan, kai, forest_unit, as_person):
    report = worrying()
    said = {
        "about": "answered_on_time",
        "what": "Langes",
        "why": "Puhkused",
        "action": "Asendaja",
        "owner": None,
        "due_on": None,
    }
    reports.write_comment(report=report, unit_id=None, by=jaan, **said)
    reports.write_comment(report=report, unit_id=forest_unit.id, by=kai, **said | {"why": "Tormikahjud"})
    client, url = as_person(jaan), reverse("quality:report_comment", args=[report.number, "answered_on_time"])
    page = html.fromstring(client.get(report_delivery.draft_url(report)).content.decode())
    writing = html.fromstring(client.get(url).content.decode())

    assert len(page.xpath("//article//div[contains(@class, 'report-comment')]")) == 2
    assert (
        len(page.xpath(f"//article//a[@href='{url}']")) == len(page.xpath("//*[@id='comment-answered_on_time']")) == 1
    )
    (theirs,) = writing.xpath("//article//div[contains(@class, 'report-comment')]")
    assert "Tormikahjud" in theirs.text_content()


def test_the_worst_stands_first(jaan, as_person):
    measured("answered_on_time", STABLE, ISSUED_ON)
    measured("calls_in_time", [*STABLE, *FALLEN], ISSUED_ON)
    measured("days_to_answer", [*STABLE, *[one * 2 for one in STABLE[:8]]], ISSUED_ON)
    report = reports.begin(period="month", first_day=MONTH)
    (table, *_others) = [
        one
        for one in reports.content(report).edition("et").blocks(report_content.Table)
        if one.columns[0].label == "Näitaja"
    ]
    page = html.fromstring(as_person(jaan).get(report_delivery.draft_url(report)).content.decode())

    assert [row[0].text for row in table.rows] == [
        "Lubatud aja jooksul vastatud kõned",
        "Vastamisaeg, mediaan",
        "Tähtajaks vastatud",
    ]
    needed = page.xpath("//*[@id='still-missing']/li/a/@href")
    assert [one.split("/")[-2] for one in needed] == ["calls_in_time", "days_to_answer"]


# --- Decisions in the reader's language ---------------------------------------------------------------------------------
@pytest.fixture
def asked(jaan):
    answered_cases(*[True] * 6)
    report = draft()
    reports.ask_decision(report=report, text="Kas värvata kaks inimest?", text_en="May we hire two people?", by=jaan)
    reports.ask_decision(report=report, text="Kas osta keskjaam?", text_en="", by=jaan)
    return report


def box(page: str) -> str:
    return page.partition('id="decisions"')[2].partition('id="questions"')[0]


def test_an_english_page_shows_decisions_in_english_and_marks_what_is_only_estonian(asked, jaan, tiina, as_person):
    made = issue(by=jaan)
    page = as_person(english(tiina)).get(report_delivery.issue_url(made)).content.decode()

    assert "May we hire two people?" in box(page)
    assert "<strong>Kas värvata" not in page
    assert '<strong lang="et">Kas osta keskjaam?</strong>' in box(page)
    assert '<li lang="et">Kas osta keskjaam?</li>' in page
    # The key of the decision is what the Estonian edition says, in whatever language it is read.
    assert 'value="Kas värvata kaks inimest?"' in box(page)


def test_an_estonian_page_shows_them_in_estonian_unmarked(asked, jaan, tiina, as_person):
    page = as_person(tiina).get(report_delivery.issue_url(issue(by=jaan))).content.decode()

    assert "<strong>Kas värvata kaks inimest?</strong>" in box(page)
    assert "<strong>Kas osta keskjaam?</strong>" in box(page)


def test_a_decision_made_on_the_english_page_stands_on_both(asked, jaan, tiina, as_person):
    made = issue(by=jaan)
    client = as_person(english(tiina))
    said = {"asked": "Kas värvata kaks inimest?", "outcome": "agreed", "text": "Yes, from May", "owner": "", "due_on": ""}  # fmt: skip

    client.post(reverse("quality:report_decide", args=["2026-09", 1]), said)

    assert "Yes, from May" in box(client.get(report_delivery.issue_url(made)).content.decode())
    assert "Yes, from May" in box(as_person(jaan).get(report_delivery.issue_url(made)).content.decode())


def test_a_draft_in_english_says_them_likewise(asked, jaan, as_person):
    page = as_person(english(jaan)).get(report_delivery.draft_url(asked)).content.decode()

    assert "<p>May we hire two people?</p>" in page
    assert '<p lang="et">Kas osta keskjaam?</p>' in page


# --- Contents -----------------------------------------------------------------------------------------------------------
def test_the_contents_fold_without_a_script(asked, jaan, tiina, as_person):
    page = as_person(tiina).get(report_delivery.issue_url(issue(by=jaan))).content.decode()
    fold = page.partition('<details class="report-contents">')[2].partition("</details>")[0]

    assert fold.startswith("<summary")
    assert 'href="#section-summary"' in fold
    assert 'href="#questions"' in fold


def test_both_editions_of_a_draft_tell_of_the_same_decisions_asked(asked):
    """Asked for twice, one taken out between the two would leave editions that do not fit each other."""
    with CaptureQueriesContext(connection) as queries:
        reports.content(asked)

    assert sum("quality_reportask" in one["sql"] for one in queries) == 1
