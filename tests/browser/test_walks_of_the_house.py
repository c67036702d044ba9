"""Ways of the house: the calendar that moves deadlines, a foreign table that comes in and goes out again, a lost session."""

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import expect

from bureau.celery import app
from bureau.templatetags.formats import day
from complaints.intake.importing.mapping import REFUSE
from complaints.models import Case, ImportBatch
from tests.browser.conftest import sign_in
from tests.factories import CaseFactory, PartyFactory

pytestmark = pytest.mark.django_db(transaction=True)

# A semicolon and the old Estonian encoding, three ways to write a day, a quoted line break, a row without a day, a day
# that does not exist, a word nobody mapped, and the first row once more.
DIRTY = """\
Nr;Saabus;Kanal;Pealkiri;Tekst
1;02.11.2026 09:15;E-kiri;Metsateatis ei avane;"Avan teate ja näen tühja lehte.
Mida teha?"
2;2026-11-03;Telefon;Kalastuskaart;Kus saab kaarti uuendada?
3;;E-kiri;Päevata kiri;Kuupäev on puudu.
4;31.02.2026 10:00;E-kiri;Olematu päev;Sellist päeva ei ole.
5;04.11.2026 11:30;Tuvipost;Tundmatu kanal;Sellist kanalit meil ei ole.
6;05.11.2026 12:00;Telefon;Õhusaaste lõhn Häädemeestel;Šokeeriv hais žiletitehasest.
1;02.11.2026 09:15;E-kiri;Metsateatis ei avane;"Avan teate ja näen tühja lehte.
Mida teha?"
"""


@pytest.fixture
def worker(transactional_db):
    """A real worker beside the desk, over the same broker and the same database."""
    with start_worker(app, pool="solo", queues="default,intake,mail", perform_ping_check=False, shutdown_timeout=30):
        yield


def test_a_new_holiday_shows_which_deadlines_move_before_it_moves_them(open_desk, jaan, mari):
    case = CaseFactory(assignee=mari)
    before = case.due_on
    page = open_desk(jaan)
    page.goto("/settings/")
    page.get_by_role("link", name="Töökalender").click()
    if not page.url.endswith(f"/{before.year}/"):
        page.get_by_role("link", name=str(before.year)).click()
    page.locator(f".year a[href='/calendar/{before.isoformat()}/']").click()
    page.locator("input[name=kind][value=holiday]").check()
    page.locator("input[name=name_et]").fill("Lisapüha")
    page.locator("input[name=name_en]").fill("Extra holiday")
    page.get_by_role("button", name="Näita, mis nihkuks").click()

    row = page.get_by_role("row", name=case.number)
    expect(row).to_contain_text(day(before))
    case.refresh_from_db()
    assert case.due_on == before
    page.locator("textarea[name=reason], input[name=reason]").fill("Riigikogu otsus.")
    page.get_by_role("button", name="Muuda kalendrit ja nihuta 1 tähtaeg").click()
    page.get_by_text("nihkunud tähtaegu: 1").wait_for()

    case.refresh_from_db()
    assert case.due_on > before
    expect(page.get_by_role("row", name="Lisapüha").last).to_be_visible()
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    expect(page.get_by_role("row", name="Selgitustaotlus")).to_contain_text(day(case.due_on))


def test_a_dirty_table_is_mapped_rehearsed_taken_reported_and_taken_back(open_desk, peeter, worker, tmp_path):
    table = tmp_path / "pöördumised.csv"
    table.write_bytes(DIRTY.encode("windows-1257"))
    page = open_desk(peeter, language="en")
    page.goto("/imports/")
    page.get_by_role("link", name="Import a table").first.click()
    page.locator("input[name=file]").set_input_files(table)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Õhusaaste lõhn Häädemeestel")).to_be_visible()
    page.get_by_role("button", name="On to the columns").click()

    page.locator("select[name=received_0]").select_option("Saabus")
    page.locator("select[name=channel_0]").select_option("Kanal")
    page.locator("select[name=title_0]").select_option("Pealkiri")
    page.locator("select[name=description_0]").select_option("Tekst")
    page.locator("select[name=row_key]").select_option("Nr")
    page.locator("select[name=kind_value]").select_option("explanation")
    page.locator("input[name=source]").fill("vana register")
    page.locator("input[name=name]").fill("Vana register")
    page.get_by_role("button", name="On to the words").click()
    page.locator("select[name=format_0]").select_option("%d.%m.%Y %H:%M")
    page.locator("select[name=format_1]").select_option("%Y-%m-%d")
    page.get_by_role("row", name="Tuvipost").locator("select").select_option(REFUSE)
    page.get_by_role("button", name="On to the preview").click()
    expect(page.get_by_role("row", name="Metsateatis ei avane").first).to_be_visible()

    page.get_by_role("button", name="Rehearse the whole file").click()
    page.get_by_role("button", name="Take in 3 rows").wait_for()
    assert Case.objects.count() == 0
    page.get_by_role("button", name="Take in 3 rows").click()
    page.get_by_role("link", name="Take the import back").wait_for()

    assert Case.objects.count() == 3
    page.get_by_role("link", name="See the whole report").click()
    for row_number in ("4", "5", "6"):
        expect(page.get_by_role("row", name=f"{row_number} Refused")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Take the import back").click()
    page.get_by_role("button", name="Take").click()
    page.get_by_text("Cases taken back").wait_for()
    assert ImportBatch.objects.get().is_undone
    page.goto("/cases/?status=all")
    expect(page.get_by_text("Metsateatis ei avane")).to_have_count(0)


def test_what_was_being_typed_comes_back_after_signing_out(open_desk, mari):
    case = CaseFactory(assignee=mari, party=PartyFactory(name="Andres Kuusk"))
    page = open_desk()
    sign_in(page, mari)
    page.goto(case.get_absolute_url())
    page.get_by_role("textbox", name="Vastus").fill("Tere! Teie teatis on menetluses ja")
    page.locator("summary.me").click()
    page.get_by_role("button", name="Logi välja").click()
    page.wait_for_url("**/accounts/login/**")

    sign_in(page, mari)
    page.get_by_role("link", name=case.number).first.click()
    expect(page.get_by_role("textbox", name="Vastus")).to_have_value("Tere! Teie teatis on menetluses ja")
