"""What a control chart says, in words and icons: the computed sentence under it, the verdicts, the drawing."""

from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from bureau.chart_kinds import Change, ControlData, Level, by_month
from bureau.chart_kinds import Mark as Drawn
from bureau.charts import draw
from bureau.templatetags.formats import month, number
from quality.control_chart_kinds import Assurance, Variation
from quality.control_charts import Rule
from quality.indicator_chart import IndicatorChart, Mark


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with its icon and tone; the word stands always beside the icon."""

    word: str
    icon: str
    tone: str


VARIATIONS = {
    Variation.COMMON: (gettext_lazy("as usual"), "minus", "neutral"),
    Variation.IMPROVEMENT_HIGH: (gettext_lazy("better, higher"), "triangle-up", "good"),
    Variation.IMPROVEMENT_LOW: (gettext_lazy("better, lower"), "triangle-down", "good"),
    Variation.CONCERN_HIGH: (gettext_lazy("worse, higher"), "triangle-up", "bad"),
    Variation.CONCERN_LOW: (gettext_lazy("worse, lower"), "triangle-down", "bad"),
    Variation.NEUTRAL_HIGH: (gettext_lazy("higher"), "triangle-up", "info"),
    Variation.NEUTRAL_LOW: (gettext_lazy("lower"), "triangle-down", "info"),
}
ASSURANCES = {
    Assurance.PASS: (gettext_lazy("meets it each time"), "check", "good"),
    Assurance.FAIL: (gettext_lazy("misses it each time"), "close", "bad"),
    Assurance.HIT_OR_MISS: (gettext_lazy("not every month"), "circle", "warning"),
    Assurance.NONE: (gettext_lazy("no target"), "minus", "neutral"),
}
UNITS = {
    "percent": "%", "per_thousand": "‰", "days": pgettext_lazy("after a number", "days"), "minutes": "min", "seconds": "s",
    "points": pgettext_lazy("after a number", "points"), "score": "", "ratio": "", "count": "", "per_day": "",
}  # fmt: skip


# A row of the matrix holds both directions; which it is stands beside each indicator.
ROWS = {
    Variation.COMMON: (gettext_lazy("as usual"), "minus", "neutral"),
    Variation.IMPROVEMENT_HIGH: (gettext_lazy("changed for the better"), "check", "good"),
    Variation.CONCERN_HIGH: (gettext_lazy("changed for the worse"), "diamond", "bad"),
    Variation.NEUTRAL_HIGH: (gettext_lazy("changed"), "diamond", "info"),
}


def row_verdict(row: tuple[Variation, ...]) -> Verdict:
    word, icon, tone = ROWS[row[0]]
    return Verdict(str(word), icon, tone)


def direction_words(found: Variation) -> str:
    """▲ higher or ▼ lower; nothing where it is as usual."""
    if found is Variation.COMMON:
        return ""
    return f"▲ {_('higher')}" if found.endswith("_high") else f"▼ {_('lower')}"


def variation_verdict(found: Variation) -> Verdict:
    word, icon, tone = VARIATIONS[found]
    return Verdict(str(word), icon, tone)


def assurance_verdict(found: Assurance) -> Verdict:
    word, icon, tone = ASSURANCES[found]
    return Verdict(str(word), icon, tone)


def value_words(value: float | None, unit: str, decimals: int) -> str:
    """A value as it is spoken: 87,3%, 4,2 päeva. Nothing counted is a dash."""
    if value is None:
        return "–"
    sign = str(UNITS.get(unit, ""))
    return f"{number(value, decimals)}{'' if sign in {'', '%', '‰'} else ' '}{sign}"


def rule_words(mark: Mark, run_length: int) -> str:
    """Why a point stands out."""
    match mark.point.rule:
        case Rule.OUTSIDE:
            return _("above the upper limit") if mark.point.is_high else _("below the lower limit")
        case Rule.TREND:
            return _("part of a rise of %(count)s points") % {"count": run_length} if mark.point.is_high else _("part of a fall of %(count)s points") % {"count": run_length}  # fmt: skip
        case Rule.NEAR_LIMIT:
            return (
                _("two of three near the upper limit")
                if mark.point.is_high
                else _("two of three near the lower limit")
            )
        case Rule.ONE_SIDE:
            return _("%(count)s in a row above the mean") % {"count": run_length} if mark.point.is_high else _("%(count)s in a row below the mean") % {"count": run_length}  # fmt: skip
        case Rule.SHIFT:
            return _("on the new, higher level") if mark.point.is_high else _("on the new, lower level")
    return _("as usual")


def sentence(chart: IndicatorChart, *, unit: str, decimals: int, run_length: int) -> str:
    """The sentence under a chart: the last value and whether it is usual, since when, the limits, the target."""
    last = chart.last
    facts = {"month": month(last.period.first), "value": value_words(last.period.value, unit, decimals)}
    if chart.groups[-1].is_flat:
        return " ".join([
            _("%(month)s: %(value)s.") % facts if last.point.rule is None else _("%(month)s: %(value)s, unlike before.") % facts,
            _("Most months have the same value, %(value)s: there is no variation to judge by, and only a month that differs stands out.") % {"value": value_words(last.band.mean, unit, decimals)},
            *target_words(chart, unit, decimals),
        ])  # fmt: skip
    if chart.shift is not None:
        words = shift_words(chart, unit, decimals)
    elif last.point.rule is None:
        words = [_("%(month)s: %(value)s, as usual.") % facts]
    else:
        facts["why"] = rule_words(last, run_length)
        words = [_("%(month)s: %(value)s, not by chance (%(why)s).") % facts]
        since = chart.since
        if since is not None and since.period.first != last.period.first:
            words.append(_("The chart has told so since %(month)s.") % {"month": month(since.period.first)})
    words.append(
        _("Usual is %(lower)s to %(upper)s, %(mean)s on average.") % {
            "lower": number(last.band.lower, decimals), "upper": value_words(last.band.upper, unit, decimals),
            "mean": value_words(last.band.mean, unit, decimals),
        }
    )  # fmt: skip
    words += target_words(chart, unit, decimals)
    if chart.groups[-1].has_few:
        words.append(_("So few are counted a month that only the limits and trends are judged."))
    if chart.is_trial:
        words.append(
            ngettext("The limits rest on %(count)s point and are trial limits.", "The limits rest on %(count)s points and are trial limits.", chart.groups[-1].points)
            % {"count": chart.groups[-1].points}
        )  # fmt: skip
    return " ".join(words)


def shift_words(chart: IndicatorChart, unit: str, decimals: int) -> list[str]:
    """A lasting shift: the last value, since when the level is another, and from what to what it went."""
    if chart.shift is None:
        return []
    before, first = chart.shift
    last = chart.last
    facts = {
        "month": month(last.period.first), "value": value_words(last.period.value, unit, decimals), "since": month(first.period.first),
        "before": value_words(before.band.mean, unit, decimals), "now": value_words(last.band.mean, unit, decimals),
    }  # fmt: skip
    if last.band.mean > before.band.mean:
        said = _("%(month)s: %(value)s; a lasting rise since %(since)s, %(now)s on average and %(before)s before it.")
    else:
        said = _("%(month)s: %(value)s; a lasting fall since %(since)s, %(now)s on average and %(before)s before it.")
    return [said % facts]


def target_words(chart: IndicatorChart, unit: str, decimals: int) -> list[str]:
    if chart.target is not None and chart.assurance is not Assurance.NONE:
        told = {
            Assurance.PASS: _("The target %(target)s is met each time as things are."),
            Assurance.FAIL: _("The target %(target)s will not be met as things are: something has to be changed."),
            Assurance.HIT_OR_MISS: _(
                "As things are, the target %(target)s is met in some months and missed in others."
            ),
        }[chart.assurance]
        return [told % {"target": value_words(chart.target, unit, decimals)}]
    return []


def drawing(chart: IndicatorChart, *, unit: str, decimals: int, run_length: int, url_of=lambda mark: "") -> SafeString:
    """Values with the mean and the limits by which each was judged; unusual ones as red diamonds, a lasting shift and a rebase as
    another level with its month."""
    marks = []
    signals = chart.signals
    for mark in chart.marks:
        is_signal = mark.point.rule is not None
        marks.append(
            Drawn(
                label=f"{mark.period.first:%m.%y}", value=round(mark.period.value, 4),
                tip=f"{month(mark.period.first)}: {value_words(mark.period.value, unit, decimals)}, {rule_words(mark, run_length)}",
                url=url_of(mark), is_signal=is_signal, is_low=not mark.point.is_high,
                word=rule_words(mark, run_length) if signals and mark is signals[-1] and mark.point.rule is not Rule.SHIFT else "",
                low=finite(mark.band.lower), high=finite(mark.band.upper), mean=finite(mark.band.mean), level=mark.group,
            )
        )  # fmt: skip
    return draw(
        by_month,
        ControlData(tuple(marks), str(UNITS.get(unit, "")) or _("value"), levels_of(chart), changes_of(chart)),
    )


def finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def changes_of(chart: IndicatorChart) -> tuple[Change, ...]:
    """Where the level changes: the first month of each group but the first, in words for a lasting shift."""
    found = []
    for group in chart.groups[1:]:
        told = _("since %(month)s") % {"month": f"{group.first:%m.%Y}"}
        found.append(Change(f"{group.first:%m.%y}", told))
    return tuple(found)


NEAR = 0.06  # of the height: words nearer than this would lie over each other


def levels_of(chart: IndicatorChart) -> tuple[Level, ...]:
    """The words of mean, limits and target at the right edge; what lies together is named together. Only the target is a line
    across: the others are drawn as they were for each month."""
    last = chart.last.band
    limits = (
        (last.upper, _("upper limit"), True),
        (last.mean, _("mean"), False),
        (last.lower, _("lower limit"), True),
    )
    wanted = [
        (at, word, is_dashed)
        for at, word, is_dashed in (limits[1:2] if last.is_flat else limits)
        if abs(at) != float("inf")
    ]  # fmt: skip
    target = pgettext("of an indicator", "target")
    if chart.target is not None:
        wanted.append((chart.target, target, True))
    values = [mark.period.value for mark in chart.marks] + [at for at, _word, _dashed in wanted]
    room = (max(values) - min(values)) * NEAR
    levels: list[Level] = []
    for at, word, is_dashed in sorted(wanted, key=lambda one: -one[0]):
        is_line = word == target and at == chart.target
        if levels and levels[-1].word and levels[-1].at - at <= room:
            levels[-1] = replace(levels[-1], word=f"{levels[-1].word}, {word}")
            levels.append(Level(round(at, 4), "", is_dashed, is_line))
        else:
            levels.append(Level(round(at, 4), word, is_dashed, is_line))
    return tuple(levels)


def table(chart: IndicatorChart, *, unit: str, decimals: int, run_length: int) -> tuple[list[str], list[list[str]]]:
    columns = [_("Month"), _("Value"), _("Numerator"), _("Denominator"), _("Lower limit"), _("Upper limit"), _("Says")]
    rows = [
        [
            month(mark.period.first), value_words(mark.period.value, unit, decimals), number(mark.period.numerator, 0), number(mark.period.denominator, 0),
            number(mark.band.lower, decimals), number(mark.band.upper, decimals), rule_words(mark, run_length),
        ]
        for mark in reversed(chart.marks)
    ]  # fmt: skip
    return columns, rows
