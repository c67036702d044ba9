"""What a mapping makes of one foreign row: the fields of a case, or a reason why it cannot be one.

The same function serves the preview of some rows and the import of a million. It asks no database; what it needs to
know of our lists is looked up once for each foreign word.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import reference
from bureau.foreign_moments import at_time
from bureau.foreign_records import Cell, text_of
from bureau.phone_numbers import to_e164
from bureau.registry_codes import is_registry_code
from complaints.intake.importing.mapping import (
    EMPTY,
    FIELD_WORDS,
    LEAVE_OPEN,
    LOOKUPS,
    MOMENTS,
    REFUSE,
    FieldMap,
    ImportMapping,
    codes_of,
    fixed_moment,
)
from complaints.intake.importing.moments import MomentReader
from complaints.models import Status

# Moments before this are a slip of the pen; so are those that lie ahead.
EARLIEST = datetime(1991, 8, 20)  # noqa: DTZ001
CLOCKS_DIFFER = timedelta(hours=26)
WORDS_COUNTED = 2000


class RowRefused(Exception):
    def __init__(self, code: str, sentence: str):
        self.code, self.sentence = code, sentence
        super().__init__(sentence)


@dataclass(slots=True)
class MappedRow:
    """A foreign row as a case to be. Moments are local to the source's zone."""

    row_number: int
    fingerprint: str
    received: datetime
    registered: datetime
    answered: datetime | None
    closed: datetime | None
    channel_id: int
    kind_id: int
    topic_id: int | None
    service_id: int | None
    unit_id: int | None
    status: str
    title: str
    description: str
    reference: str
    party_name: str
    party_phone: str
    party_email: str
    party_registry_code: str
    foreign_data: str


