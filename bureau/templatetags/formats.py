"""How days, moments and numbers are written: days and clock alike in both languages, numbers by language.

    22.11.2026   22.11.2026 14.05   1 234,5   87 %      (Estonian)
    22.11.2026   22.11.2026 14.05   1,234.5   87%       (English)

Moments are stored in UTC and shown in Europe/Tallinn. A missing value is written as nothing.
"""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import phonenumbers
from django import template
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SIZES = ["B", "kB", "MB", "GB", "TB"]


def is_english() -> bool:
    return (get_language() or "et").startswith("en")


def local(value: date | datetime) -> date | datetime:
    """A moment in the time of the bureau; a plain day as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """22.11.2026"""
    return local(value).strftime("%d.%m.%Y") if value else ""


@register.filter
def day_short(value: date | datetime | None) -> str:
    """22.11, for an axis or where the year stands nearby."""
    return local(value).strftime("%d.%m") if value else ""


@register.filter
def day_long(value: date | datetime | None) -> str:
    """esmaspäev, 23.11.2026"""
    if not value:
        return ""
    name = str(WEEKDAYS[local(value).weekday()])
    return f"{name if is_english() else name.lower()}, {day(value)}"


@register.filter
def month(value: date | datetime | None) -> str:
    """november 2026"""
    if not value:
        return ""
    value = local(value)
    name = str(MONTHS[value.month])
    return f"{name if is_english() else name.lower()} {value.year}"


@register.filter
def clock_time(value: time | datetime | None) -> str:
    """14.05"""
    if value is None:
        return ""
    value = local(value) if isinstance(value, datetime) else value
    return value.strftime("%H.%M")


@register.filter
def moment(value: datetime | None) -> str:
    """22.11.2026 14.05; a plain day is written without a time."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)}{NO_BREAK}{clock_time(value)}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    if not value:
        return ""
    return local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


@register.filter
def day_range(start: date | None, end: date | None) -> str:
    """01.11.2026–30.11.2026; one day alone when both are the same; open at the side that is missing."""
    if start and start == end:
        return day(start)
    return f"{day(start)}–{day(end)}" if start or end else ""


@register.filter
def ago(value: datetime | date | None) -> str:
    """How long ago, only ever beside the exact moment."""
    if not value:
        return ""
    return _("%(time)s ago") % {"time": timesince(value, depth=1)}


def rounded(value: int | float | Decimal, decimals: int | None) -> Decimal:
    number_ = Decimal(str(value))
    if decimals is None:
        decimals = 0 if number_ == number_.to_integral_value() else 1
    return number_.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@register.filter
def number(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """1 234,5 in Estonian, 1,234.5 in English. Without `decimals`: one when the value has a fraction."""
    if value is None or value == "":
        return ""
    text = f"{rounded(value, decimals):,f}"
    if not is_english():
        text = text.translate(str.maketrans({",": NO_BREAK, ".": ","}))
    return text.replace("-", MINUS)


@register.filter
def percent(share: float | Decimal | None, decimals: int = 0) -> str:
    """A share of one, 0.871, as 87%."""
    if share is None or share == "":
        return ""
    return f"{number(Decimal(str(share)) * 100, decimals)}%"


@register.filter
def signed(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """+5, −2, 0"""
    if value is None or value == "":
        return ""
    text = number(value, decimals)
    return f"+{text}" if rounded(value, decimals) > 0 else text


@register.filter
def capped(count: int | None, cap: int = 1000) -> str:
    """A count that stopped counting: 1 000+ when there may be more."""
    if count is None:
        return ""
    return f"{number(cap)}+" if count > cap else number(count)


@register.filter
def duration(value: timedelta | int | float | None) -> str:
    """Seconds or a timedelta as 45 s, 3 min 20 s, 1 h 5 min or 2 p 4 h."""
    if value is None or value == "":
        return ""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    second_sign = pgettext("duration", "s")
    if days:
        parts = [(days, pgettext("duration", "d")), (hour, pgettext("duration", "h"))]
    elif hours:
        parts = [(hour, pgettext("duration", "h")), (minute, pgettext("duration", "min"))]
    elif minutes:
        parts = [(minute, pgettext("duration", "min")), (second, second_sign)]
    else:
        parts = [(second, second_sign)]
    shown = [f"{amount}{NO_BREAK}{unit}" for amount, unit in parts if amount] or [f"0{NO_BREAK}{second_sign}"]
    return (MINUS if seconds < 0 else "") + " ".join(shown)


@register.filter
def stopwatch(value: timedelta | int | None) -> str:
    """00.38 and 1.02.05: running time of a call."""
    if value is None or value == "":
        return ""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    parts = [str(hours)] if hours else []
    parts += [f"{minute:02d}", f"{second:02d}"]
    return ".".join(parts)


@register.filter
def working_days(count: int | None) -> str:
    """2 working days"""
    if count is None or count == "":
        return ""
    return ngettext("%(count)s working day", "%(count)s working days", count) % {"count": number(count)}


@register.filter
def calendar_days(count: int | None) -> str:
    """2 days"""
    if count is None or count == "":
        return ""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count)}


@register.filter
def file_size(size: int | None) -> str:
    """1,2 MB; in steps of a thousand."""
    if size is None or size == "":
        return ""
    amount, step = Decimal(size), 0
    while amount >= 1000 and step < len(SIZES) - 1:
        amount, step = amount / 1000, step + 1
    return f"{number(amount, 0 if step < 2 else 1)}{NO_BREAK}{SIZES[step]}"


@register.filter
def phone(value: str | None) -> str:
    """+37255550199 as +372 5555 0199; what is not a number in E.164 stays as it was written."""
    if not value:
        return ""
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.filter
def initials(name: object) -> str:
    """MT for Mari Tamm."""
    words = str(name).split()
    return ((words[0][:1] + words[-1][:1]) if len(words) > 1 else str(name)[:2]).upper()
