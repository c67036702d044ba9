"""The list of cases: who sees what, filters, pages by key, columns, and the same few statements for any number of rows."""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlparse

import lxml.html
import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.models import SavedView, Service, Topic, Unit
from bureau.working_calendar import TALLINN
from complaints import presence
from complaints.case_list import COLUMNS, HAS_DUE, keep_setting, setting_of
from complaints.filters import CaseFilter
from complaints.models import Case, Clock, Status
from complaints.paging import Key, KeyPaging, Order
from tests.factories import CaseFactory, PartyFactory, SubstitutionFactory

URL = "/cases/"


def numbers_in(response) -> list[str]:
    return [row.number for row in response.context["page"].rows]


def narrowed(query: str, user, today):
    return set(CaseFilter(QueryDict(query), Case.objects.visible_to(user), user=user, today=today).qs)


def warm(client):
    """Lists, settings and counters are in memory from here on, as they are after the first page of a day."""
    case = CaseFactory(assignee=client.get("/cases/").wsgi_request.user)
    client.get(URL)
    Case.objects.filter(pk=case.pk).update(status=Status.FORWARDED, ended_on=timezone.localdate())
    return client


def due(case, day):
    Clock.objects.filter(case=case).update(due_on=day)
    Case.objects.filter(pk=case.pk).update(due_on=day)


@pytest.mark.parametrize("rows", [0, 1, 3, 25])
def test_any_number_of_rows_takes_the_same_statements(as_person, mari, rows):
    client = warm(as_person(mari))
    for _ in range(rows):
        CaseFactory(assignee=mari)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)

    assert len(numbers_in(response)) == rows
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # the person, their rights, rows with a last day, rows without (a full page counts instead), the saved views
    assert len(statements) == 5, statements


def test_a_full_page_takes_five_statements(as_person, mari):
    client = warm(as_person(mari))
    for _ in range(52):
        CaseFactory(assignee=mari)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL)

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 5


def test_the_first_list_shows_open_cases_earliest_deadline_first(as_person, mari, today):
    later, sooner, clockless, ended = CaseFactory(), CaseFactory(), CaseFactory(kind="praise"), CaseFactory()
    due(later, today + timedelta(days=20))
    due(sooner, today + timedelta(days=2))
    Case.objects.filter(pk=ended.pk).update(status=Status.FORWARDED, ended_on=timezone.localdate())

    assert numbers_in(as_person(mari).get(URL)) == [sooner.number, later.number, clockless.number]


def test_list_detail_and_export_agree_for_every_role(
    as_person, mari, liis, peeter, jaan, tiina, kai, dora, forest_unit, water_unit
):
    cases = [
        CaseFactory(assignee=liis, unit=forest_unit),
        CaseFactory(assignee=liis, unit=water_unit),
        CaseFactory(assignee=liis, unit=forest_unit, restricted=True),
        CaseFactory(assignee=liis, unit=water_unit, restricted=True),
        CaseFactory(assignee=mari, unit=water_unit, restricted=True),
        CaseFactory(),
    ]
    for person in (mari, liis, peeter, jaan, tiina, kai, dora):
        client = as_person(person)
        listed = set(numbers_in(client.get(URL)))
        opened = {case.number for case in cases if client.get(case.get_absolute_url()).status_code == 200}
        assert listed == opened, person


def test_a_filter_that_is_not_understood_finds_nothing(mari, today):
    CaseFactory()

    for query in (
        "kind=nosuch",
        "registered_from=whenever",
        "due=someday",
        "on_time=perhaps",
        "status=nosuch",
        "batch=x",
    ):
        assert narrowed(query, mari, today) == set(), query


