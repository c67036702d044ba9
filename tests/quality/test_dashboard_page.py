"""The dashboard as people get it: every number opens exactly its rows, in both languages, with and without rows."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.models import Unit
from complaints import rollups
from complaints.contact_filters import ContactFilter
from complaints.filters import CaseFilter
from complaints.models import Case, Contact
from quality.models import Indicator, Measurement, Passport
from quality.periods import month_start, months_back
from tests.factories import AbsenceFactory, CaseFactory, RoleHoldingFactory, UserFactory
from tests.quality.bureau_of_rows import RandomBureau

pytestmark = pytest.mark.django_db
DASHBOARD = "/dashboard/"


@pytest.fixture
def bureau(today, forest_unit, water_unit, mari, liis):
    south = Unit.objects.create(code="test-forest-south", name_et="Lõuna", name_en="South", parent=forest_unit)
    return RandomBureau(
        seed=3, today=today, units=[forest_unit, water_unit, south], people=[mari, liis], contacts=260, cases=220
    )


def page_of(client, query=""):
    response = client.get(DASHBOARD + query)
    assert response.status_code == 200
    return lxml.html.fromstring(response.content)


def found(node, *classes, tag="*"):
    """Elements below `node` with these classes."""
    having = "".join(f"[contains(concat(' ', normalize-space(@class), ' '), ' {one} ')]" for one in classes)
    return node.xpath(f".//{tag}{having}")


def rows_behind(url, user, today) -> set[int]:
    """Ids of the rows that the list at this address shows to `user`."""
    split = urlsplit(url)
    data = QueryDict(split.query)
    if split.path == reverse("complaints:case_list"):
        rows = CaseFilter(data, Case.objects.visible_to(user), user=user, today=today).qs
    else:
        assert split.path == reverse("complaints:contact_list")
        rows = ContactFilter(data, Contact.objects.visible_to(user).kept(), user=user).qs
    return set(rows.values_list("pk", flat=True))


def whole_number(text: str) -> int | None:
    digits = text.replace("\N{NO-BREAK SPACE}", "").replace(",", "").strip()
    return int(digits) if digits.isdecimal() else None


def numbers_with_links(page) -> list[tuple[int, str]]:
    """Whole numbers of tiles, tables and drawings, with the address that each opens."""
    shown = [(found(tile, "stat-value")[0].text_content(), tile.get("href")) for tile in found(page, "stat", tag="a")]
    shown += [(link.text_content(), link.get("href")) for link in page.xpath("//td//a")]
    for drawing in found(page, "chart-drawing"):
        shown += [(link.text_content().rpartition(": ")[2], link.get("href")) for link in drawing.xpath(".//a")]
    lists = (reverse("complaints:case_list"), reverse("complaints:contact_list"))
    counts = [(whole_number(text), url) for text, url in shown if url.startswith(lists) and "hour=" not in url]
    return [(number, url) for number, url in counts if number is not None]


@pytest.mark.parametrize("was_counted", [False, True])
@pytest.mark.parametrize("who", ["jaan", "kai", "tiina"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?period=30_days&compare=none",
        "?period=30_days&channel=phone",
        "?period=quarter&unit=test-forest-south",
        "?period=30_days&service=e_service_portal",
    ],
)
def test_every_number_opens_exactly_as_many_rows(query, who, was_counted, bureau, today, as_person, request):
    user = request.getfixturevalue(who)
    RoleHoldingFactory(user=UserFactory(), role="unit_head")
    Case.objects.filter(unit=None).update(
        assignee=user
    )  # a unit head sees these in the list, but they are not the unit's
    if was_counted:
        rollups.count_days(today - timedelta(days=70), today)

    numbers = numbers_with_links(page_of(as_person(user), query))

    assert len(numbers) > 15
    assert [(number, url) for number, url in numbers if len(rows_behind(url, user, today)) != number] == []


def test_restricted_rows_are_counted_for_those_who_may_open_them(bureau, today, as_person, kai, forest_unit):
    restricted = Case.objects.filter(
        is_restricted=True, unit=forest_unit, status__in=["registered", "in_progress", "waiting", "reopened"]
    )

    numbers = numbers_with_links(page_of(as_person(kai)))

    opened = set().union(*(rows_behind(url, kai, today) for _number, url in numbers))
    assert restricted.exists()
    assert set(restricted.values_list("pk", flat=True)) <= opened


def test_share_in_time_is_that_of_the_rows_it_opens(bureau, today, as_person, jaan):
    tile = page_of(as_person(jaan), "?period=30_days").get_element_by_id("tile-on-time")

    rows = Case.objects.filter(pk__in=rows_behind(tile.get("href"), jaan, today))
    share = sum(bool(row.was_on_time) for row in rows) / len(rows)
    assert found(tile, "stat-value")[0].text_content().strip() == f"{share * 100:.0f}%"


def test_a_square_of_the_week_opens_the_contacts_of_its_hour(bureau, today, as_person, jaan):
    page = page_of(as_person(jaan))
    links = [link.get("href") for link in page.xpath("//a") if "hour=" in (link.get("href") or "")]

    opened = [rows_behind(url, jaan, today) for url in set(links)]

    first, last = (parse_qs(urlsplit(links[0]).query)[name][0] for name in ("from", "to"))
    assert set().union(*opened) == set(
        Contact.objects.kept().filter(on__range=(first, last)).values_list("pk", flat=True)
    )
    assert sum(map(len, opened)) == len(set().union(*opened))


def test_the_list_says_which_hour_it_is_narrowed_to(bureau, as_person, jaan):
    client = as_person(jaan)
    url = next(
        link.get("href") for link in page_of(client).xpath("//a") if "weekday=1&hour=" in (link.get("href") or "")
    )
    hour = int(parse_qs(urlsplit(url).query)["hour"][0])

    page = lxml.html.fromstring(client.get(url).content)

    chip = next(one for one in found(page, "chip") if f"{hour}.00–{hour + 1}.00" in one.text_content())
    assert "esmaspäev" in chip.text_content().lower()
    assert "hour" not in chip.get("href")


def test_a_signal_opens_the_rows_it_speaks_of(today, as_person, jaan, mari, liis):
    AbsenceFactory(user=liis)
    soon = [CaseFactory(assignee=liis, by=mari) for _ in range(2)]
    Case.objects.filter(pk__in=[case.pk for case in soon]).update(due_on=today)
    waiting = CaseFactory(by=mari, days_ago=10)
    CaseFactory(by=mari)

    links = [
        (notice.text_content(), notice.xpath(".//a")[0].get("href"))
        for notice in found(page_of(as_person(jaan)), "notice")
    ]

    assert [rows_behind(url, jaan, today) for _text, url in links] == [{waiting.pk}, {case.pk for case in soon}]


# --- Page -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("who", ["jaan", "peeter", "tiina", "kai"])
def test_an_empty_desk_teaches(who, language, as_person, request, today):
    client = as_person(request.getfixturevalue(who))
    client.cookies["django_language"] = language

    page = page_of(client)

    assert len(found(page, "empty")) == 1
    assert found(page, "stat") + found(page, "chart") + found(page, "notice") == []


def test_every_chart_has_a_sentence_and_a_table(bureau, as_person, jaan):
    page = page_of(
        as_person(jaan), "?period=30_days"
    )  # on the first days of a month too few were answered to be drawn
    charts = found(page, "chart")

    assert len(charts) == 7
    for chart in charts:
        assert found(chart, "chart-sentence")[0].text_content().strip()
        assert chart.xpath(".//details//tbody/tr")
        assert len(chart.xpath(".//svg")) == 1


def test_no_style_and_no_script_stand_in_the_page(bureau, as_person, jaan):
    page = page_of(as_person(jaan))

    assert page.xpath("//*[@style]") == page.xpath("//style") == page.xpath("//script[not(@src)]") == []


def test_the_head_of_department_reads_a_shorter_page_and_may_have_the_whole(bureau, as_person, tiina):
    client = as_person(tiina)

    short, whole = page_of(client), page_of(client, "?layout=whole")

    assert [len(found(page, "chart")) for page in (short, whole)] == [5, 7]
    assert short.xpath("//*[@id='tile-unassigned']") == []
    assert len(whole.xpath("//*[@id='tile-unassigned']")) == 1


def test_a_unit_head_is_not_told_who_is_away(bureau, as_person, kai, liis, today):
    AbsenceFactory(user=liis)

    text = page_of(as_person(kai)).text_content()

    assert "Liis" not in text
    assert "L. Mets" not in text


@pytest.mark.parametrize(
    "query",
    [
        "?unit=no-such",
        "?channel=no-such",
        "?topic=no-such",
        "?service=no-such",
        "?period=century",
        "?from=2999-01-01",
        "?from=2026-02-30",
        "?from=1900-01-01",
    ],
)
def test_what_the_address_says_wrong_is_refused_and_nothing_is_shown(query, bureau, as_person, jaan):
    response = as_person(jaan).get(DASHBOARD + query)

    page = lxml.html.fromstring(response.content)
    assert response.status_code == 422
    assert found(page, "stat") + found(page, "chart") == []


def test_chosen_days_are_shown_and_kept_in_the_links(bureau, as_person, jaan, today):
    first, last = today - timedelta(days=20), today - timedelta(days=10)

    page = page_of(as_person(jaan), f"?from={first}&to={last}&channel=phone")

    address = page.get_element_by_id("tile-on-time").get("href")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["answered_from"], asked["answered_to"], asked["channel"]) == ([str(first)], [str(last)], ["phone"])


@pytest.mark.parametrize("who", ["jaan", "tiina"])
@pytest.mark.parametrize("page_address", [DASHBOARD, "/dashboard/wall/"])
def test_of_a_past_period_what_stands_at_today_says_so(who, page_address, bureau, as_person, request):
    client = as_person(request.getfixturevalue(who))

    def said_today(query):
        page = lxml.html.fromstring(client.get(page_address + query).content)
        return {
            found(tile, "stat-label")[0].text_content().removesuffix(" täna")
            for tile in found(page, "stat")
            if found(tile, "stat-when")
        }

    assert said_today("") == said_today("?period=30_days") == set()
    of_now = {"Hilinenud", "Avatud pöördumised", "Avatud kaebused", "Tegevusi üle tähtaja"}
    assert said_today("?period=last_month") >= of_now
    assert "Tähtajaks vastatud" not in said_today("?period=last_month")


def test_the_age_of_open_cases_of_a_past_period_says_today(bureau, as_person, jaan):
    titles = [one.text_content() for one in found(page_of(as_person(jaan), "?period=last_month"), "chart-title")]

    assert "Avatud pöördumiste vanus täna" in titles
    assert "Avatud pöördumiste vanus" not in titles


def test_calls_and_contacts_by_phone_are_told_apart_where_both_are_shown(bureau, as_person, jaan, today, empty_cache):
    said = "Kõned on loendanud keskjaam"
    client = as_person(jaan)
    assert said not in page_of(client).text_content()

    indicator = Indicator.objects.get(code="calls_in_time")
    Measurement.objects.create(
        indicator=indicator, passport=Passport.objects.filter(indicator=indicator).first(), period="month",
        first_day=months_back(month_start(today), 1), last_day=month_start(today) - timedelta(days=1), value=71.0, rows=200, status="final", code_version="x",
    )  # fmt: skip
    empty_cache()

    assert said in page_of(client).text_content()


def test_counters_are_renewed_without_the_charts(bureau, as_person, jaan):
    response = as_person(jaan).get(DASHBOARD, headers={"HX-Request": "true"})

    part = lxml.html.fromstring(response.content)
    assert len(found(part, "stat", tag="a")) >= 6
    assert found(part, "chart") + part.xpath("//nav") == []
    assert part.xpath("//*[@hx-swap-oob]")[0].get("id") == "dashboard-head"


def statements_of_a_page(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        page_of(client)
    return len(captured)


def test_a_page_takes_at_most_twelve_statements_however_many_rows(bureau, as_person, jaan, today, empty_cache):
    client, former = as_person(jaan), "?compare=none"
    page_of(client, former)
    few = statements_of_a_page(client)
    RandomBureau(seed=4, today=today, units=bureau.units, people=bureau.people, contacts=300, cases=300)
    empty_cache()
    page_of(client, former)

    assert statements_of_a_page(client) == few
    assert few <= 12


def test_a_warm_page_asks_only_who_one_is_and_whether_anything_changed(bureau, as_person, jaan):
    client = as_person(jaan)
    page_of(client)

    assert statements_of_a_page(client) <= 5
