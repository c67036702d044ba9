"""How many contacts to expect: per half hour, day or month, with the range that holds four times out of five. Pure.

Methods are tried on the past by a rolling origin: at each of several days the method sees only what was before it and its
forecast of the next stretch is held against what came. The best one is taken only when it beats the seasonal naive
forecast (the same weekday, the same half hour, a week before), measured by the relative mean absolute error (RelMAE: the
method's mean absolute error ÷ the naive forecast's on the same steps, Hyndman and Koehler 2006 § 2.3): 1 is as good as naive. It is not
their MASE, which divides by the naive error within the past that was learnt from. The 80 % range is taken from the errors of that backtest, not from a formula.

A series is a list of values in order; `season` is the number of steps after which the pattern comes again (7 days; 5 or
more half hours of a week). `calendar` tells for each step how much of a usual one it is open: 1, 0 on a day off, less on a
shortened day; it is given for the past and for what is to be forecast.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

RANGE = 0.8
LEVELS = (0.002, 0.01, 0.03, 0.1, 0.3, 0.5)
TRENDS = (0.0, 0.01)
SEASONS = (0.05, 0.15, 0.35)
# Of a longer past only so many seasons are looked at: what was two years ago says little of next week.
SEASONS_LEARNT = 26
# An error this many times the naive one is as good as any other.
WORST = 99.0
# Stretches whose errors make the range.
WEEKS_OF_RANGE = 10
# A mean over more seasons than this is slow to follow what changes; over fewer it follows noise.
SEASONS_OF_PROFILE = 8


@dataclass(frozen=True)
class Past:
    """What was counted. `openness` 0–1 of each step; `left_out` steps (incidents, campaigns) nobody learns from."""

    values: Sequence[float]
    season: int
    openness: Sequence[float] = ()
    left_out: frozenset[int] = frozenset()

    def open_at(self, at: int) -> float:
        return self.openness[at] if at < len(self.openness) else 1.0

    def until(self, at: int) -> "Past":
        return Past(self.values[:at], self.season, self.openness, self.left_out)

    def usable(self, at: int) -> bool:
        return at not in self.left_out and self.open_at(at) > 0

    def adjusted(self, at: int) -> float:
        """As it would have been on a step that is open as usual."""
        return self.values[at] / self.open_at(at)


Method = Callable[[Past, int], list[float]]


def closed_or(past: Past, at: int, usual: float) -> float:
    return max(0.0, usual) * past.open_at(at)


def seasonal_naive(past: Past, steps: int) -> list[float]:
    """What was one season before; a closed or left-out step is passed over for the season before it."""
    n, found = len(past.values), []
    for ahead in range(steps):
        at = n + ahead
        before = at - past.season
        while before >= n or (before >= 0 and not past.usable(before)):
            before -= past.season
        found.append(closed_or(past, at, past.adjusted(before) if before >= 0 else 0.0))
    return found


def seasonal_naive_with_trend(past: Past, steps: int) -> list[float]:
    """One season before, times how the last season stood to the one before it."""
    n, season = len(past.values), past.season
    last = [past.adjusted(at) for at in range(max(0, n - season), n) if past.usable(at)]
    former = [past.adjusted(at) for at in range(max(0, n - 2 * season), max(0, n - season)) if past.usable(at)]
    ratio = fmean(last) / fmean(former) if last and former and fmean(former) > 0 else 1.0
    return [value * min(2.0, max(0.5, ratio)) for value in seasonal_naive(past, steps)]


def profile(past: Past, steps: int) -> list[float]:
    """The weekday-and-hour profile of the last eight seasons at the level of the last two: robust against single days.

    Level: median over the last two seasons of value ÷ profile, so that neither a quiet holiday nor one bad day moves it.
    """
    n, season = len(past.values), past.season
    first = max(0, n - SEASONS_OF_PROFILE * season)
    places: list[list[float]] = [[] for _place in range(season)]
    for at in range(first, n):
        if past.usable(at):
            places[at % season].append(past.adjusted(at))
    shape = [median(values) if values else 0.0 for values in places]
    ratios = [
        past.adjusted(at) / shape[at % season]
        for at in range(max(first, n - 2 * season), n)
        if past.usable(at) and shape[at % season] > 0
    ]
    level = median(ratios) if ratios else 1.0
    return [closed_or(past, n + ahead, shape[(n + ahead) % season] * level) for ahead in range(steps)]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Weights of level, trend and season of Holt–Winters; `multiplies`: the season is a factor and not a sum."""

    level: float
    trend: float
    season: float
    multiplies: bool


