"""Moments as foreign tables write them: a list of formats tried in order, by the local time of the source."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

# Full names and the usual shortened ones, Estonian and English, by month.
NAMES = (
    ("january", "jaanuar", "jan", "jaan"), ("february", "veebruar", "feb", "veebr"), ("march", "märts", "mar"),
    ("april", "aprill", "apr"), ("may", "mai"), ("june", "juuni", "jun"), ("july", "juuli", "jul"), ("august", "aug"),
    ("september", "sep", "sept"), ("october", "oktoober", "oct", "okt"), ("november", "nov"),
    ("december", "detsember", "dec", "dets"),
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(NAMES, 1) for name in names}
PARTS = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "b": r"(?P<b>[^\W\d_]{3,10})\.?",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp]\.?[Mm]\.?)",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
}
# Offered on the page, the most usual first. Which of day and month comes first is the person's to say.
OFFERED = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d", "%Y-%b-%d %H:%M:%S",
    "%d-%b-%Y %H:%M:%S", "%d %b %Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y",
)  # fmt: skip


# One row often says the same moment in several columns, and a day's rows say many alike.
MOMENTS_REMEMBERED = 20_000


class MomentFormat:
    """One format in the letters of strptime; months by their Estonian and English names."""

    def __init__(self, text: str):
        self.text = text
        pattern, names, place = "", [], 0
        while place < len(text):
            sign = text[place]
            if sign == "%" and place + 1 < len(text):
                letter = "b" if text[place + 1] == "B" else text[place + 1]
                if letter not in PARTS or letter in names:
                    raise ValueError(
                        _("The date format “%(format)s” is not understood at “%%%(letter)s”.")
                        % {"format": text, "letter": letter}
                    )
                names.append(letter)
                pattern += PARTS[letter]
                place += 2
            else:
                pattern += r"\s+" if sign == " " else re.escape(sign)
                place += 1
        if not ({"Y", "y"} & set(names) and {"m", "b"} & set(names) and "d" in names):
            raise ValueError(_("The date format “%(format)s” lacks a year, month or day.") % {"format": text})
        self.match = re.compile(pattern).fullmatch
        self.names = tuple(names)
        # Where year, month, day … stand among the groups; None for what the format leaves out.
        self.is_plain = set(names) <= {"Y", "m", "d", "H", "M", "S"} and {"Y", "m", "d"} <= set(names)
        self.places = [names.index(name) for name in ("Y", "m", "d", "H", "M", "S") if name in names]
        self.has_plain_order = [name for name in ("H", "M", "S") if name in names] == list("HMS"[: len(names) - 3])

    def read(self, text: str, zone: ZoneInfo) -> datetime | None:
        """The local moment without its zone, or None when the text is not of this format or no such day exists."""
        found = self.match(text)
        if found is None:
            return None
        parts = found.groups()
        try:
            if self.is_plain and self.has_plain_order:
                return datetime(*[int(parts[place]) for place in self.places])  # noqa: DTZ001 (its zone comes in the database)
            return self._read_parts(dict(zip(self.names, parts, strict=True)), zone)
        except ValueError:
            return None

    def _read_parts(self, part: dict[str, str], zone: ZoneInfo) -> datetime | None:
        year = int(part["Y"]) if "Y" in part else 2000 + int(part["y"])
        month = int(part["m"]) if "m" in part else MONTHS.get(part["b"].lower(), 0)
        hour = int(part.get("H", 0))
        if "I" in part:
            hour = int(part["I"])
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if part.get("p", "a").lower().startswith("p") else 0)
        microsecond = int(part["f"].ljust(6, "0")[:6]) if "f" in part else 0
        moment = datetime(  # noqa: DTZ001
            year, month, int(part["d"]), hour, int(part.get("M", 0)), int(part.get("S", 0)), microsecond
        )
        if "z" in part:
            moment = moment.replace(tzinfo=offset(part["z"])).astimezone(zone).replace(tzinfo=None)
        return moment


def offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


class MomentReader:
    """Reads cells by a list of formats, trying first the one that fitted last where that is safe.

    Formats are tried in the order of the mapping; only a text that no earlier format can read is left to a later one.
    """

    def __init__(self, formats: tuple[str, ...], zone: ZoneInfo):
        self.formats = [MomentFormat(text) for text in formats]
        self.zone = zone
        self.used: dict[str, int] = {}
        self._read: dict[str, tuple[datetime | None, str]] = {}

    def read(self, cell: str | datetime) -> datetime | None:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=None)
        found = self._read.get(cell)
        if found is None:
            if len(self._read) > MOMENTS_REMEMBERED:
                self._read.clear()
            found = self._read[cell] = self._find(cell)
        moment, text = found
        if text:
            self.used[text] = self.used.get(text, 0) + 1
        return moment

    def _find(self, cell: str) -> tuple[datetime | None, str]:
        for one in self.formats:
            moment = one.read(cell, self.zone)
            if moment is not None:
                return moment, one.text
        return None, ""


def fitting_formats(samples: list[str]) -> list[str]:
    """Offered formats that read at least one sample, those that read most of them first."""
    zone = ZoneInfo("UTC")
    counted = []
    for place, text in enumerate(OFFERED):
        one = MomentFormat(text)
        fits = sum(one.read(sample, zone) is not None for sample in samples)
        if fits:
            counted.append((-fits, place, text))
    return [text for _fits, _place, text in sorted(counted)]
