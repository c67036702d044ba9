"""Drawings are plain SVG: shapes, words and links of ours; nothing that a strict policy or a screen reader minds."""

import re
from dataclasses import dataclass, replace

import pytest
from django.core.cache import cache
from django.utils import translation
from lxml import etree

from bureau import charts
from bureau.chart_kinds import SeriesData, Step, lines
from bureau.charts import draw

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Count:
    label: str
    value: float
    tip: str = ""
    url: str = ""


@dataclass(frozen=True)
class Counts:
    rows: tuple[Count, ...]
    title: str = "kontakti"


DECLARED = []


def counted_bars(data: Counts):
    import altair as alt

    DECLARED.append(data)
    rows = alt.Data(values=charts.values(data.rows))
    x = alt.X("value:Q", title=data.title)
    return alt.Chart(rows).mark_bar().encode(y=alt.Y("label:N", sort=None), x=x, href="url:N", description="tip:N")


DATA = Counts((Count("Mets", 12.5, "Mets: 12,5", "/cases/?topic=forest&status=open"), Count("Vesi <b>", 7, "Vesi: 7")))


@pytest.fixture(autouse=True)
def _nothing_declared():
    DECLARED.clear()


def root_of(svg):
    return etree.fromstring(str(svg).encode())


def test_a_drawing_has_no_style_no_class_and_nothing_foreign():
    root = root_of(charts.draw(counted_bars, DATA))

    names = {name for element in root.iter() for name in element.attrib}
    assert names & {"style", "class", "role", "aria-label", "onclick"} == set()
    assert {etree.QName(element).localname for element in root.iter()} <= {
        "svg",
        "g",
        "path",
        "text",
        "tspan",
        "line",
        "a",
        "title",
        "rect",
    }
    assert all(
        name in charts.KEPT_ATTRIBUTES | {"aria-hidden", "focusable", "tabindex", "font-family", "data-size"}
        for name in names
    )


def test_words_of_people_are_escaped():
    svg = str(charts.draw(counted_bars, DATA))

    assert "Vesi &lt;b&gt;" in svg
    assert "<b>" not in svg


def test_links_lead_to_the_desk_alone_and_keys_pass_them_by():
    foreign = replace(
        DATA, rows=(replace(DATA.rows[0], url="javascript:alert(1)"), replace(DATA.rows[1], url="//evil.example/"))
    )

    links = list(root_of(charts.draw(counted_bars, DATA)).iter(f"{SVG}a"))

    assert [(link.get("href"), link.get("tabindex")) for link in links if link.get("href")] == [
        ("/cases/?topic=forest&status=open", "-1")
    ]
    assert [link.get("href") for link in root_of(charts.draw(counted_bars, foreign)).iter(f"{SVG}a")] == [None, None]


def test_a_mark_tells_its_value_under_the_pointer():
    root = root_of(charts.draw(counted_bars, DATA))

    assert [title.text for title in root.iter(f"{SVG}title")] == ["Mets: 12,5", "Vesi: 7"]


def test_a_drawing_is_made_once_for_the_same_data_and_language():
    first = charts.draw(counted_bars, DATA)
    again = charts.draw(counted_bars, Counts(DATA.rows))
    with translation.override("en"):
        charts.draw(counted_bars, DATA)
    charts.draw(counted_bars, replace(DATA, title="kontakti päevas"))

    assert first == again
    assert len(DECLARED) == 3


def test_numbers_of_an_axis_follow_the_language():
    with_fractions = Counts((Count("Mets", 0.4), Count("Vesi", 0.9)))

    with translation.override("et"):
        estonian = charts.draw(counted_bars, with_fractions)
    with translation.override("en"):
        english = charts.draw(counted_bars, with_fractions)

    assert ">0,2<" in estonian
    assert ">0.2<" in english


def test_a_drawing_that_was_forgotten_is_made_again_beside_a_kept_one():
    made = charts.draw_all({"a": (counted_bars, DATA), "b": (counted_bars, replace(DATA, title="x"))})
    cache.delete(charts.key_of(counted_bars, DATA))

    assert charts.draw_all({"a": (counted_bars, DATA), "b": (counted_bars, replace(DATA, title="x"))}) == made


@pytest.mark.parametrize(("value", "step"), [(0, 0), (1.9, 0), (2, 1), (5, 2), (9.9, 4), (10, 4)])
def test_five_steps_of_colour(value, step):
    assert charts.step_of(value, 10) == step


def test_no_step_where_nothing_is_counted():
    assert charts.step_of(0, 0) == 0


def test_a_day_in_a_drawing_keeps_its_year():
    steps = tuple(
        Step(f"{month:02}.2025", "Vastused", float(month) / 3, f"29.{month:02}.2026: kirju") for month in range(1, 5)
    )

    svg = str(draw(lines, SeriesData(steps, ("Vastused",), "")))

    assert "01.2025" in svg
    assert not re.search(r"\d\.\d{2}\d", " ".join(re.findall(r' (?:d|x|y|transform)="([^"]*)"', svg)))


def test_a_drawing_that_runs_to_today_says_so():
    steps = tuple(Step(f"{month:02}.2025", "Vastused", 1.0, "") for month in range(1, 5))

    assert 'data-runs="to-today"' in str(draw(lines, SeriesData(steps, ("Vastused",), "")))
