"""Telephone statistics from the exchange's table: which column is what, rows of any length summed into half hours. Pure
but for the reading of the file.

A mapping is TOML, by hand or by the page of the import; docs/staffing.md tells every key. What the table does not tell
stays unknown. Columns of seconds may hold 75, 1:15 or 0:01:15.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bureau.foreign_moments import at_time
from bureau.foreign_numbers import NotANumber, UnclearNumber, number_of
from bureau.foreign_tables import ForeignTable
from bureau.mapping_keys import Key

COUNT_WORDS = {
    "offered": "offered; needed",
    "answered": "answered",
    "abandoned": "lost",
    "within_threshold": "answered within the promised time",
}
SECOND_WORDS = {
    "talk_seconds": "talk",
    "hold_seconds": "hold",
    "after_call_seconds": "work after the call",
    "wait_seconds": "waiting",
}
COUNTS, SECONDS = tuple(COUNT_WORDS), tuple(SECOND_WORDS)
FIGURES = (*COUNTS, *SECONDS)
HOME = ZoneInfo("Europe/Tallinn")
MOST_CALLS = 100_000  # of one row; more is another column
MOST_SECONDS = 2_000_000_000  # what the database keeps

# What columns are called in tables that are met; the first that is there is suggested.
KNOWN_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "at": ("datetime", "date time", "interval", "start", "aeg", "algus", "kuupäev ja kellaaeg", "timestamp"),
    "offered": ("calls", "offered", "calls offered", "saabunud", "kõned", "kõnesid"),
    "answered": ("answered", "calls answered", "handled", "vastatud"),
    "abandoned": ("abandoned", "calls abandoned", "lost", "katkestatud", "loobunud"),
    "within_threshold": ("within threshold", "answered in time", "sla", "tähtajal", "õigel ajal vastatud"),
    "talk_seconds": ("talk", "talk time", "kõneaeg", "talk seconds"),
    "hold_seconds": ("hold", "hold time", "ootel"),
    "after_call_seconds": ("after call", "acw", "wrap", "after-call work", "järeltöö"),
    "wait_seconds": ("wait", "waiting time", "queue time", "ooteaeg"),
}
MOMENT_FORMATS = (
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%Y %H:%M:%S",
)  # fmt: skip


class MappingRefused(ValueError):
    """The mapping cannot be used; the message says what to change."""


@dataclass(frozen=True)
class CallMapping:
    """`columns`: figure → heading; `at` or `day` with `time`; `local`: the clock of the wall, whatever the file claims."""

    queue: str
    at: str = ""
    day: str = ""
    time: str = ""
    moment_format: str = ""
    empty: tuple[str, ...] = ()
    local: bool = True
    columns: dict[str, str] = field(default_factory=dict)

    def completed(self, headings: list[str]) -> "CallMapping":
        """Where nothing is named but the queue, a first guess by the headings."""
        return self if self != CallMapping(self.queue) else suggested(self.queue, headings)

    def check(self, headings: list[str]) -> None:
        """Raises `MappingRefused` with every fault."""
        faults = []
        if not (self.at or (self.day and self.time)):
            faults.append(_("Name the column of the moment, or those of the day and of the time."))
        if "offered" not in self.columns:
            faults.append(_("Name the column of the calls offered; without it nothing can be counted."))
        unknown = [
            name for name in (self.at, self.day, self.time, *self.columns.values()) if name and name not in headings
        ]
        if unknown:
            faults.append(_("There is no column %(names)s.") % {"names": ", ".join(f"“{name}”" for name in unknown)})
        if strange := [name for name in self.columns if name not in FIGURES]:
            faults.append(_("There is no figure %(names)s.") % {"names": ", ".join(strange)})
        if faults:
            raise MappingRefused(" ".join(faults))


def read_mapping(text: str) -> CallMapping:
    try:
        data = tomllib.loads(text)
        return from_parameters(data)
    except (tomllib.TOMLDecodeError, TypeError) as fault:
        raise MappingRefused(_("The mapping cannot be read: %(fault)s") % {"fault": fault}) from fault


def from_parameters(data: dict[str, Any]) -> CallMapping:
    known = {name: data[name] for name in CallMapping.__dataclass_fields__ if name in data}
    if strange := set(data) - set(known):
        raise MappingRefused(_("The mapping has keys that nobody knows: %(names)s.") % {"names": ", ".join(sorted(strange))})  # fmt: skip
    if "queue" not in known:
        raise MappingRefused(_("Name the queue of the calls (queue)."))
    empty = known.get("empty", ())
    if not isinstance(empty, list | tuple) or not all(isinstance(word, str) for word in empty):
        raise MappingRefused(_("“empty” is a list of words in quotation marks."))
    return CallMapping(**known | {"empty": tuple(empty)})


def as_parameters(mapping: CallMapping) -> dict[str, Any]:
    return asdict(mapping)


def suggested(queue: str, headings: list[str]) -> CallMapping:
    """A first guess by the headings."""
    plain = {heading.strip().casefold(): heading for heading in reversed(headings)}
    found = {
        what: plain[name]
        for what, names in KNOWN_HEADINGS.items()
        for name in reversed(names)
        if name in plain
    }  # fmt: skip
    return CallMapping(queue, at=found.pop("at", ""), columns=found)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    moment: datetime
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Refused:
    number: int
    code: str
    reason: str


@dataclass(slots=True)
class HalfHour:
    """Sums of the rows of one half hour; a figure that one row lacks is unknown for the half hour."""

    day: date
    slot: int
    figures: dict[str, int | None] = field(default_factory=dict)

    def add(self, figures: Mapping[str, int]) -> None:
        if not self.figures:
            self.figures = dict(figures)
            return
        for name in set(self.figures) | set(figures):
            before, more = self.figures.get(name), figures.get(name)
            self.figures[name] = None if before is None or more is None else before + more


def rows_of(table: ForeignTable, mapping: CallMapping) -> Iterator[Row | Refused]:
    headings = list(table.columns)
    mapping.check(headings)
    place = {heading: at for at, heading in enumerate(headings)}

    def cell(cells: list[Any], heading: str) -> Any:
        return cells[place[heading]] if place[heading] < len(cells) else None

    for number, cells in table.rows():
        code, why = table.fault_of(cells)
        if code:
            yield Refused(number, code, why)
            continue
        if mapping.at:
            written = cell(cells, mapping.at)
            moment = moment_of(written, mapping)
        else:
            day, time = cell(cells, mapping.day), cell(cells, mapping.time)
            written = f"{day} {time}"
            moment = moment_of(day, mapping, time) if isinstance(day, datetime) else moment_of(written, mapping)
        if moment is None:
            yield Refused(number, "moment", _("“%(value)s” is not a moment.") % {"value": written})
            continue
        figures, fault = {}, None
        for name, heading in mapping.columns.items():
            value = cell(cells, heading)
            if is_nothing(value, mapping):
                continue
            try:
                figures[name] = seconds_of(value) if name in SECONDS else count_of(value)
            except UnclearNumber:
                fault = fault or Refused(number, name, _("“%(value)s” in the column “%(column)s” is not clear: a thousand or a fraction? Write it without a sign between thousands.") % {"value": value, "column": heading})  # fmt: skip
            except NotANumber:
                fault = fault or Refused(number, name, _("“%(value)s” in the column “%(column)s” is not a number.") % {"value": value, "column": heading})  # fmt: skip
        if fault is None and (why := impossible(figures)):
            fault = Refused(number, "impossible", why)
        yield fault or Row(number, moment, figures)


def impossible(figures: Mapping[str, int]) -> str:
    """Parts larger than the whole; empty where the row can be true."""
    offered = figures.get("offered")
    if offered is None:
        return _("The calls offered are not told.")
    for name in ("answered", "abandoned"):
        if figures.get(name, 0) > offered:
            return _("More calls were answered or lost than were offered.")
    if figures.get("within_threshold", 0) > figures.get("answered", offered):
        return _("More calls were answered in time than were answered.")
    return ""


def is_nothing(value: Any, mapping: CallMapping) -> bool:
    """An empty cell, or a word that the mapping names as one."""
    text = str(value if value is not None else "").strip()
    return not text or text.casefold() in {word.casefold() for word in mapping.empty}


def moment_of(written: Any, mapping: CallMapping, time: Any = "") -> datetime | None:
    """The local moment. `local` takes the clock as it stands, even where the table writes a Z behind it.

    `time` is the cell of the time of day where a workbook holds day and time apart.
    """
    moment: datetime | None
    if isinstance(written, datetime):
        moment = at_time(written, time) if time else written
        if moment is None:
            return None
    else:
        text = " ".join(str(written or "").split())
        moment = next((found for form in ((mapping.moment_format,) if mapping.moment_format else MOMENT_FORMATS) if (found := parsed(text, form))), None)  # fmt: skip
        if moment is None:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                return None
    if mapping.local:
        return moment.replace(tzinfo=HOME)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))).astimezone(HOME)


def parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.removesuffix("Z"), form)  # noqa: DTZ007 (the zone is set by the caller)
    except ValueError:
        return None


def count_of(value: Any) -> int:
    """A whole number of calls; raises `NotANumber`."""
    found = number_of(value)
    if found != found.to_integral_value() or not 0 <= found <= MOST_CALLS:
        raise NotANumber(str(value))
    return int(found)


def seconds_of(value: Any) -> int:
    """75, 75,4, 1:15 or 0:01:15; raises `NotANumber`."""
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    parts = str(value).strip().split(":")
    if len(parts) > 3:
        raise NotANumber(str(value))
    seconds = Decimal(0)
    for part in [number_of(value)] if len(parts) == 1 else [number_of(part) for part in parts]:
        if part < 0:
            raise NotANumber(str(value))
        seconds = seconds * 60 + part
    if seconds > MOST_SECONDS:
        raise NotANumber(str(value))
    return int(seconds.to_integral_value())


def half_hours(rows: Iterator[Row | Refused], refused: list[Refused]) -> dict[tuple[date, int], HalfHour]:
    """Rows summed into half hours of the local day; refused rows go into the list."""
    found: dict[tuple[date, int], HalfHour] = {}
    for row in rows:
        if isinstance(row, Refused):
            refused.append(row)
            continue
        key = (row.moment.date(), row.moment.hour * 2 + row.moment.minute // 30)
        found.setdefault(key, HalfHour(*key)).add(row.figures)
    return found


KEYS = (
    Key("queue", "text", "code of the telephone queue; needed"),
    Key("at", "text", "column of the moment; or `day` and `time`"),
    Key("day", "text", "column of the day"),
    Key("time", "text", "column of the time of day"),
    Key("moment_format", "text", "how moments are written, where it is another than the usual ways"),
    Key(
        "local", "truth", "the clock of the wall, even where the table writes a Z behind it (the default); false: UTC"
    ),
    Key("empty", "list", "words that mean an empty cell (`NA`, `–`)"),
    *(Key(f"columns.{name}", "text", f"column of calls: {meaning}") for name, meaning in COUNT_WORDS.items()),
    *(
        Key(f"columns.{name}", "text", f"column of seconds (75, 1:15 or 0:01:15): {meaning}")
        for name, meaning in SECOND_WORDS.items()
    ),
)
"""Every key of a mapping, for docs/staffing.md; a test holds the page to it."""
