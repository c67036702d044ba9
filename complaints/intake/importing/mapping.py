"""The mapping file: which column is which field of ours, and what foreign words mean here. TOML, written by hand or by
the pages of the import; docs/examples/maps/README.md tells every key.

Here it is only read, checked for sense and written. What a mapping does with a row is `rules`.
"""

import json
import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bureau import reference
from bureau.foreign_tables import DELIMITERS, DETECT, ENCODINGS, Layout
from complaints.models import Status
from complaints.reference import kinds

MOMENTS = ("received", "registered", "answered", "closed")
LOOKUPS = ("channel", "kind", "topic", "unit", "status")
TEXTS = ("title", "description", "reference", "party_name", "party_phone", "party_email", "party_registry_code")
FIELDS = (*MOMENTS, *LOOKUPS, *TEXTS)
REFUSE = "refuse"
EMPTY = "empty"
LEAVE_OPEN = "leave_open"
# Forwarding needs the body it went to, and reopening a first answer: neither stands in a foreign table.
STATUSES = (Status.REGISTERED, Status.IN_PROGRESS, Status.WAITING, Status.ANSWERED, Status.CLOSED)
MAY_BE_EMPTY = ("topic", "unit")

FIELD_WORDS = {
    "received": pgettext_lazy("field of an import", "Received"),
    "registered": pgettext_lazy("field of an import", "Registered"),
    "answered": pgettext_lazy("field of an import", "Answered"),
    "closed": pgettext_lazy("field of an import", "Closed"),
    "channel": pgettext_lazy("field of an import", "Channel"),
    "kind": pgettext_lazy("field of an import", "Kind"),
    "topic": pgettext_lazy("field of an import", "Topic"),
    "unit": pgettext_lazy("field of an import", "Unit"),
    "status": pgettext_lazy("field of an import", "Status"),
    "title": pgettext_lazy("field of an import", "Title"),
    "description": pgettext_lazy("field of an import", "Text"),
    "reference": pgettext_lazy("field of an import", "Sender's reference"),
    "party_name": pgettext_lazy("field of an import", "Name of the party"),
    "party_phone": pgettext_lazy("field of an import", "Phone of the party"),
    "party_email": pgettext_lazy("field of an import", "E-mail of the party"),
    "party_registry_code": pgettext_lazy("field of an import", "Registry code of the party"),
}


class MappingError(ValueError):
    """The mapping cannot be used; `sentences` say what to change."""

    def __init__(self, sentences: list[str]):
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(frozen=True)
class FieldMap:
    """Where one field of ours comes from: columns, or one value for all rows."""

    columns: tuple[str, ...] = ()
    """Joined for words and texts; of a moment the first that is not empty counts."""
    time_column: str = ""
    """Of a moment: the column of the time of day, where the first column holds the day alone."""
    value: str = ""
    values: dict[str, str] = field(default_factory=dict)
    otherwise: str = REFUSE
    when_empty: str = ""
    join: str = " · "
    labelled: bool = False


@dataclass(frozen=True)
class ImportMapping:
    source: str
    name: str = ""
    row_key: tuple[str, ...] = ()
    layout: Layout = field(default_factory=Layout)
    date_formats: tuple[str, ...] = ()
    time_zone: str = "Europe/Tallinn"
    trim: bool = True
    fold_case: bool = True
    empty: tuple[str, ...] = ()
    """Words that mean an empty cell, as NA."""
    fields: dict[str, FieldMap] = field(default_factory=dict)
    closed_without_moment: str = REFUSE
    keep: tuple[str, ...] | None = None
    """Columns kept beside the case as they came; None keeps all."""
    language: str = "et"
    logs_contacts: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def columns_used(self) -> list[str]:
        used = [*self.row_key, *(self.keep or ())]
        for one in self.fields.values():
            used += [*one.columns, *([one.time_column] if one.time_column else [])]
        return list(dict.fromkeys(used))

    def with_field(self, name: str, one: FieldMap | None) -> "ImportMapping":
        fields = {key: value for key, value in self.fields.items() if key != name}
        if one is not None:
            fields[name] = one
        return replace(self, fields=fields)


