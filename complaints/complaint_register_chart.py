"""The Pareto chart of causes: bars by frequency, each leading to its rows. Drawn by `bureau.charts`."""

from dataclasses import dataclass
from typing import Any

from bureau.charts import AXIS, BLUE, TEXT, values

WIDTH, BAR_STEP, LABELS = 520, 26, 210
MOST_BARS = 12  # more could not be read; the table beside the chart holds all


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    shown: str
    tip: str
    url: str


@dataclass(frozen=True)
class ParetoData:
    bars: tuple[Bar, ...]


def pareto(data: ParetoData) -> Any:
    """The most frequent on top; at the end of each bar its count and the share of all so far."""
    import altair as alt

    rows = alt.Data(values=values(data.bars))
    y = alt.Y(
        "label:N", sort=None, title=None,
        axis=alt.Axis(domain=False, ticks=False, labelColor=TEXT, labelLimit=LABELS),
        scale=alt.Scale(paddingInner=0.36, paddingOuter=0.12),
    )  # fmt: skip
    highest = max((bar.count for bar in data.bars), default=1)
    x = alt.X("count:Q", title=None, axis=None, scale=alt.Scale(domain=[0, highest * 1.35], nice=False))
    drawn = alt.Chart(rows).mark_bar(color=BLUE).encode(x=x, y=y, href="url:N", description="tip:N")
    words = alt.Chart(rows).mark_text(align="left", dx=5, color=AXIS).encode(x=x, y=y, text="shown:N")
    return (drawn + words).properties(width=WIDTH - LABELS, height=BAR_STEP * len(data.bars))