def test_filters_narrow(mari, jaan, liis, today):
    group = Topic.objects.filter(parts__isnull=False).first()
    topic = group.parts.first()
    unit = Unit.objects.filter(parts__isnull=False).first()
    party = PartyFactory()
    late = CaseFactory(overdue=True, assignee=liis)
    fresh = CaseFactory(
        channel="letter", topic=topic, unit=unit.parts.first(), party=party, title="Karuputk teeservas"
    )
    praise = CaseFactory(kind="praise", assignee=mari)
    service = Service.objects.create(code="proov", name_et="Prooviteenus", name_en="Trial service")
    topic.service = service
    topic.save()

    found = {
        query: narrowed(query, mari, today)
        for query in (
            "kind=praise", "channel=letter", f"topic={group.code}", f"unit={unit.code}", "handler=me", "handler=none",
            "due=late", "due=none", "q=karupu", f"party={party.pk}", "kind=praise,explanation",
            f"registered_from={today.isoformat()}&registered_to={today.isoformat()}", "restricted=yes", "topic=none", "service=proov", "service=none",
        )
    }  # fmt: skip

    assert found == {
        "kind=praise": {praise}, "channel=letter": {fresh}, f"topic={group.code}": {fresh}, f"unit={unit.code}": {fresh},
        "handler=me": {praise}, "handler=none": {fresh}, "due=late": {late}, "due=none": {praise},
        "q=karupu": {fresh}, f"party={party.pk}": {fresh}, "kind=praise,explanation": {late, fresh, praise},
        f"registered_from={today.isoformat()}&registered_to={today.isoformat()}": {late, fresh, praise}, "restricted=yes": set(),
        "topic=none": {late, praise}, "service=proov": {fresh}, "service=none": set(),
    }  # fmt: skip


def test_only_who_shares_work_out_lists_that_of_a_colleague(as_person, mari, jaan, liis, today):
    of_liis = CaseFactory(assignee=liis)
    own = CaseFactory(assignee=mari)

    assert narrowed(f"handler={liis.pk}", jaan, today) == {of_liis}
    assert narrowed(f"handler={liis.pk}", mari, today) == set()
    assert narrowed(f"handler=me,{liis.pk}", mari, today) == {own}
    assert [choice for choice, _ in offered(as_person(mari))] == ["", "me", "none", mari.pk]
    assert liis.pk in {choice for choice, _ in offered(as_person(jaan))}


def test_who_stands_in_for_a_colleague_lists_that_colleagues_work(mari, liis, today):
    of_liis = CaseFactory(assignee=liis)
    SubstitutionFactory(absent=liis, substitute=mari)

    assert narrowed(f"handler={liis.pk}", type(mari).objects.get(pk=mari.pk), today) == {of_liis}


def test_every_narrowing_of_the_form_is_shown(as_person, mari):
    response = as_person(mari).get("/cases/filter/?service=e_service_portal")

    shown = set(lxml.html.fromstring(response.content).xpath("//form[@class='sheet-form']//@name"))
    assert set(response.context["form"].fields) <= shown


def offered(client):
    return client.get("/cases/filter/").context["form"].fields["handler"].choices


def test_three_working_days_reach_over_a_weekend(mari):
    friday = date(2026, 11, 20)
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=TALLINN)):
        wednesday, thursday = CaseFactory(), CaseFactory()
    due(wednesday, date(2026, 11, 25))
    due(thursday, date(2026, 11, 26))

    assert narrowed("due=three_days", mari, friday) == {wednesday}


def test_chips_say_the_filter_and_take_it_away(as_person, mari):
    response = as_person(mari).get(URL, {"kind": "praise", "handler": "me", "q": "tänu"})

    chips = response.context["chips"]
    assert [chip.label for chip in chips if chip.remove_url] == ["Liik: Kiitus", "“tänu”"]
    assert [chip.label for chip in chips if chip.is_active and chip.url] == ["Minu omad"]
    removed = parse_qs(urlparse(next(chip.remove_url for chip in chips if chip.remove_url)).query)
    assert removed == {"handler": ["me"], "q": ["tänu"]}


def pages(client, query) -> list[list[str]]:
    """Every page, forwards to the end."""
    found, key = [], ""
    while True:
        response = client.get(URL, query | ({"after": key} if key else {}))
        found.append(numbers_in(response))
        key = response.context["page"].next_key
        if not key:
            return found


