"""Whether a change had an effect: the indicator after it, judged by the limits of the time before it. Pure.

The limits before are those of single values (XmR, screened). Better or worse says only what a signal of the chart says: a point
outside them, two of three near one, or so many in a row on one side. With few points nothing is claimed: the verdict warns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from quality.control_charts import Rule, judged_each, natural_limits

FEWEST_BEFORE = 6
FIRM_BEFORE = 12
FEWEST_AFTER = 3
FIRM_AFTER = 6
# Fewer points than the usual seven in a row are enough here: one looks at one place of the chart, not along all of it.
RUN_AFTER = 6


class Verdict(StrEnum):
    BETTER = "better"
    NO_CHANGE = "no_change"
    WORSE = "worse"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Effect:
    """`lower`, `upper`: what was usual before. `is_firm`: twelve points before and six after."""

    verdict: Verdict
    before: int
    after: int
    mean_before: float | None = None
    mean_after: float | None = None
    lower: float | None = None
    upper: float | None = None
    signals: int = 0
    is_firm: bool = False


def judge(
    before: Sequence[float], after: Sequence[float], *, should_rise: bool, decimals: int | None = None
) -> Effect:
    """`decimals`: what was usual before is judged as it is shown."""
    if len(before) < FEWEST_BEFORE or len(after) < FEWEST_AFTER:
        return Effect(
            Verdict.TOO_EARLY,
            len(before),
            len(after),
            fmean(before) if before else None,
            fmean(after) if after else None,
        )
    limits = natural_limits(before)
    if limits is None:  # never with six points
        raise ValueError("no limits")
    points = judged_each(after, [limits] * len(after), run_length=RUN_AFTER, decimals=decimals)
    high = sum(point.rule is not None and point.rule is not Rule.TREND and point.is_high for point in points)
    low = sum(point.rule is not None and point.rule is not Rule.TREND and not point.is_high for point in points)
    if high > low:
        verdict = Verdict.BETTER if should_rise else Verdict.WORSE
    elif low > high:
        verdict = Verdict.WORSE if should_rise else Verdict.BETTER
    else:
        verdict = Verdict.NO_CHANGE
    return Effect(
        verdict, len(before), len(after), limits.mean, fmean(after), limits.lower, limits.upper, high + low,
        is_firm=len(before) >= FIRM_BEFORE and len(after) >= FIRM_AFTER,
    )  # fmt: skip
