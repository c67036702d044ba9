"""Kinds of charts that several pages share: what each shows, declared with Altair. `bureau.charts` draws and keeps them.

Each takes one frozen object with everything that is shown, words and addresses included.
"""

from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

from bureau.charts import (
    AXIS,
    BAND,
    BLUE,
    BLUE_2,
    LINE_HEIGHT,
    MUTED,
    ON_DARK,
    SIGNAL,
    STEPS,
    TEXT,
    runs_to_today,
    values,
)

# Sizes in points of the page: a wide drawing fills the wide column of a common screen, a narrow one the narrow column.
WIDE, HEIGHT = 520, 205
NARROW = 335
# Words in the free edge above a drawing: of an unusual point, and over them of where a level begins.
EDGE, EDGE_OF_CHANGES = -8, -26
BAR_STEP, TWO_LINES_STEP = 26, 31


@dataclass(frozen=True)
class Mark:
    """One point of a line. `low` and `high` bound what is usual; `word` stands beside an unusual or a special point."""

    label: str
    value: float | None
    tip: str
    url: str = ""
    low: float | None = None
    high: float | None = None
    is_signal: bool = False
    is_low: bool = False
    is_open: bool = False
    word: str = ""
    # The mean line at this point, and which level of the process it belongs to: lines of two levels are not joined.
    mean: float | None = None
    level: int = 0


@dataclass(frozen=True)
class LineData:
    marks: tuple[Mark, ...]
    unit: str


@dataclass(frozen=True)
class Level:
    """A line across: the mean plain, a limit dashed, the word at its right end; only the word where the line is drawn in steps."""

    at: float
    word: str
    is_dashed: bool
    is_line: bool = True


@dataclass(frozen=True)
class Change:
    """Where a level of its own begins, with its date in words."""

    label: str
    word: str