def holt_winters(past: Past, steps: int, smoothing: Smoothing) -> list[float]:
    """Triple exponential smoothing with a damped trend (0.9 a step of a season). Closed and left-out steps teach nothing."""
    n, season = len(past.values), past.season
    start = max(0, n - SEASONS_LEARNT * season)
    start += -(start % season) % season
    state = begun(past, start, smoothing.multiplies)
    if state is None:
        return seasonal_naive(past, steps)
    level, shape = state
    trend = 0.0
    for at in range(start, n):
        if not past.usable(at):
            continue
        value, place = past.adjusted(at), at % season
        before = level
        plain = level + trend
        if smoothing.multiplies:
            level = (
                smoothing.level * value / shape[place] + (1 - smoothing.level) * plain if shape[place] > 0 else plain
            )
            if level > 0:
                shape[place] += smoothing.season * (value / level - shape[place])
        else:
            level = smoothing.level * (value - shape[place]) + (1 - smoothing.level) * plain
            shape[place] += smoothing.season * (value - level - shape[place])
        trend = smoothing.trend * (level - before) + (1 - smoothing.trend) * trend * 0.98
    found, damped, factor = [], 0.0, 1.0
    for ahead in range(steps):
        factor *= 0.98
        damped += trend * factor
        place = (n + ahead) % season
        usual = (level + damped) * shape[place] if smoothing.multiplies else level + damped + shape[place]
        found.append(closed_or(past, n + ahead, usual))
    return found


def begun(past: Past, start: int, multiplies: bool) -> tuple[float, list[float]] | None:
    """First level and shape from the first four seasons; None of less than two."""
    season = past.season
    until = min(len(past.values), start + 4 * season)
    if until - start < 2 * season:
        return None
    usable = [at for at in range(start, until) if past.usable(at)]
    if not usable:
        return None
    level = fmean(past.adjusted(at) for at in usable)
    if level <= 0:
        return None
    places: list[list[float]] = [[] for _place in range(season)]
    for at in usable:
        places[at % season].append(past.adjusted(at))
    means = [fmean(values) if values else (0.0 if multiplies else level) for values in places]
    return level, [mean / level for mean in means] if multiplies else [mean - level for mean in means]


def best_smoothing(past: Past, *, multiplies: bool, horizon: int) -> Smoothing:
    """By a coarse grid on the last seasons but one: the weights whose forecast of the last stretch was nearest."""
    learnt = past.until(max(0, len(past.values) - horizon))
    actual = past.values[len(learnt.values) :]
    tried = [Smoothing(level, trend, season, multiplies) for level in LEVELS for trend in TRENDS for season in SEASONS]

    def error(one: Smoothing) -> float:
        expected = holt_winters(learnt, len(actual), one)
        return sum(abs(a - e) for a, e in zip(actual, expected, strict=True))

    return min(tried, key=error)


def smoothed(multiplies: bool) -> Method:
    def method(past: Past, steps: int) -> list[float]:
        return holt_winters(past, steps, best_smoothing(past, multiplies=multiplies, horizon=max(past.season, steps)))

    return method


def combined(past: Past, steps: int) -> list[float]:
    """The mean of profile and both Holt–Winters: errors that differ cancel (Bates and Granger 1969)."""
    parts = [profile(past, steps), *(smoothed(multiplies)(past, steps) for multiplies in (False, True))]
    return [fmean(values) for values in zip(*parts, strict=True)]


# In the order in which they are preferred when they are alike.
METHODS: dict[str, Method] = {
    "seasonal_naive": seasonal_naive,
    "naive_trend": seasonal_naive_with_trend,
    "profile": profile,
    "holt_winters_additive": smoothed(multiplies=False),
    "holt_winters_multiplicative": smoothed(multiplies=True),
    "combined": combined,
}


