"""The head drafts, comments and issues; the head of department reads on a phone, opens the rows of a figure, asks and decides."""

from datetime import date

import pytest
from playwright.sync_api import expect

from bureau.models import Deed
from quality import measurements, report_delivery, reports
from quality.models import Improvement, ReportIssue, ReportReader
from quality.periods import months_back
from tests.browser.conftest import scrolls_sideways
from tests.factories.reports import answered_cases

pytestmark = pytest.mark.django_db(transaction=True)

CODES = ["answered_on_time", "cases_registered", "contacts"]


@pytest.fixture
def fallen(db, today):
    """Eleven usual months and a last one in which replies came late."""
    last = months_back(today.replace(day=1), 1)
    for back in range(11, 0, -1):
        answered_cases(*[True] * 19, back % 3 != 0, month=months_back(last, back))
    answered_cases(*[True] * 8, *[False] * 12, month=last)
    for back in range(11, -1, -1):
        measurements.measure_month(months_back(last, back), today=today, codes=CODES)
    return last


def test_from_the_draft_to_the_decision(open_desk, violations, jaan, tiina, fallen: date):
    number = f"{fallen:%Y-%m}"
    desk = open_desk(jaan)
    desk.goto("/reports/")
    expect(desk.get_by_text("Aruandeid veel ei ole")).to_be_visible()
    desk.get_by_role("link", name="Alusta aruannet").click()
    desk.get_by_label("Perioodi viimane kuu").select_option(f"{fallen:%Y-%m-%d}")
    desk.get_by_role("button", name="Alusta mustandit").click()

    expect(desk.get_by_text("kommentaar puudub").first).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("link", name="Vaata üle ja saada").click()
    expect(desk.get_by_text("Tiina Kuusk").first).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("button", name="Kinnita ja saada 1 lugejale").click()
    expect(desk.get_by_role("alert").or_(desk.locator(".error-summary")).first).to_contain_text("Veel on vaja")
    assert not ReportIssue.objects.exists()

    desk.get_by_role("link", name="Tagasi mustandisse").click()
    desk.get_by_role("link", name="Kirjuta").first.click()
    expect(desk.get_by_label("Põhjus")).to_be_focused()
    # In its place: beneath the chart that it is about.
    assert desk.locator("form.report-writing").evaluate(
        "(form) => form.previousElementSibling.matches('figure.chart')"
    )
    expect(desk.locator("form.report-writing")).to_be_in_viewport()
    desk.get_by_label("Põhjus").fill("Puhkused ja metsateatised")
    desk.get_by_label("Mida tehakse").fill("Asendaja igale teemale")
    assert violations(desk) == []
    desk.get_by_role("button", name="Salvesta kommentaar").click()
    expect(desk.get_by_text("Puhkused ja metsateatised")).to_be_visible()
    desk.get_by_label("Küsitav otsus").fill("Kas suunata 0,5 kohta metsateemadele?")
    desk.get_by_role("button", name="Küsi seda otsust").click()
    expect(desk.get_by_role("listitem").filter(has_text="Kas suunata 0,5 kohta metsateemadele?").first).to_be_visible()
    desk.get_by_role("link", name="Vaata üle ja saada").click()
    desk.get_by_role("button", name="Kinnita ja saada 1 lugejale").click()
    expect(desk.get_by_text(f"Väljaanne {number}/1 on kinnitatud")).to_be_visible()
    assert violations(desk) == []

    phone = open_desk(tiina, width=390, height=844)
    phone.goto(report_delivery.issue_url(ReportIssue.objects.get()))
    # A few lines an indicator, and all that follows them folded under its name.
    assert phone.locator("details.report-fold[open]").count() == 0
    assert (
        max(phone.locator(".table-judged tbody tr").evaluate_all("(rows) => rows.map((row) => row.offsetHeight)"))
        <= 120
    )
    phone.locator(".report-fold > summary", has_text="Tähtajaks vastatud").click()
    assert_latest_months_are_seen_first(phone)
    expect(phone.get_by_text("40,0%").first).to_be_visible()
    assert not scrolls_sideways(phone)
    phone.get_by_role("link", name="40,0%").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Tähtajaks vastatud")
    phone.get_by_role("link", name=str(fallen.year)).first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("loetud read")
    expect(phone.get_by_role("rowheader").nth(5)).to_be_visible()
    phone.goto(report_delivery.issue_url(ReportIssue.objects.get()))
    phone.get_by_label("Sinu küsimus").fill("Millal see paraneb?")
    phone.get_by_role("button", name="Küsi büroojuhatajalt").click()
    expect(phone.get_by_text("Küsimus on büroojuhataja juures.")).to_be_visible()
    phone.get_by_text("Otsusta", exact=True).click()
    phone.get_by_label("Otsuse sõnastus").first.fill("Jah, veebruarini")
    phone.get_by_label("Kes teeb").first.select_option(label=jaan.get_full_name())
    phone.get_by_label("Tähtpäev").first.fill(f"{months_back(fallen, -5):%Y-%m-%d}")
    phone.get_by_role("button", name="Salvesta otsus").first.click()
    expect(phone.get_by_text("Otsus on salvestatud").first).to_be_visible()
    phone.get_by_role("button", name="Olen lugenud").click()
    expect(phone.get_by_text("Märgitud loetuks.")).to_be_visible()
    assert violations(phone) == []

    assert ReportReader.objects.get(user=tiina).read_at
    assert Improvement.objects.get(source="report").owner == jaan
    assert Deed.objects.filter(action="report.decided", actor=tiina).exists()
    desk.goto(report_delivery.issue_url(ReportIssue.objects.get()))
    desk.get_by_label("Vastus").fill("Jaanuariks on kiri ja asendaja paigas.")
    desk.get_by_role("button", name="Vasta küsimusele").click()
    expect(desk.get_by_text("Jaanuariks on kiri ja asendaja paigas.")).to_be_visible()


def test_without_script_the_head_of_department_reads_and_asks(open_desk, jaan, tiina, fallen, today):
    report = reports.begin(period="month", first_day=fallen, by=jaan)
    reports.write_comment(report=report, about="answered_on_time", unit_id=None, what="Langes", why="Puhkused", action="Asendaja", owner=None, due_on=None, by=jaan)  # fmt: skip
    made = reports.issue(report=report, by=jaan, today=today)

    page = open_desk(tiina, javascript=False)
    page.goto("/reports/")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_label("Sinu küsimus").fill("Miks?")
    page.get_by_role("button", name="Küsi büroojuhatajalt").click()
    expect(page.get_by_text("Miks?")).to_be_visible()
    page.get_by_role("button", name="Olen lugenud").click()

    assert made.questions.get().asked_by == tiina
    assert ReportReader.objects.get(user=tiina).read_at


def assert_latest_months_are_seen_first(page) -> None:
    """A drawing too wide for a phone stands at its end, and what is left of it can be scrolled to."""
    seen, back = page.locator(".chart-drawing:has(svg[data-runs])").first.evaluate(
        """box => {
            const edge = () => box.querySelector('svg').getBoundingClientRect();
            const right = edge().right - box.getBoundingClientRect().right;
            box.scrollLeft = -box.scrollWidth;
            return [right, edge().left - box.getBoundingClientRect().left];
        }"""
    )
    assert (abs(seen) < 2, abs(back) < 2) == (True, True), (seen, back)
