"""Beside counts: measured figures, complaints, actions, load and next week, each for who may see it, and in one's own order."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import lxml.html
import pytest
from django.http import QueryDict
from django.urls import reverse, reverse_lazy
from django.utils import translation

from complaints.complaint_list import narrowed
from complaints.forms.complaints import ComplaintFilterForm
from quality import dashboard_measured
from quality.dashboard import Filters
from quality.dashboard_measured import arranged, extra
from quality.dashboard_tiles import Tile, against_target
from quality.models import Indicator, Measurement, Passport, Signal
from quality.periods import month_start, months_back
from tests.factories import CaseFactory
from tests.factories.complaints import complaint_case
from tests.factories.quality import ImprovementFactory

pytestmark = pytest.mark.django_db


def measured(today: date, value: float = 76.0, unit=None, code: str = "satisfaction") -> None:
    indicator = Indicator.objects.get(code=code)
    first = months_back(month_start(today), 1)
    Measurement.objects.create(
        indicator=indicator, passport=Passport.objects.filter(indicator=indicator).first(), period="month", first_day=first,
        last_day=month_start(today) - timedelta(days=1), value=value, lower=70.0, upper=81.0, rows=200, status="final", code_version="x", unit=unit,
    )  # fmt: skip


def tiles_of(user, today, **filters) -> dict[str, Tile]:
    return {
        one.id: one
        for one in extra(user=type(user).objects.get(pk=user.pk), filters=Filters(**filters), today=today).tiles
    }


def test_the_head_sees_what_was_measured_and_what_is_overdue(jaan, mari, today):
    measured(today)
    complaint_case(by=mari)
    ImprovementFactory(owner=mari, due_on=today - timedelta(days=2))

    found = tiles_of(jaan, today)

    assert found["satisfaction"].value.startswith("76,0")
    assert (found["satisfaction"].target, found["satisfaction"].judged) == (
        "80,0%",
        "4,0 protsendipunkti alla eesmärgi",
    )
    assert (found["complaints"].value, found["actions"].value) == ("1", "1")
    assert found["actions"].url.endswith("?state=overdue")
    asked = QueryDict(found["complaints"].url.partition("?")[2])
    assert ComplaintFilterForm(asked, today=today).is_valid()
    assert narrowed(asked, user=jaan, today=today).count() == 1


def test_a_unit_head_sees_the_own_unit_and_no_load_of_persons(kai, today, forest_unit):
    measured(today, 76.0)
    measured(today, 91.0, unit=forest_unit)

    found = tiles_of(kai, today)

    assert found["satisfaction"].value.startswith("91,0")
    assert not {"load", "next-week"} & set(found)


def test_narrowed_to_a_channel_nothing_is_shown_that_is_not_measured_so(jaan, today):
    measured(today)

    assert tiles_of(jaan, today, channel_id=1) == {}


def test_signals_without_a_comment_stand_first_in_words(jaan, as_person, today):
    measured(today)
    Signal.objects.create(
        indicator=Indicator.objects.get(code="satisfaction"), period="month", first_day=months_back(month_start(today), 1), rule="outside",
        is_high=False, is_concern=True,
    )  # fmt: skip

    notices = extra(user=jaan, filters=Filters(), today=today).notices

    assert [one.title for one in notices] == ["Rahulolu teenindusega:"]
    assert notices[0].url == reverse("quality:indicator_detail", args=["satisfaction"])


def test_the_month_that_is_running_takes_no_signal_away(jaan, today):
    measured(today)
    satisfaction = Indicator.objects.get(code="satisfaction")
    Measurement.objects.create(
        indicator=satisfaction, passport=Passport.objects.filter(indicator=satisfaction).first(), period="month", first_day=month_start(today),
        last_day=today - timedelta(days=1), value=80.0, rows=20, status="provisional", code_version="x",
    )  # fmt: skip
    Signal.objects.create(
        indicator=satisfaction, period="month", first_day=months_back(month_start(today), 1), rule="outside", is_high=False, is_concern=True
    )  # fmt: skip

    assert len(extra(user=jaan, filters=Filters(), today=today).notices) == 1


def test_a_signal_of_a_month_that_is_not_the_last_is_passed_over(jaan, today):
    measured(today)
    Signal.objects.create(
        indicator=Indicator.objects.get(code="satisfaction"), period="month", first_day=months_back(month_start(today), 2), rule="outside",
        is_high=False, is_concern=True,
    )  # fmt: skip

    assert extra(user=jaan, filters=Filters(), today=today).notices == ()


ARRANGE = reverse_lazy("quality:dashboard_arrange")


def order_of(response) -> list[str]:
    return [row.code for row in response.context["form"].rows()]


def test_a_person_arranges_the_own_tiles(as_person, jaan):
    client = as_person(jaan)
    usual = order_of(client.get(ARRANGE))

    client.post(ARRANGE, {"order": ["open", "late", "soon"], "shown": ["late", "open"]})
    rows = client.get(ARRANGE).context["form"].rows()

    assert [one.id for one in arranged([tile("late"), tile("soon"), tile("open"), tile("new")], ["open", "late", "-soon"])] == ["open", "late", "new"]  # fmt: skip
    assert [(row.code, row.place) for row in rows[:2]] == [("open", 1), ("late", 2)]
    assert [row.code for row in rows if not row.is_shown] == ["soon"]
    client.post(ARRANGE, {"usual": "1"})
    rows = client.get(ARRANGE).context["form"].rows()
    assert ([row.code for row in rows], {row.is_shown for row in rows}) == (usual, {True})


@pytest.mark.parametrize(
    ("button", "code", "order", "focus"),
    [
        ("up", "soon", ["soon", "late", "open"], "down"),  # it stands first now, and cannot go up again
        ("up", "open", ["late", "open", "soon"], "up"),
        ("down", "late", ["soon", "late", "open"], "down"),
        ("up", "late", ["late", "soon", "open"], "down"),
    ],
)
def test_a_row_moves_by_a_button_and_nothing_is_kept_yet(button, code, order, focus, as_person, jaan):
    client = as_person(jaan)
    usual = order_of(client.get(ARRANGE))

    moved = client.post(ARRANGE, {"order": ["late", "soon", "open"], "shown": ["late"], button: code})

    assert (moved.status_code, order_of(moved)[:3]) == (200, order)
    assert [row.code for row in moved.context["form"].rows() if row.is_shown] == ["late"]
    assert moved.context["form"].moved_row().focus == focus
    page = lxml.html.fromstring(moved.content)
    (focused,) = page.xpath("//button[@autofocus]")
    assert (focused.get("name"), focused.get("value"), focused.get("disabled")) == (focus, code, None)
    assert page.xpath("//input[@type='number']") == []
    assert order_of(client.get(ARRANGE)) == usual


def test_a_row_that_is_none_moves_nothing(as_person, jaan):
    client = as_person(jaan)
    before = order_of(client.get(ARRANGE))
    sent = {"order": ["gone", "open", "open", "late"], "shown": ["open", "gone"]}

    response = client.post(ARRANGE, sent | {"up": "gone"})

    assert response.status_code == 200
    assert order_of(client.get(ARRANGE)) == before
    assert client.post(ARRANGE, sent).status_code == 302
    assert order_of(client.get(ARRANGE))[:1] == ["open"]


def test_a_tile_that_the_sent_page_did_not_have_is_shown(as_person, jaan):
    client = as_person(jaan)

    client.post(ARRANGE, {"order": ["open", "late"], "shown": ["open"]})

    shown = [row.code for row in client.get(ARRANGE).context["form"].rows() if row.is_shown]
    assert "late" not in shown
    assert len(shown) > 1


def test_an_arrangement_without_a_tile_is_refused(as_person, jaan):
    assert as_person(jaan).post(ARRANGE, {}).status_code == 422


# --- Load ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "value", "word", "tone"),
    [
        (24, "24%", "koormus väike", ""),
        (70, "70%", "koormus tavaline", ""),
        (130, "130%", "koormus suur", "warning"),
    ],
)
def test_the_load_says_what_it_is_a_share_of_and_whether_it_is_much(hours, value, word, tone, today, monkeypatch):
    load = SimpleNamespace(hours=Decimal(hours), available_hours=Decimal(100), is_enough_for_figures=True)
    monkeypatch.setattr(dashboard_measured, "team_load", lambda day: load)

    shown = dashboard_measured.load_tile(today)

    assert shown.label == "Avatud töö osakaal tööajast"
    assert (shown.value.replace("\N{NO-BREAK SPACE}", " "), shown.signal, shown.tone) == (value, word, tone)
    assert shown.note == f"tööd {hours} h, järgmise viie tööpäeva aega 100 h"


def test_without_hours_or_with_few_people_no_load_is_told(today, monkeypatch):
    for facts in ({"available_hours": Decimal(0), "is_enough_for_figures": True}, {"available_hours": Decimal(9), "is_enough_for_figures": False}):  # fmt: skip
        load = SimpleNamespace(hours=Decimal(5), **facts)
        monkeypatch.setattr(dashboard_measured, "team_load", lambda day, load=load: load)
        assert dashboard_measured.load_tile(today) is None


def tile(code: str) -> Tile:
    return Tile(code, code, "1", "")


def test_the_wall_shows_no_links_to_rows(as_person, jaan, today):
    measured(today)

    page = as_person(jaan).get(reverse("quality:dashboard_wall")).content.decode()

    assert "76,0" in page
    assert "/cases/?" not in page


@pytest.mark.parametrize(
    ("value", "target", "facts", "words", "tone"),
    [
        (90.4, 95, {}, "5 percentage points below the target", "bad"),
        (94.0, 95, {}, "1 percentage point below the target", "bad"),
        (94.6, 95, {}, "on the target", "good"),  # judged as it is shown: 95% against 95%
        (97.0, 95, {}, "2 percentage points above the target", "good"),
        (76.0, 80, {"decimals": 1}, "4.0 percentage points below the target", "bad"),
        (4.3, 4.2, {"decimals": 1, "in_points": False}, "0.1 above the target", "good"),
        (6.0, 5, {"in_points": False, "more_is_better": False, "unit": "days"}, "1 days above the target", "bad"),
        (6.0, 5, {"in_points": False, "more_is_better": None}, "1 above the target", ""),
    ],
)
def test_a_tile_says_how_far_it_is_from_its_target(value, target, facts, words, tone):
    with translation.override("en"):
        assert against_target(value, target, **facts) == (words, tone)


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("jaan", ["late", "soon", "unassigned", "on-time", "satisfaction", "calls_in_time"]),
        ("tiina", ["on-time", "satisfaction", "calls_in_time", "late", "actions"]),
    ],
)
def test_six_tiles_stand_on_the_page_and_the_rest_under_one_click(who, first, request, as_person, today):
    for code in ("satisfaction", "calls_in_time", "first_contact_resolution"):
        measured(today, 76.0, code=code)
    CaseFactory()

    page = lxml.html.fromstring(as_person(request.getfixturevalue(who)).get("/dashboard/").content)

    shown = [one.get("id").removeprefix("tile-") for one in page.xpath("//div[@id='now']/div[@class='stats']/a")]
    rest = page.xpath("//details[@id='all-tiles' and not(@open)]/div[@class='stats']/a")
    assert len(shown) == 6
    assert [one for one in shown if one in first] == first
    assert rest
    assert "eesmärk" in page.get_element_by_id("tile-satisfaction").text_content()
    assert "alla eesmärgi" in page.get_element_by_id("tile-satisfaction").text_content()


def test_who_arranged_tiles_finds_the_own_six_first(as_person, jaan, today):
    CaseFactory()
    client = as_person(jaan)
    order = ["open", "contacts", "late"]
    assert client.post(ARRANGE, {"order": order, "shown": order}).status_code == 302

    page = lxml.html.fromstring(client.get("/dashboard/").content)

    shown = [one.get("id").removeprefix("tile-") for one in page.xpath("//div[@id='now']/div[@class='stats']/a")]
    assert shown[:3] == order