@dataclass(frozen=True)
class Backtest:
    """How a method fared at the origins tried. `errors`: actual ÷ expected of open steps, for the range."""

    method: str
    mae: float
    relative_mae: float
    ratios: tuple[float, ...] = ()

    @property
    def beats_naive(self) -> bool:
        return self.relative_mae < 1


@dataclass(frozen=True)
class Forecast:
    """The method chosen, its values with lower and upper bound, and how every method fared."""

    method: str
    values: list[float]
    lower: list[float]
    upper: list[float]
    tried: dict[str, Backtest] = field(default_factory=dict)

    @property
    def relative_mae(self) -> float | None:
        return self.tried[self.method].relative_mae if self.method in self.tried else None


def origins(length: int, *, horizon: int, count: int, least: int) -> list[int]:
    """Where the past is cut: `count` stretches of `horizon` steps before the end, as many as leave `least` to learn from."""
    found = [length - horizon * number for number in range(count, 0, -1)]
    return [at for at in found if at >= least]


def backtest(past: Past, name: str, *, horizon: int, count: int = 4, scale: float | None = None) -> Backtest | None:
    """None where the past is too short. `scale`: mean absolute error of the naive forecast on the same steps."""
    cuts = origins(len(past.values), horizon=horizon, count=count, least=3 * past.season)
    if not cuts:
        return None
    errors, ratios = [], []
    for cut in cuts:
        expected = METHODS[name](past.until(cut), horizon)
        for ahead, value in enumerate(expected):
            at = cut + ahead
            if not past.usable(at):
                continue
            errors.append(abs(past.values[at] - value))
            if value > 0:
                ratios.append(past.values[at] / value)
    if not errors:
        return None
    mae = fmean(errors)
    if scale is None:
        return Backtest(name, mae, 1.0, tuple(ratios))
    # A series that repeats itself exactly leaves naive without any error; nothing can be better than that.
    relative_mae = min(WORST, mae / scale) if scale > 0 else (1.0 if mae == 0 else WORST)
    return Backtest(name, mae, relative_mae, tuple(ratios))


def forecast(past: Past, steps: int, *, horizon: int | None = None, count: int = 4) -> Forecast:
    """The method that fared best on the last `count` stretches; seasonal naive where none beats it or the past is short."""
    horizon = horizon or max(past.season, min(steps, past.season))
    naive = backtest(past, "seasonal_naive", horizon=horizon, count=count)
    if naive is None:
        values = seasonal_naive(past, steps)
        return Forecast("seasonal_naive", values, [0.0] * steps, [2 * value for value in values])
    tried = {"seasonal_naive": naive}
    for name in METHODS:
        if name != "seasonal_naive" and (found := backtest(past, name, horizon=horizon, count=count, scale=naive.mae)):
            tried[name] = found
    chosen = min(tried.values(), key=lambda one: one.relative_mae)
    values = METHODS[chosen.method](past, steps)
    # The range wants more weeks than the choice: within one week all half hours err alike.
    wide = backtest(past, chosen.method, horizon=horizon, count=WEEKS_OF_RANGE)
    low, high = range_of(wide.ratios if wide else chosen.ratios)
    return Forecast(
        chosen.method, values, [value * low for value in values], [value * high for value in values], tried
    )


def range_of(ratios: Sequence[float]) -> tuple[float, float]:
    """Factors below and above the forecast between which four of five of what came lay."""
    if not ratios:
        return 0.0, 2.0
    ordered = sorted(ratios)
    return quantile(ordered, (1 - RANGE) / 2), quantile(ordered, (1 + RANGE) / 2)


def quantile(ordered: Sequence[float], share: float) -> float:
    """With linear interpolation between neighbours (type 7)."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def coverage(actual: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> float | None:
    """Of what came, how much lay within the range; for the accuracy of forecasts made earlier."""
    if not actual:
        return None
    return fmean(low <= value <= high for value, low, high in zip(actual, lower, upper, strict=True))
