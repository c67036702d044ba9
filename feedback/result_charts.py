"""Charts of a survey's results, declared with Altair; `bureau.charts` draws and keeps them."""

from dataclasses import dataclass
from typing import Any

from bureau.charts import BAND, BLUE, MUTED, TEXT, values

WIDTH, HEIGHT = 520, 190


@dataclass(frozen=True)
class Point:
    """A month's score. `low` and `high` bound it; a month of too few answers has none of them."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    tip: str


@dataclass(frozen=True)
class TrendData:
    points: tuple[Point, ...]
    lowest: float
    highest: float


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    shown: str


@dataclass(frozen=True)
class BarData:
    bars: tuple[Bar, ...]


def trend(data: TrendData) -> Any:
    """The score by month as a line within the pale band of its interval."""
    import altair as alt

    rows = alt.Data(values=values(data.points))
    step = max(1, len(data.points) // 8)
    shown = [point.label for point in data.points][::step]
    x = alt.X("label:O", sort=None, title=None, axis=alt.Axis(values=shown, labelAngle=0, grid=False))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[data.lowest, data.highest], nice=False), axis=alt.Axis(tickCount=5, domain=False))  # fmt: skip
    base = alt.Chart(rows)
    band = base.mark_area(color=BAND, aria=False).encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(color=BLUE).encode(x=x, y=y)
    dots = base.mark_point(filled=True, color=BLUE, size=30, opacity=1).encode(x=x, y=y, description="tip:N")
    return alt.layer(band, line, dots).properties(width=WIDTH - 40, height=HEIGHT)


def bars(data: BarData) -> Any:
    """Counts of each choice in the order of the question."""
    import altair as alt

    rows = alt.Data(values=values(data.bars))
    y = alt.Y(
        "label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelColor=TEXT, labelLimit=190)
    )
    highest = max((bar.value for bar in data.bars), default=1) or 1
    x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, highest * 1.25], nice=False))
    base = alt.Chart(rows)
    return alt.layer(
        base.mark_bar(color=BLUE, height=16).encode(y=y, x=x),
        base.mark_text(align="left", dx=5, color=MUTED, aria=False).encode(y=y, x=x, text="shown:N"),
    ).properties(width=300, height=alt.Step(26))
