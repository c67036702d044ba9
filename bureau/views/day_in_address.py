"""A day in an address: 2026-12-24."""

from datetime import date

from bureau.typed_days import near_day


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        day = near_day(value)
        if day is None:
            raise ValueError("no such day")
        return day

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()