@dataclass(frozen=True)
class ControlData:
    marks: tuple[Mark, ...]
    unit: str
    levels: tuple[Level, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    shown: str
    tip: str
    url: str = ""
    is_pale: bool = False


@dataclass(frozen=True)
class BarData:
    """`label_width` of the words at the left, `width` of all; a long label stands on two lines."""

    bars: tuple[Bar, ...]
    highest: float | None = None
    label_width: int = 150
    width: int = NARROW


@dataclass(frozen=True)
class Cell:
    column: str
    row: str
    step: int
    shown: str
    tip: str
    url: str = ""
    is_dark: bool = False


@dataclass(frozen=True)
class MapData:
    cells: tuple[Cell, ...]
    columns: tuple[str, ...]
    rows: tuple[str, ...]


def data_of(alt: Any, items: tuple, **where: Any) -> Any:
    return alt.Data(values=values(items, **where))


def axis_of_labels(alt: Any, marks: tuple[Mark, ...], room: int) -> Any:
    """Ordered labels along the bottom; only so many are written that they stand level."""
    step = max(1, -(-len(marks) // room))
    written = [mark.label for at, mark in enumerate(reversed(marks)) if at % step == 0]
    return alt.X(
        "label:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelAngle=0, values=written, grid=False, ticks=True, labelOverlap=False),
        scale=alt.Scale(paddingOuter=0.35),
    )


def upright(alt: Any, title: str, numbers: list[float | None]) -> Any:
    """The axis of values, with room above and below for the words of unusual points; never below zero."""
    known = [number for number in numbers if number is not None] or [0, 1]
    room = (max(known) - min(known) or 1) * 0.14
    return alt.Y(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=[max(0, min(known) - room), max(known) + room], zero=False, nice=False),
        # Marks nearer to each other than a whole need their tenths, or two of them would read alike.
        axis=alt.Axis(tickCount=6, format=",.0f" if max(known) - min(known) > 6 else ",.1f" if max(known) - min(known) > 0.6 else ",.2f", domain=False, ticks=False),
    )  # fmt: skip


def signal_layers(alt: Any, data: tuple[Mark, ...], x: Any, y: Any, *, at_edge: bool = False) -> list[Any]:
    """Points: open ones for what is not over, red diamonds for what is unusual, and the words beside them; `at_edge`: above the
    drawing, where no line can cross them."""
    points = alt.Chart(data_of(alt, data, is_signal=False, is_open=False)).mark_point(
        shape="circle", size=34, filled=True, color=BLUE, opacity=1
    )
    open_points = alt.Chart(data_of(alt, data, is_signal=False, is_open=True)).mark_point(
        shape="circle", size=46, filled=True, fill=ON_DARK, stroke=BLUE, strokeWidth=2, opacity=1
    )
    diamonds = alt.Chart(data_of(alt, data, is_signal=True)).mark_point(
        shape="diamond", size=90, filled=True, color=SIGNAL, opacity=1
    )
    layers = [one.encode(x=x, y=y, href="url:N", description="tip:N") for one in (points, open_points, diamonds)]
    for at, mark in enumerate(data):
        if mark.word:
            side = "right" if at > len(data) * 0.75 else "left" if at < len(data) * 0.25 else "center"
            words = alt.Chart(data_of(alt, (mark,))).mark_text(
                align=side, dx={"right": 6, "left": -6, "center": 0}[side], dy=0 if at_edge else 17 if mark.is_low else -13,
                color=SIGNAL if mark.is_signal else TEXT, fontWeight=500, aria=False,
            )  # fmt: skip
            layers.append(words.encode(x=x, y=alt.value(EDGE) if at_edge else y, text="word:N"))
    return layers


@runs_to_today
def with_usual_band(data: LineData) -> Any:
    """A line over the pale band of what is usual."""
    import altair as alt

    x = axis_of_labels(alt, data.marks, room=10)
    y = upright(alt, data.unit, [number for mark in data.marks for number in (mark.value, mark.low, mark.high)])
    band = alt.Chart(data_of(alt, data.marks)).mark_area(interpolate="step", color=BAND, opacity=1, aria=False, line=False).encode(x=x, y=alt.Y("low:Q", title=data.unit), y2="high:Q")  # fmt: skip
    line = (
        alt.Chart(data_of(alt, data.marks, is_open=False)).mark_line(aria=False, strokeJoin="round").encode(x=x, y=y)
    )
    return alt.layer(band, line, *signal_layers(alt, data.marks, x, y)).properties(width=WIDE + 40, height=HEIGHT + 60)


@runs_to_today
def by_month(data: ControlData) -> Any:
    """A control chart: mean as a line, limits dashed and in steps where they differ, unusual months as red diamonds, another level
    from an upright line on."""
    import altair as alt

    x = axis_of_labels(alt, data.marks, room=9)
    shown = [at for mark in data.marks for at in (mark.value, mark.low, mark.mean, mark.high)]
    y = upright(alt, data.unit, shown + [level.at for level in data.levels])
    layers = []
    for name, dash in (("low", [5, 4]), ("mean", [1, 0]), ("high", [5, 4])):
        known = tuple(mark for mark in data.marks if getattr(mark, name) is not None)
        if known:
            stairs = alt.Chart(data_of(alt, known)).mark_line(
                interpolate="step", color=AXIS, strokeWidth=1, strokeDash=dash, aria=False
            )
            layers.append(stairs.encode(x=x, y=alt.Y(f"{name}:Q", title=data.unit), detail="level:N"))
    has_words = any(mark.word for mark in data.marks)
    if data.changes:
        upright_line = alt.Chart(data_of(alt, data.changes)).mark_rule(color=AXIS, strokeDash=[2, 3], aria=False)
        told = alt.Chart(data_of(alt, data.changes)).mark_text(
            align="left", dx=4, fontSize=11, color=MUTED, aria=False
        )
        layers += [
            upright_line.encode(x=x),
            told.encode(x=x, y=alt.value(EDGE_OF_CHANGES if has_words else EDGE), text="word:N"),
        ]
    if data.levels:
        for is_dashed in (False, True):
            rule = alt.Chart(data_of(alt, data.levels, is_dashed=is_dashed, is_line=True)).mark_rule(
                color=AXIS, strokeDash=[5, 4] if is_dashed else [1, 0], aria=False
            )
            layers.append(rule.encode(y=alt.Y("at:Q", title=data.unit)))
        words = alt.Chart(data_of(alt, data.levels)).mark_text(
            align="left", dx=5, fontSize=11, color=MUTED, aria=False
        )
        layers.append(words.encode(y=alt.Y("at:Q", title=data.unit), x=alt.value(WIDE), text="word:N"))
    known = tuple(mark for mark in data.marks if mark.value is not None)
    line = alt.Chart(data_of(alt, known)).mark_line(aria=False, strokeJoin="round").encode(x=x, y=y)
    return alt.layer(*layers, line, *signal_layers(alt, known, x, y, at_edge=True)).properties(
        width=WIDE, height=HEIGHT
    )


def bars(data: BarData) -> Any:
    """Horizontal bars from the longest, the number at the end of each."""
    import altair as alt

    characters = max(12, data.label_width // 6)
    lined = tuple(replace(bar, label="\n".join(two_lines(bar.label, characters))) for bar in data.bars)
    step = TWO_LINES_STEP if any("\n" in bar.label for bar in lined) else BAR_STEP
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=alt.Axis(
            domain=False, ticks=False, labelColor=TEXT, labelLimit=data.label_width, labelExpr="split(datum.label, '\\n')", labelLineHeight=LINE_HEIGHT
        ),
        scale=alt.Scale(paddingInner=0.36, paddingOuter=0.12),
    )  # fmt: skip
    highest = data.highest or max((bar.value for bar in data.bars), default=1) or 1
    room_for_number = 12 + 7 * max((len(bar.shown) for bar in data.bars), default=0)
    width = data.width - data.label_width
    x = alt.X(
        "value:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=[0, highest], range=[0, width - room_for_number], nice=False),
    )
    chart = alt.Chart(data_of(alt, lined))
    return alt.layer(
        chart.mark_bar().encode(
            y=y, x=x, href="url:N", description="tip:N",
            color=alt.Color("is_pale:N", legend=None, scale=alt.Scale(domain=[False, True], range=[BLUE, BLUE_2])),
        ),
        chart.mark_text(align="left", dx=5, color=TEXT, aria=False).encode(y=y, x=x, text="shown:N"),
    ).properties(width=width, height=alt.Step(step))  # fmt: skip


def two_lines(label: str, characters: int) -> list[str]:
    """A long label broken at a space; what does not fit on two lines is cut."""
    if len(label) <= characters:
        return [label]
    lines = wrap(label, characters, break_long_words=False)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1][: characters - 1]}…"]