@pytest.mark.parametrize("sort", ["due", "-due", "registered", "-registered", "number", "-number"])
def test_pages_by_key_hold_every_row_once_and_lead_back(as_person, mari, today, sort, monkeypatch):
    monkeypatch.setattr("complaints.case_list.KeyPaging", lambda *args, **kwargs: KeyPaging(*args, size=4, **kwargs))
    for number in range(11):
        case = CaseFactory(kind="praise" if number % 4 == 0 else "explanation", days_ago=number % 3)
        if number % 4:
            due(case, today + timedelta(days=number % 3))
    client = as_person(mari)

    forwards = pages(client, {"sort": sort})
    last = client.get(URL, {"sort": sort})
    key, backwards = None, [forwards[-1]]
    for _page in forwards[:-1]:
        last = client.get(URL, {"sort": sort} | ({"after": last.context["page"].next_key}))
    while last.context["page"].previous_key:
        key = last.context["page"].previous_key
        last = client.get(URL, {"sort": sort, "before": key})
        backwards.insert(0, numbers_in(last))

    everything = [number for page in forwards for number in page]
    assert sorted(everything) == sorted(Case.objects.values_list("number", flat=True))
    assert [len(page) for page in forwards] == [4, 4, 3]
    assert backwards == forwards
    if sort.endswith("due"):
        assert {Case.objects.get(number=number).due_on for number in everything[-3:]} == {None}


def test_a_made_up_key_shows_the_first_page(as_person, mari):
    case = CaseFactory()

    for key in ("x", "~", "2026-13-45~1", "2026-01-01~x", "~1~2"):
        assert numbers_in(as_person(mari).get(URL, {"after": key})) in ([case.number], [])
    assert Key.read("2026-13-45~1", Order("due_on", is_date=True, valued=HAS_DUE)) is None


def test_columns_and_order_are_kept_per_person(as_person, mari, liis):
    case = CaseFactory(assignee=mari, party=PartyFactory(name="Andres Kuusk"))
    client = as_person(mari)

    response = client.post(
        "/cases/columns/", {"columns": ["party", "registered"], "sort": "-number", "density": "comfortable"}
    )

    mari.refresh_from_db()
    assert response.status_code == 302
    assert (setting_of(mari).columns, setting_of(mari).sort, mari.density) == (
        ("case", "party", "registered"),
        "-number",
        "comfortable",
    )
    assert setting_of(liis).columns != setting_of(mari).columns
    response = client.get(URL)
    assert case.number in response.content.decode()
    assert "Andres Kuusk" in response.content.decode()


@pytest.mark.parametrize("code", COLUMNS)
def test_every_column_can_be_shown(as_person, mari, code):
    CaseFactory(assignee=mari)
    keep_setting(user=mari, columns=[code], sort="due", density="")

    assert as_person(mari).get(URL, {"status": "all"}).status_code == 200


def test_what_a_client_wrote_is_text_and_not_markup(as_person, mari):
    CaseFactory(title="<script>alert(1)</script>", assignee=mari, party=PartyFactory(name="<b>Kuusk</b>"))
    keep_setting(user=mari, columns=["party"], sort="due", density="")

    page = as_person(mari).get(URL).content.decode()

    assert "<script>alert" not in page
    assert "<b>Kuusk" not in page


def test_a_view_is_kept_and_shared(as_person, mari, liis):
    client = as_person(mari)

    client.post("/cases/views/", {"name": "Minu kiitused", "query": "kind=praise", "is_shared": "on"})
    client.post("/cases/views/", {"name": "Ainult mulle", "query": "handler=me"})

    assert [view.label for view in client.get(URL).context["views"]] == ["Ainult mulle", "Minu kiitused"]
    assert [view.label for view in as_person(liis).get(URL).context["views"]] == ["Minu kiitused"]
    view = SavedView.objects.get(name="Minu kiitused")
    assert as_person(liis).post(f"/cases/views/{view.pk}/delete/").status_code == 404
    assert as_person(mari).post(f"/cases/views/{view.pk}/delete/").status_code == 302


def test_the_list_tells_who_has_a_case_open(as_person, mari, liis):
    case = CaseFactory()
    presence.beat(user_id=liis.pk, case_id=case.pk, is_writing=True)

    assert "Liis Mets" in as_person(mari).get(URL).content.decode()
    presence.leave(user_id=liis.pk, case_id=case.pk)
    assert "Liis Mets" not in as_person(mari).get(URL).content.decode()