class RowMapper:
    """A mapping made ready for the columns of one file."""

    def __init__(self, mapping: ImportMapping, columns: Sequence[str]):
        self.mapping, self.columns = mapping, list(columns)
        self.width = len(self.columns)
        place = {name: number for number, name in enumerate(self.columns)}
        self.key_places = [place[name] for name in mapping.row_key]
        kept = self.columns if mapping.keep is None else list(mapping.keep)
        self.kept = [(f"{quoted(name)}:", place[name]) for name in kept]
        self.places = {
            name: [place[column] for column in one.columns] for name, one in mapping.fields.items() if one.columns
        }
        self.moments = MomentReader(mapping.date_formats, mapping.zone)
        self.latest = timezone.localtime(timezone=mapping.zone).replace(tzinfo=None) + CLOCKS_DIFFER
        self.topics = reference.topics()
        # Words that stood in no list of the mapping and got its default: told in the report, never done in silence.
        self.defaults: Counter[tuple[str, str, str]] = Counter()
        self.remarks: list[tuple[str, str]] = []
        self._lookups = {name: self._lookup(name, mapping.fields.get(name)) for name in LOOKUPS}
        self._empty = {self.folded(word) for word in mapping.empty}
        self._moments = [(name, self._moment_of(name, mapping.fields.get(name), place)) for name in MOMENTS]
        self._texts = {
            name: self._text(mapping.fields.get(name))
            for name in ("title", "description", "reference", "party_name", "party_phone", "party_email", "party_registry_code")
        }  # fmt: skip
        self._has_party = any(name.startswith("party_") for name in mapping.fields)

    # -- one row ------------------------------------------------------------------------------------------------------
    def map(self, row_number: int, row: list[Cell]) -> MappedRow:
        """The case that the row becomes; raises `RowRefused`. Remarks on it stand in `self.remarks` afterwards."""
        self.remarks = []
        came = row
        if self._empty:
            row = ["" if isinstance(cell, str) and self.folded(cell) in self._empty else cell for cell in row]
        received, registered, answered, closed = self._read_moments(row)
        look = self._lookups
        channel_id, kind_id = look["channel"](row), look["kind"](row)
        topic_id = look["topic"](row)
        topic = self.topics.get(topic_id) if topic_id else None
        unit_id = look["unit"](row) or (topic.unit_id if topic else None)
        status, answered, closed = self._status(look["status"](row), answered, closed)
        texts = self._texts
        title, description = texts["title"](row), texts["description"](row)
        if not title:
            title = description.strip().split("\n", 1)[0]
            if not title:
                raise RowRefused("title_missing", _("The row has neither a title nor a text."))
        name, phone, email, registry_code = self._party(row) if self._has_party else ("", "", "", "")
        return MappedRow(
            row_number, self.fingerprint(came), received, registered, answered, closed, channel_id, kind_id, topic_id,
            topic.service_id if topic else None, unit_id, status, title[:200], description, texts["reference"](row)[:60],
            name, phone, email, registry_code, self.kept_cells(came),
        )  # fmt: skip

    def fingerprint(self, row: list[Cell]) -> str:
        """By the key columns of the mapping, else by the whole row as it stands in the file."""
        cells = [row[place] for place in self.key_places] if self.key_places else row
        text = "\x1f".join([cell if isinstance(cell, str) else cell.isoformat() for cell in cells])
        if self.key_places and not text.strip("\x1f \t"):
            raise RowRefused("key_missing", _("The cell that tells this row from others is empty."))
        return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()

    def kept_cells(self, row: list[Cell]) -> str:
        """The cells that are kept beside the case, as JSON; empty ones say nothing."""
        return "{" + ",".join([name + quoted(text_of(row[place])) for name, place in self.kept if row[place]]) + "}"

    def as_came(self, row: list[Cell]) -> dict[str, str]:
        """The whole row for the report, under the names of the file's columns."""
        cells = {name: text_of(cell) for name, cell in zip(self.columns, row, strict=False)}
        cells |= {f"+{number}": text_of(cell) for number, cell in enumerate(row[self.width :], 1) if cell}
        return {name: cell.encode("utf-8", "replace").decode().replace("\0", "") for name, cell in cells.items()}

    # -- moments and status -------------------------------------------------------------------------------------------
    def _read_moments(self, row: list[Cell]) -> tuple[datetime, datetime, datetime | None, datetime | None]:
        received, registered, answered, closed = [read(row) for _name, read in self._moments]
        if received is None:
            raise RowRefused("received_missing", _("The moment of receipt is missing."))
        if registered is None:
            registered = received
        elif registered < received:
            raise RowRefused("registered_before_received", _("The row was registered before it was received."))
        if answered is not None and answered < received:
            raise RowRefused("answered_before_received", _("The row was answered before it was received."))
        if closed is not None and closed < received:
            raise RowRefused("closed_before_received", _("The row was closed before it was received."))
        return received, registered, answered, closed

    def _moment_of(
        self, name: str, one: FieldMap | None, place: dict[str, int]
    ) -> Callable[[list[Cell]], datetime | None]:
        if one is None:
            return lambda row: None
        if one.value:
            fixed = fixed_moment(one.value, self.mapping)
            return lambda row: fixed
        places = self.places[name]
        of_time = place[one.time_column] if one.time_column else None

        def read(row: list[Cell]) -> datetime | None:
            cell = next((row[at] for at in places if not is_blank(row[at])), "")
            if is_blank(cell):
                return None
            return self._moment(name, cell, "" if of_time is None else row[of_time])

        return read

    def _moment(self, name: str, cell: Cell, time: Cell) -> datetime | None:
        if isinstance(cell, str):
            cell = cell.strip()
        moment = self.moments.read(cell)
        if moment is not None and not is_blank(time):
            moment = at_time(moment, time)
            cell = f"{text_of(cell)} {text_of(time)}"
        if moment is None:
            raise RowRefused(
                "moment_not_understood",
                _("%(field)s: “%(text)s” fits none of the date formats.") % {"field": FIELD_WORDS[name], "text": str(cell)[:60]},
            )  # fmt: skip
        if not EARLIEST <= moment <= self.latest:
            raise RowRefused(
                "moment_out_of_range",
                _("%(field)s: %(text)s lies ahead or too far back.")
                % {"field": FIELD_WORDS[name], "text": str(cell)[:60]},
            )
        return moment

    def _status(
        self, status: str | None, answered: datetime | None, closed: datetime | None
    ) -> tuple[str, datetime | None, datetime | None]:
        """The status and the moments that belong to it. Without a status of its own the moments tell it."""
        if status is None:
            status = Status.CLOSED if closed else Status.ANSWERED if answered else Status.REGISTERED
        elif status == Status.CLOSED and closed is None:
            if self.mapping.closed_without_moment != LEAVE_OPEN:
                raise RowRefused("closed_without_moment", _("The row is closed, but says not when."))
            self.remarks.append(("left_open", _("Closed without a moment; taken as in progress.")))
            status, answered = Status.IN_PROGRESS, None
        elif status == Status.ANSWERED and answered is None:
            raise RowRefused("answered_without_moment", _("The row is answered, but says not when."))
        elif status not in {Status.CLOSED, Status.ANSWERED} and (closed or answered):
            raise RowRefused(
                "moment_against_status", _("The row is open by its status, but has a moment of answer or closing.")
            )
        if status != Status.CLOSED:
            closed = None
        return str(status), answered, closed

    # -- words --------------------------------------------------------------------------------------------------------
    def _lookup(self, name: str, one: FieldMap | None) -> Callable[[list[Cell]], Any]:
        if one is None:
            return lambda row: None
        codes = codes_of(name)
        if one.value:
            constant = None if one.value == EMPTY else codes[one.value]
            return lambda row: constant
        places = self.places[name]
        known = {self.folded(key): value for key, value in one.values.items()}
        seen: dict[Any, Any] = {}

        def stored(code: str) -> Any:
            return None if code == EMPTY else codes[code]

        def find(cells: tuple[str, ...]) -> tuple[Any, tuple[str, str, str] | None]:
            words = [self.folded(cell) for cell in cells]
            joined = one.join.join(words)
            if joined in known:
                return stored(known[joined]), None
            for length in range(len(words) - 1, 0, -1):  # "group / *" answers for all of a group
                wide = one.join.join([*words[:length], "*"])
                if wide in known:
                    return stored(known[wide]), None
            if not any(words):
                if one.when_empty:
                    return stored(one.when_empty), None
                if name in {"topic", "unit", "status"} and one.otherwise == REFUSE:
                    return None, None
            if one.otherwise == REFUSE:
                return RowRefused(
                    f"{name}_unknown",
                    _("%(field)s: “%(word)s” stands in no list of the mapping.")
                    % {"field": FIELD_WORDS[name], "word": one.join.join(cells)[:80]},
                ), None
            return stored(one.otherwise), (name, one.join.join(cells)[:80], one.otherwise)

        def look(row: list[Cell]) -> Any:
            key = row[places[0]] if len(places) == 1 else tuple([row[place] for place in places])
            found = seen.get(key)
            if found is None:
                cells = tuple(text_of(row[place]) for place in places)
                found = seen[key] = find(cells)
            value, default = found
            if default is not None and (default in self.defaults or len(self.defaults) < WORDS_COUNTED):
                self.defaults[default] += 1
            if type(value) is RowRefused:
                raise RowRefused(value.code, value.sentence)
            return value

        return look

    def folded(self, text: str) -> str:
        """A foreign word as it is compared: without blanks around it, inner blanks as one, case aside."""
        if self.mapping.trim:
            text = " ".join(text.split())
        return text.casefold() if self.mapping.fold_case else text

    # -- texts --------------------------------------------------------------------------------------------------------
    def _text(self, one: FieldMap | None) -> Callable[[list[Cell]], str]:
        if one is None:
            return lambda row: ""
        if one.value:
            return lambda row: one.value
        places = [self.columns.index(column) for column in one.columns]
        trim, empty = self.mapping.trim, one.when_empty
        if len(places) == 1 and not one.labelled:
            place = places[0]

            def single(row: list[Cell]) -> str:
                text = text_of(row[place])
                return (text.strip() if trim else text) or empty

            return single
        labels = [f"{column}: " if one.labelled else "" for column in one.columns]

        def joined(row: list[Cell]) -> str:
            parts = [
                label + text
                for label, text in zip(labels, (text_of(row[place]).strip() for place in places), strict=True)
                if text
            ]
            return one.join.join(parts) or empty

        return joined

    def _party(self, row: list[Cell]) -> tuple[str, str, str, str]:
        texts = self._texts
        name, email = texts["party_name"](row)[:200], texts["party_email"](row).lower()
        phone, registry_code = texts["party_phone"](row), texts["party_registry_code"](row)
        if phone:
            number = phone_number(phone)
            if number is None:
                self.remarks.append(
                    (
                        "phone_dropped",
                        _("“%(text)s” is no whole phone number; kept only as it came.") % {"text": phone[:40]},
                    )
                )
            phone = number or ""
        if email and not is_email(email):
            self.remarks.append(
                ("email_dropped", _("“%(text)s” is no e-mail address; kept only as it came.") % {"text": email[:60]})
            )
            email = ""
        if registry_code and not is_registry_code(registry_code):
            self.remarks.append(
                (
                    "registry_code_dropped",
                    _("“%(text)s” is no registry code; kept only as it came.") % {"text": registry_code[:20]},
                )
            )
            registry_code = ""
        return name, phone, email, registry_code


@lru_cache(maxsize=200_000)
def phone_number(text: str) -> str | None:
    return to_e164(text)


@lru_cache(maxsize=200_000)
def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