def hour_map(data: MapData) -> Any:
    """Squares of five steps, hours across and weekdays down, the number in each."""
    import altair as alt

    x = alt.X("column:N", sort=list(data.columns), title=None, axis=alt.Axis(orient="bottom", domain=False, ticks=False, labelAngle=0), scale=alt.Scale(paddingInner=0.05, paddingOuter=0))  # fmt: skip
    y = alt.Y("row:N", sort=list(data.rows), title=None, axis=alt.Axis(domain=False, ticks=False, labelColor=TEXT), scale=alt.Scale(paddingInner=0.07, paddingOuter=0))  # fmt: skip
    colour = alt.Color("step:O", legend=None, scale=alt.Scale(domain=list(range(len(STEPS))), range=list(STEPS)))
    chart = alt.Chart(data_of(alt, data.cells))
    return alt.layer(
        chart.mark_rect().encode(x=x, y=y, color=colour, href="url:N", description="tip:N"),
        chart.mark_text(aria=False, fontSize=11).encode(
            x=x, y=y, text="shown:N",
            color=alt.Color("is_dark:N", legend=None, scale=alt.Scale(domain=[False, True], range=[TEXT, ON_DARK])),
        ),
    ).resolve_scale(color="independent").properties(width=NARROW - 45, height=alt.Step(30))  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One value of one series at one place of the axis."""

    label: str
    series: str
    value: float
    tip: str = ""


@dataclass(frozen=True)
class SeriesData:
    """Several lines or areas over the same axis; `names` in the order in which they are drawn and named."""

    steps: tuple[Step, ...]
    names: tuple[str, ...]
    unit: str
    room: int = 10


SERIES_COLOURS = (BLUE, BLUE_2, MUTED, AXIS)
SERIES_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3])


def labels_of(steps: tuple[Step, ...]) -> list[str]:
    return list(dict.fromkeys(step.label for step in steps))


def series_axis(alt: Any, data: SeriesData) -> Any:
    labels = labels_of(data.steps)
    every = max(1, -(-len(labels) // data.room))
    written = [label for at, label in enumerate(labels) if at % every == 0]
    return alt.X(
        "label:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, values=written, grid=False, ticks=True, labelOverlap=False)
    )  # fmt: skip


def series_names(alt: Any, data: SeriesData, x: Any, y: Any) -> Any:
    """The name of each series at its last value, so that no legend has to be matched by colour."""
    last = labels_of(data.steps)[-1:]
    ends = tuple(step for step in data.steps if step.label in last)
    return alt.Chart(data_of(alt, ends)).mark_text(align="left", dx=6, fontSize=11, color=TEXT, aria=False).encode(
        x=x, y=y, text="series:N"
    )  # fmt: skip


@runs_to_today
def lines(data: SeriesData) -> Any:
    """Lines that differ by dash as well as by colour."""
    import altair as alt

    x, y = series_axis(alt, data), alt.Y("value:Q", title=data.unit, axis=alt.Axis(domain=False, ticks=False))
    chart = alt.Chart(data_of(alt, data.steps)).mark_line(aria=False, strokeJoin="round").encode(
        x=x, y=y,
        color=alt.Color("series:N", legend=None, scale=alt.Scale(domain=list(data.names), range=list(SERIES_COLOURS[: len(data.names)]))),
        strokeDash=alt.StrokeDash("series:N", legend=None, scale=alt.Scale(domain=list(data.names), range=list(SERIES_DASHES[: len(data.names)]))),
    )  # fmt: skip
    return alt.layer(chart, series_names(alt, data, x, y)).properties(width=WIDE, height=HEIGHT)


def steps_and_band(data: SeriesData) -> Any:
    """The first series as stairs filled to the ground (what there is), the others as lines over it (what is needed)."""
    import altair as alt

    x, y = series_axis(alt, data), alt.Y("value:Q", title=data.unit, axis=alt.Axis(domain=False, ticks=False))
    ground = tuple(step for step in data.steps if step.series == data.names[0])
    rest = tuple(step for step in data.steps if step.series != data.names[0])
    area = alt.Chart(data_of(alt, ground)).mark_area(interpolate="step", color=BAND, opacity=1, aria=False, line={"color": BLUE_2}).encode(x=x, y=y)  # fmt: skip
    line = alt.Chart(data_of(alt, rest)).mark_line(interpolate="step", aria=False).encode(
        x=x, y=y,
        color=alt.Color("series:N", legend=None, scale=alt.Scale(domain=list(data.names[1:]), range=list(SERIES_COLOURS[: len(data.names) - 1]))),
        strokeDash=alt.StrokeDash("series:N", legend=None, scale=alt.Scale(domain=list(data.names[1:]), range=list(SERIES_DASHES[: len(data.names) - 1]))),
    )  # fmt: skip
    return alt.layer(area, line, series_names(alt, data, x, y)).properties(width=WIDE, height=HEIGHT)
