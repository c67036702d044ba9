"""How what rows give becomes the value of an indicator."""

from enum import StrEnum


class How(StrEnum):
    """How amounts become a value."""

    SHARE = "share"  # Σ ÷ rows, in percent
    COUNT = "count"  # Σ
    RATE = "rate"  # rows of the numerator for a thousand of the denominator
    PER_DAY = "per_day"  # Σ ÷ working days
    RATIO = "ratio"  # Σ of the numerator ÷ Σ of the denominator
    RATIO_SHARE = "ratio_share"  # the same in percent
    MEDIAN = "median"
    P85 = "p85"
    INDEX = "index"  # mean of +1, 0 and −1, in points
