"""Charts of indicators and the answers of staffing, seen on a screen and on a phone, in both languages."""

import pytest

from tests.browser.conftest import scrolls_sideways
from tests.quality.test_indicator_pages import FALLEN, STABLE, measured

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "/staffing/what-if/?calls=2000&handling=600&people=&share=80&within=20&occupancy=10&patience=120&shrinkage=30"
PAGES = {
    "indicator": "/indicators/calls_in_time/",
    "steps": "/indicators/answered_on_time/",
    "matrix": "/indicators/matrix/",
    "what-if": NOBODY,
}


@pytest.mark.parametrize(("width", "language"), [(1280, "et"), (320, "en")])
def test_charts_and_answers_fit_and_are_read_aloud(width, language, open_desk, violations, photograph, jaan, today):
    measured("calls_in_time", [*STABLE, *FALLEN], today)
    measured("answered_on_time", [84, 92, 88, 96] * 5, today, whole=lambda at: (25, 100, 300)[at % 3])
    desk = open_desk(jaan, width=width, language=language)

    for name, address in PAGES.items():
        desk.goto(address)
        photograph(desk, f"charts-{name}-{width}-{language}")
        assert violations(desk) == []
        assert not scrolls_sideways(desk)