# --- Reading ------------------------------------------------------------------------------------------------------------
TABLES = {
    "file": {"delimiter": str, "encoding": str, "sheet": str, "header_row": int, "columns": list},
    "dates": {"formats": list, "time_zone": str},
    "text": {"trim": bool, "fold_case": bool, "empty": list},
    "foreign_data": {"keep": (list, str)},
    "contact": {"log": bool},
}
TOP = {"source": str, "name": str, "row_key": list, "language": str}
MOMENT_KEYS = {"column": str, "columns": list, "time_column": str, "value": str}
LOOKUP_KEYS = {"column": str, "columns": list, "value": str, "values": dict, "otherwise": str, "when_empty": str}
TEXT_KEYS = {"column": str, "columns": list, "value": str, "join": str, "labelled": bool, "when_empty": str}
STATUS_KEYS = LOOKUP_KEYS | {"closed_without_moment": str}


def read_mapping(text: str, *, is_whole: bool = True) -> ImportMapping:
    """A mapping from its TOML, checked for sense but not yet against our lists or a file.

    While it is still being made on the pages, it need not be whole.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits and tables in tables without end too
        raise MappingError([_("The mapping is not valid TOML: %(error)s") % {"error": error}]) from error
    wrong: list[str] = []
    check_keys(data, TOP | dict.fromkeys((*TABLES, *FIELDS), dict), "", wrong)
    for name, keys in TABLES.items():
        check_keys(table(data, name), keys, name, wrong)
    for name in FIELDS:
        check_keys(table(data, name), keys_of(name), name, wrong)
    if not str(data.get("source", "")).strip():
        wrong.append(_("The mapping needs a source: a word that names where the rows come from."))
    if wrong:
        raise MappingError(wrong)
    mapping = ImportMapping(
        source=data["source"].strip()[:100],
        name=data.get("name", "").strip()[:100],
        row_key=strings(data.get("row_key", ())),
        layout=layout_of(table(data, "file"), wrong),
        date_formats=strings(table(data, "dates").get("formats", ())),
        time_zone=table(data, "dates").get("time_zone", "Europe/Tallinn"),
        trim=table(data, "text").get("trim", True),
        fold_case=table(data, "text").get("fold_case", True),
        empty=strings(table(data, "text").get("empty", ())),
        fields={name: field_of(data[name], name, wrong) for name in FIELDS if name in data},
        closed_without_moment=table(data, "status").get("closed_without_moment", REFUSE),
        keep=keep_of(table(data, "foreign_data").get("keep", "all")),
        language=data.get("language", "et"),
        logs_contacts=table(data, "contact").get("log", False),
    )
    check_settings(mapping, wrong)
    if is_whole:
        check_wholeness(mapping, wrong)
    if wrong:
        raise MappingError(wrong)
    return mapping


def table(data: dict, name: str) -> dict:
    found = data.get(name, {})
    return found if isinstance(found, dict) else {}


def keys_of(name: str) -> dict:
    if name in MOMENTS:
        return MOMENT_KEYS
    if name == "status":
        return STATUS_KEYS
    return LOOKUP_KEYS if name in LOOKUPS else TEXT_KEYS


def check_keys(data: dict, keys: dict, place: str, wrong: list[str]) -> None:
    for key, value in data.items():
        if key not in keys:
            near = get_close_matches(key, keys, 1)
            said = _("The mapping does not know “%(key)s”%(place)s.") % {
                "key": key,
                "place": _(" in [%(table)s]") % {"table": place} if place else "",
            }
            wrong.append(f"{said} {_('Was “%(near)s” meant?') % {'near': near[0]}}" if near else said)
        elif not isinstance(value, keys[key]) or (keys[key] is int and isinstance(value, bool)):
            wrong.append(
                _("“%(key)s”%(place)s has a value of the wrong type.")
                % {"key": key, "place": _(" in [%(table)s]") % {"table": place} if place else ""}
            )


def strings(values) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def keep_of(value) -> tuple[str, ...] | None:
    return strings(value) if isinstance(value, list) else None if value == "all" else ()


def layout_of(data: dict, wrong: list[str]) -> Layout:
    delimiter = data.get("delimiter", DETECT)
    encoding = data.get("encoding", DETECT).lower()
    if delimiter not in {*DELIMITERS, DETECT}:
        wrong.append(_("The delimiter is one of: %(known)s.") % {"known": ", ".join((*DELIMITERS, DETECT))})
    if encoding not in {*ENCODINGS, DETECT}:
        wrong.append(_("The encoding is one of: %(known)s.") % {"known": ", ".join((*ENCODINGS, DETECT))})
    header_row = data.get("header_row", 1)
    if not 0 <= header_row <= 100:
        wrong.append(_("The header stands on one of the first 100 rows; 0 means that there is none."))
    return Layout(delimiter, encoding, data.get("sheet", ""), header_row, strings(data.get("columns", ())))


def field_of(data: dict, name: str, wrong: list[str]) -> FieldMap:
    columns = strings(data["columns"]) if "columns" in data else (data["column"],) if "column" in data else ()
    if bool(columns) == bool(data.get("value", "")):
        wrong.append(_("[%(field)s] needs either a column or a value for all rows.") % {"field": name})
    values = data.get("values", {})
    for key, value in values.items():
        if not isinstance(value, str):
            wrong.append(_("In [%(field)s] the value of “%(key)s” must be text.") % {"field": name, "key": key})
    return FieldMap(
        columns=columns,
        time_column=data.get("time_column", "") if columns else "",
        value=data.get("value", ""),
        values={key: value for key, value in values.items() if isinstance(value, str)},
        otherwise=data.get("otherwise", REFUSE),
        when_empty=data.get("when_empty", ""),
        join=data.get("join", " / " if name in LOOKUPS else " · "),
        labelled=data.get("labelled", False),
    )


def check_wholeness(mapping: ImportMapping, wrong: list[str]) -> None:
    for name in ("received", "channel", "kind"):
        if name not in mapping.fields:
            wrong.append(_("The mapping must say where “%(field)s” comes from.") % {"field": FIELD_WORDS[name]})
    if "title" not in mapping.fields and "description" not in mapping.fields:
        wrong.append(_("The mapping must say where the title or the text comes from."))


def check_settings(mapping: ImportMapping, wrong: list[str]) -> None:
    if mapping.time_zone not in available_timezones():
        wrong.append(_("“%(zone)s” is no time zone, as Europe/Tallinn is.") % {"zone": mapping.time_zone})
    if mapping.language not in {"et", "en", "ru"}:
        wrong.append(_("The language is et, en or ru."))
    if mapping.closed_without_moment not in {REFUSE, LEAVE_OPEN}:
        wrong.append(_("closed_without_moment is “refuse” or “leave_open”."))
    from complaints.intake.importing.moments import MomentFormat

    for text in mapping.date_formats:
        try:
            MomentFormat(text)
        except ValueError as error:
            wrong.append(str(error))
    for name in MOMENTS:
        one = mapping.fields.get(name)
        if one is not None and one.value and fixed_moment(one.value, mapping) is None:
            wrong.append(
                _("[%(field)s] has the value “%(value)s”, which is no day or moment by the formats of the mapping.")
                % {"field": name, "value": one.value}
            )


def fixed_moment(text: str, mapping: ImportMapping) -> datetime | None:
    """The moment that holds for all rows, by the formats of the mapping or as 2026-10-01 08:30."""
    from complaints.intake.importing.moments import MomentReader

    try:
        reader = MomentReader((*mapping.date_formats, "%Y-%m-%d %H:%M", "%Y-%m-%d"), mapping.zone)
    except ValueError:
        return None
    return reader.read(text.strip())


# --- Against our lists and the file -------------------------------------------------------------------------------------
def codes_of(name: str) -> dict[str, int | str]:
    """Our codes that a field may be mapped to, with what is stored."""
    if name == "status":
        return {str(status): str(status) for status in STATUSES}
    of = {"channel": reference.channels, "topic": reference.topics, "unit": reference.units, "kind": kinds}[name]()
    return {entry.code: entry.id for entry in of.values()}


def check_codes(mapping: ImportMapping) -> None:
    """Every word of ours in the mapping must be one of our codes."""
    wrong = []
    for name in LOOKUPS:
        one = mapping.fields.get(name)
        if one is None:
            continue
        codes = codes_of(name)
        named = {one.value, one.when_empty, *one.values.values()} - {"", REFUSE}
        named |= {one.otherwise} - {REFUSE}
        if name in MAY_BE_EMPTY:
            named -= {EMPTY}
        for code in sorted(named - set(codes)):
            near = get_close_matches(code, codes, 3)
            wrong.append(
                _("[%(field)s] names “%(code)s”, which is no code of ours. Near it: %(near)s.")
                % {"field": name, "code": code, "near": ", ".join(near or sorted(codes)[:8])}
            )
    if wrong:
        raise MappingError(wrong)


def check_columns(mapping: ImportMapping, columns: list[str]) -> None:
    """Every column that the mapping names must stand in the file."""
    missing = [name for name in mapping.columns_used() if name not in columns]
    if missing:
        raise MappingError(
            [
                _("The file has no column %(missing)s. Its columns: %(columns)s.")
                % {
                    "missing": ", ".join(_("“%(name)s”") % {"name": name} for name in missing),
                    "columns": ", ".join(columns),
                }
            ]
        )


# --- Writing ------------------------------------------------------------------------------------------------------------
def write_mapping(mapping: ImportMapping) -> str:
    """The mapping as TOML that `read_mapping` reads back to the same."""
    lines = [f"source = {quoted(mapping.source)}"]
    if mapping.name:
        lines.append(f"name = {quoted(mapping.name)}")
    if mapping.row_key:
        lines.append(f"row_key = {listed(mapping.row_key)}")
    if mapping.language != "et":
        lines.append(f"language = {quoted(mapping.language)}")
    layout = mapping.layout
    lines += ["", "[file]", f"delimiter = {quoted(layout.delimiter)}", f"encoding = {quoted(layout.encoding)}"]
    lines.append(f"header_row = {layout.header_row}")
    if layout.sheet:
        lines.append(f"sheet = {quoted(layout.sheet)}")
    if layout.columns:
        lines.append(f"columns = {listed(layout.columns)}")
    lines += ["", "[dates]", f"formats = {listed(mapping.date_formats)}", f"time_zone = {quoted(mapping.time_zone)}"]
    lines += ["", "[text]", f"trim = {truth(mapping.trim)}", f"fold_case = {truth(mapping.fold_case)}"]
    if mapping.empty:
        lines.append(f"empty = {listed(mapping.empty)}")
    lines += ["", "[foreign_data]", "keep = " + (quoted("all") if mapping.keep is None else listed(mapping.keep))]
    if mapping.logs_contacts:
        lines += ["", "[contact]", "log = true"]
    for name in FIELDS:
        if name in mapping.fields:
            lines += field_lines(name, mapping.fields[name], mapping)
    return "\n".join(lines) + "\n"


def field_lines(name: str, one: FieldMap, mapping: ImportMapping) -> list[str]:
    lines = ["", f"[{name}]"]
    if one.value:
        lines.append(f"value = {quoted(one.value)}")
    elif len(one.columns) == 1:
        lines.append(f"column = {quoted(one.columns[0])}")
    else:
        lines.append(f"columns = {listed(one.columns)}")
    if one.time_column:
        lines.append(f"time_column = {quoted(one.time_column)}")
    if name in TEXTS:
        if len(one.columns) > 1 and one.join != " · ":
            lines.append(f"join = {quoted(one.join)}")
        if one.labelled:
            lines.append("labelled = true")
    if one.when_empty:
        lines.append(f"when_empty = {quoted(one.when_empty)}")
    if name in LOOKUPS and one.columns:
        lines.append(f"otherwise = {quoted(one.otherwise)}")
        if name == "status" and mapping.closed_without_moment != REFUSE:
            lines.append(f"closed_without_moment = {quoted(mapping.closed_without_moment)}")
        lines += ["", f"[{name}.values]", *(f"{quoted(key)} = {quoted(value)}" for key, value in one.values.items())]
    return lines


def quoted(text: str) -> str:
    # A TOML basic string escapes as JSON does, and the delete sign besides.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def listed(values) -> str:
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def truth(value: bool) -> str:
    return "true" if value else "false"
