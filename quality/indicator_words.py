"""What a control chart says, in words and icons: the computed sentence under it, the verdicts, the drawing."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from bureau.chart_kinds import ControlData, Level, by_month
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
    "points": pgettext_lazy("after a number", "points"), "score": "", "ratio": "", "count": "", "per_day": pgettext_lazy("after a number", "a working day"),
}  # fmt: skip


def variation_verdict(found: Variation) -> Verdict:
    word, icon, tone = VARIATIONS[found]
    return Verdict(str(word), icon, tone)


def assurance_verdict(found: Assurance) -> Verdict:
    word, icon, tone = ASSURANCES[found]
    return Verdict(str(word), icon, tone)


def value_words(value: float | None, unit: str, decimals: int) -> str:
    """A value as it is spoken: 87,3 %. Nothing counted is a dash."""
    if value is None:
        return "–"
    sign = str(UNITS.get(unit, ""))
    return f"{number(value, decimals)} {sign}".strip()


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
    return _("as usual")


def sentence(chart: IndicatorChart, *, unit: str, decimals: int, run_length: int) -> str:
    """The sentence under a chart: the last value and whether it is usual, since when, the limits, the target."""
    last = chart.last
    facts = {"month": month(last.period.first), "value": value_words(last.period.value, unit, decimals)}
    if last.point.rule is None:
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
    if chart.target is not None and chart.assurance is not Assurance.NONE:
        told = {
            Assurance.PASS: _("The target %(target)s is met each time as things are."),
            Assurance.FAIL: _("The target %(target)s will not be met as things are: something has to be changed."),
            Assurance.HIT_OR_MISS: _(
                "As things are, the target %(target)s is met in some months and missed in others."
            ),
        }[chart.assurance]
        words.append(told % {"target": value_words(chart.target, unit, decimals)})
    if chart.is_trial:
        words.append(
            ngettext("The limits rest on %(count)s point and are trial limits.", "The limits rest on %(count)s points and are trial limits.", chart.groups[-1].points)
            % {"count": chart.groups[-1].points}
        )  # fmt: skip
    return " ".join(words)


def drawing(chart: IndicatorChart, *, unit: str, decimals: int, run_length: int, url_of=lambda mark: "") -> SafeString:
    """Values with the mean and the limits of the last group; unusual ones as red diamonds with a word."""
    marks = []
    signals = chart.signals
    for mark in chart.marks:
        is_signal = mark.point.rule is not None
        marks.append(
            Drawn(
                label=f"{mark.period.first:%m.%y}", value=round(mark.period.value, 4),
                tip=f"{month(mark.period.first)}: {value_words(mark.period.value, unit, decimals)}, {rule_words(mark, run_length)}",
                url=url_of(mark), is_signal=is_signal, is_low=not mark.point.is_high,
                word=rule_words(mark, run_length) if signals and mark is signals[-1] else "",
            )
        )  # fmt: skip
    return draw(by_month, ControlData(tuple(marks), str(UNITS.get(unit, "")) or _("value"), levels_of(chart)))


NEAR = 0.06  # of the height: words nearer than this would lie over each other


def levels_of(chart: IndicatorChart) -> tuple[Level, ...]:
    """Mean, limits and target across the drawing; what lies together is named together."""
    last = chart.last.band
    wanted = [
        (last.upper, _("upper limit"), True),
        (last.mean, _("mean"), False),
        (last.lower, _("lower limit"), True),
    ]
    if chart.target is not None:
        wanted.append((chart.target, pgettext("of an indicator", "target"), True))
    values = [mark.period.value for mark in chart.marks] + [at for at, _word, _dashed in wanted]
    room = (max(values) - min(values)) * NEAR
    levels: list[Level] = []
    for at, word, is_dashed in sorted(wanted, key=lambda one: -one[0]):
        if levels and levels[-1].word and levels[-1].at - at < room:
            levels[-1] = Level(levels[-1].at, f"{levels[-1].word}, {word}", levels[-1].is_dashed)
            levels.append(Level(round(at, 4), "", is_dashed))
        else:
            levels.append(Level(round(at, 4), word, is_dashed))
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