def test_htmx_gets_the_list_alone(as_person, mari):
    CaseFactory()

    response = as_person(mari).get(URL, headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_everything_of_a_filter_is_given_at_once(as_person, peeter, liis):
    praise, other = CaseFactory(kind="praise"), CaseFactory()

    as_person(peeter).post(
        "/cases/assign/", {"number": other.number, "everything": "kind=praise", "to": liis.pk, "confirmed": "on"}
    )

    praise.refresh_from_db()
    other.refresh_from_db()
    assert (praise.assignee, other.assignee) == (liis, None)


# --- The last day of a case that ended -----------------------------------------------------------------------------------
def due_cell(client, case, language="en") -> str:
    page = lxml.html.fromstring(client.get(f"{URL}?status=all").content)
    row = page.xpath(f"//tr[.//a[text()='{case.number}']]")[0]
    return " ".join(row.xpath("./td[@data-label='Deadline']")[0].text_content().split())


def ended_by(case, *clocks, **facts):
    """(last day, met on) of each reply clock; the case without a term running."""
    for due_on, met_on in clocks:
        Clock.objects.create(
            case=case, kind=case.kind, triggered_on=due_on - timedelta(days=30), raw_due_on=due_on, due_on=due_on, first_due_on=due_on,
            state="met" if met_on else "ended", met_on=met_on,
        )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(due_on=None, ended_on=timezone.localdate(), **facts)
    return case


def answered(on, in_time):
    return {"status": "answered", "answered_on": on, "answered_at": timezone.now(), "was_on_time": in_time}


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ([(date(2026, 11, 27), date(2026, 11, 30))], "27.11.2026 answered 30.11, 1 working day late"),
        ([(date(2026, 11, 20), date(2026, 11, 30))], "20.11.2026 answered 30.11, 6 working days late"),
        ([(date(2026, 11, 27), date(2026, 11, 28))], "27.11.2026 answered 28.11, 1 working day late"),
        ([(date(2026, 11, 27), date(2026, 11, 27))], "27.11.2026 answered 27.11, in time"),
        ([(date(2026, 12, 9), date(2026, 11, 27))], "09.12.2026 answered 27.11, in time"),
        # Of several the one that was late decides, then the one with the least to spare.
        ([(date(2026, 12, 9), date(2026, 11, 27)), (date(2026, 11, 20), date(2026, 11, 23))], "20.11.2026 answered 23.11, 1 working day late"),
        ([(date(2026, 12, 9), date(2026, 11, 27)), (date(2026, 11, 24), date(2026, 11, 23))], "24.11.2026 answered 23.11, in time"),
        ([(date(2026, 11, 27), None)], "27.11.2026 ended without a reply"),
        ([], "30.11.2026 answered"),
    ],
)  # fmt: skip
def test_an_ended_case_shows_its_last_day_and_how_it_was_met(clocks, said, as_person, mari):
    mari.language = "en"
    mari.save()
    case = ended_by(CaseFactory(kind="praise"), *clocks, **answered(date(2026, 11, 30), None))

    assert due_cell(as_person(mari), case) == said


def test_late_replies_show_the_day_they_were_due(as_person, mari):
    mari.language = "en"
    mari.save()
    case = ended_by(
        CaseFactory(kind="praise"), (date(2026, 11, 27), date(2026, 11, 30)), **answered(date(2026, 11, 30), False)
    )

    page = as_person(mari).get(f"{URL}?status=all&on_time=no").content.decode()

    assert case.number in page
    assert '<time datetime="2026-11-27">27.11.2026</time>' in page


@pytest.mark.parametrize(
    "query",
    ["on_time=no", "on_time=judged", "answered_from=2026-11-30", "answered_to=2026-11-30", "outcome=solved"],
)
def test_a_narrowing_that_speaks_of_the_end_needs_no_status(query, as_person, mari):
    mari.language = "en"
    mari.save()
    case = ended_by(
        CaseFactory(kind="praise"), (date(2026, 11, 27), date(2026, 11, 30)), outcome="solved", **answered(date(2026, 11, 30), False)
    )  # fmt: skip
    client = as_person(mari)

    page = lxml.html.fromstring(client.get(f"{URL}?{query}").content)

    (row,) = page.xpath(f"//tr[.//a[text()='{case.number}']]")
    said = " ".join(row.xpath("./td[@data-label='Deadline']")[0].text_content().split())
    assert said == "27.11.2026 answered 30.11, 1 working day late"
    assert page.xpath("//summary[contains(@class, 'chip')]")[0].text_content().strip() == "All"
    assert case.number not in client.get(f"{URL}?status=open&{query}").content.decode()
