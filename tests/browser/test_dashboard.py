"""The dashboard in a real browser: looked at, opened by mouse and keys, without script, renewed in place, narrowed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.models import Topic
from complaints import rollups
from complaints.models import Case, Contact
from tests.browser.conftest import scrolls_sideways, tab_to
from tests.factories import AbsenceFactory, CaseFactory, ContactFactory
from tests.quality.bureau_of_rows import RandomBureau

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau(today, forest_unit, water_unit, mari, liis):
    made = RandomBureau(
        seed=5, today=today, units=[forest_unit, water_unit], people=[mari, liis], days=120, contacts=400, cases=200
    )
    rollups.count_days(today - timedelta(days=130), today)
    AbsenceFactory(user=liis)
    return made


@pytest.mark.parametrize(("scheme", "language"), [("light", "et"), ("dark", "en")])
def test_the_dashboard_is_whole_in_both_schemes(scheme, language, bureau, open_desk, jaan, violations, photograph):
    page = open_desk(jaan, scheme=scheme, language=language)
    page.goto("/dashboard/?period=30_days")  # on the first day of a month the month has too few replies to compare

    photograph(page, f"dashboard-{scheme}")
    page.locator(".chart details").first.locator("summary").click()

    assert page.locator("figure.chart svg").count() == 7
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 768])
def test_the_dashboard_fits_narrow_screens(width, bureau, open_desk, jaan):
    page = open_desk(jaan, width=width)
    page.goto("/dashboard/")

    assert not scrolls_sideways(page)


def test_a_bar_a_tile_and_a_number_open_their_rows(bureau, open_desk, jaan):
    page = open_desk(jaan)
    page.goto("/dashboard/?period=30_days")

    page.locator("figure.chart", has=page.get_by_role("heading", name="Kontaktid kanalite kaupa")).locator(
        "svg a"
    ).first.click()
    page.wait_for_url("**/contacts/?**channel=**")
    page.go_back()
    page.locator("#tile-late").click()
    page.wait_for_url("**/cases/?**due=late**")

    late = Case.objects.filter(
        status__in=["registered", "in_progress", "waiting", "reopened"], due_on__lt=timezone.localdate()
    )
    assert page.locator("tr[data-tone=late]").count() == min(50, late.count())


def test_keys_alone_narrow_the_dashboard_and_open_rows(bureau, open_desk, jaan):
    page = open_desk(jaan)
    page.goto("/dashboard/")

    tab_to(page, page.locator("summary.chip", has_text="Kõik kanalid"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("details[open] a.menu-item", has_text="Telefon"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/?channel=phone")
    tab_to(page, page.locator("#tile-open"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?**")

    assert "channel=phone" in page.url
    phoned = Case.objects.open().filter(channel__code="phone").count()
    assert page.locator("tbody tr").count() == min(50, phoned)


def test_without_script_everything_is_there(bureau, open_desk, jaan):
    page = open_desk(jaan, javascript=False)
    page.goto("/dashboard/")

    page.locator("summary", has_text="Vali päevad").click()
    page.locator("input[name=from]").fill((timezone.localdate() - timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Näita neid päevi").click()

    assert "from=" in page.url
    assert page.locator("figure.chart").count() == 7
    assert page.locator("figure.chart svg").count() > 3


def test_counters_are_renewed_in_place_and_keep_the_focus(bureau, open_desk, jaan, mari):
    page = open_desk(jaan)
    page.goto("/dashboard/")
    page.locator("#all-tiles > summary").click()
    tile = page.locator("#tile-contacts .stat-value")
    before = int(tile.inner_text())
    page.locator("#tile-late").focus()

    ContactFactory(handled_by=mari, topic=Topic.objects.filter(parent__isnull=False).first())
    CaseFactory(by=mari)
    page.evaluate("htmx.ajax('GET', location.href, {source: '#now', target: '#now', swap: 'outerHTML'})")
    page.wait_for_function(
        f"document.querySelector('#tile-contacts .stat-value').textContent.trim() === '{before + 1}'"
    )

    assert Contact.objects.kept().filter(on=timezone.localdate()).count() == before + 1
    assert page.evaluate("document.activeElement.id") == "tile-late"
    assert tile.is_visible()
    assert page.locator("#dashboard-head").count() == 1
