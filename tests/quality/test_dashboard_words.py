"""Sentences of the dashboard: what is shown is what was judged, and few replies are named."""

import random
from types import SimpleNamespace

import pytest
from django.utils import translation

from complaints.models import CaseKind
from quality import dashboard_words as words
from quality.control_charts import natural_limits
from quality.dashboard_words import span
from quality.intake import DayPoint, usual
from quality.small_numbers import Share
from quality.timeliness import KindRow, judged_months


def test_no_day_is_above_or_below_what_is_shown_as_usual():
    """Judged unrounded, 28 would be "above the usual 10–28" where the limit is 27.6."""
    draw, rounding_mattered = random.Random(28), 0
    for _weekday in range(500):
        counts = [draw.randint(5, 40) for _week in range(26)]
        limits, unrounded = usual(counts), natural_limits(counts)
        lower, upper = (int(part) for part in span(limits).split("–"))
        for contacts in range(70):
            point = DayPoint(None, None, contacts, limits.lower, limits.upper)
            assert point.is_above == (contacts > upper)
            assert point.is_below == (contacts < lower)
            rounding_mattered += point.is_above != (contacts > unrounded.upper)

    assert rounding_mattered > 100


def test_months_are_judged_by_whole_percents_as_they_are_shown():
    draw = random.Random(9)
    for _chart in range(200):
        values = [100 * draw.randint(60, 99) / 101 for _month in range(24)]
        chart = judged_months(values)
        lower, upper = (int(part) for part in words.share_span(chart.limits).rstrip("%").split("–"))
        for point in chart.points:
            assert (str(point.rule) == "outside") == (not lower <= int(point.value + 0.5) <= upper)


@pytest.mark.django_db
def test_kinds_of_few_replies_are_named_with_their_counts():
    """The bars show 71 % of seven; the sentence says that only kinds with thirty replies are compared, and names the others."""
    many, few, fewest = CaseKind.objects.order_by("pk")[:3]
    figures = SimpleNamespace(
        kinds=(
            KindRow(many.pk, Share(87, 100), None), KindRow(few.pk, Share(5, 7), None), KindRow(fewest.pk, Share(1, 3), None),
        )
    )  # fmt: skip

    with translation.override("en"):
        said = words.kinds_sentence(figures)
        named = [words.kind_name(one.pk) for one in (many, few)]

    assert said == (
        f"Least in time of kinds with thirty replies or more: {named[0]}, 87%; 13 late replies. "
        f"Of few replies, not compared: {named[1]} 5/7."
    )
