"""What a file says of itself: which column is probably which field, which date format, which word of ours.

Suggestions only fill the form that a person reads and changes; nothing is imported by them unseen.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from bureau import reference
from bureau.foreign_records import Cell, text_of
from bureau.foreign_tables import ForeignTable
from complaints.intake.importing.mapping import LOOKUPS, MOMENTS, STATUSES, FieldMap, ImportMapping
from complaints.intake.importing.moments import fitting_formats
from complaints.models import Status
from complaints.reference import kinds

ROWS_SAMPLED = 200
ROWS_LOOKED_THROUGH = 200_000
WORDS_SHOWN = 300

# Words that headers use, Estonian and English, the surest first.
HEADERS: dict[str, tuple[str, ...]] = {
    "received": (
        "saabus",
        "saabunud",
        "saabumise",
        "saadud",
        "received",
        "created",
        "opened",
        "date",
        "kuupäev",
        "aeg",
    ),
    "registered": ("registreer", "registered"),
    "answered": ("vastatud", "vastamise", "answered", "replied", "responded"),
    "closed": ("suletud", "sulgemise", "lõpetatud", "closed", "resolved", "completed"),
    "channel": ("kanal", "channel", "source", "submitted via", "saabumisviis"),
    "kind": ("liik", "kind", "dokumendi liik"),
    "topic": ("teema", "topic", "category", "subject area", "complaint type", "valdkond", "product"),
    "unit": ("üksus", "osakond", "unit", "department", "agency", "büroo"),
    "status": ("olek", "staatus", "status", "seisund"),
    "title": ("pealkiri", "teema pealkiri", "title", "subject", "summary", "descriptor"),
    "description": ("kirjeldus", "sisu", "tekst", "description", "text", "narrative", "body", "märkus"),
    "reference": ("viit", "reference", "number", "key", "id"),
    "party_name": ("nimi", "pöörduja", "saatja", "name", "sender", "requester"),
    "party_phone": ("telefon", "phone", "tel"),
    "party_email": ("e-post", "epost", "meil", "e-mail", "email"),
    "party_registry_code": ("registrikood", "registry code"),
}
STATUS_WORDS = {
    Status.REGISTERED: {"uus", "registreeritud", "new", "registered", "received"},
    Status.IN_PROGRESS: {"töös", "menetluses", "avatud", "in progress", "open", "assigned", "pending"},
    Status.WAITING: {"ootel", "waiting", "on hold"},
    Status.ANSWERED: {"vastatud", "answered", "replied"},
    Status.CLOSED: {"suletud", "lõpetatud", "closed", "resolved", "done", "completed"},
}


@dataclass
class Column:
    """A column of the file with some of what stands in it."""

    name: str
    header: str
    samples: list[str] = field(default_factory=list)


def first_rows(table: ForeignTable, count: int = ROWS_SAMPLED) -> list[tuple[int, list[Cell]]]:
    return list(islice(table.rows(), count))


def columns_of(table: ForeignTable, rows: list[tuple[int, list[Cell]]]) -> list[Column]:
    columns = []
    for place, name in enumerate(table.columns):
        texts = (text_of(row[place]).strip() for _number, row in rows if place < len(row))
        header = table.header[place] if place < len(table.header) else ""
        columns.append(Column(name, header, list(dict.fromkeys(filter(None, texts)))[:30]))
    return columns


def suggested(columns: list[Column], *, source: str) -> ImportMapping:
    """A mapping by the words of the header; each column is used once."""
    fields: dict[str, FieldMap] = {}
    taken: set[str] = set()
    for name, wanted in HEADERS.items():
        found = best_column(columns, wanted, taken)
        if found is not None:
            fields[name] = FieldMap(columns=(found.name,), join=" / " if name in LOOKUPS else " · ")
            taken.add(found.name)
    # A column called "date" is no date if nothing in it reads as one.
    formats: list[str] = []
    for name in MOMENTS:
        if name in fields:
            samples = next(column.samples for column in columns if column.name == fields[name].columns[0])
            fits = fitting_formats(samples)
            if not fits and samples and not all(sample[:4].isdigit() and "-" in sample for sample in samples):
                del fields[name]
            formats += fits[:1]
    return ImportMapping(source=source, fields=fields, date_formats=tuple(dict.fromkeys(formats)))


def best_column(columns: list[Column], wanted: Iterable[str], taken: set[str]) -> Column | None:
    free = [column for column in columns if column.name not in taken and column.samples]
    for word in wanted:
        for column in free:
            header = column.header.casefold().replace("_", " ").strip()
            if header == word or (len(word) > 3 and header.startswith(word)):
                return column
    for word in wanted:
        for column in free:
            if len(word) > 3 and word in column.header.casefold().replace("_", " "):
                return column
    return None


@dataclass
class Words:
    """The distinct words of the columns behind one field of ours, the most frequent first."""

    counts: list[tuple[str, int]]
    distinct: int
    rows: int
    is_partial: bool = False


def foreign_words(table: ForeignTable, mapping: ImportMapping) -> dict[str, Words]:
    """Words of every field that is looked up in our lists, counted through the file."""
    place = {name: number for number, name in enumerate(table.columns)}
    wanted = {
        name: ([place[column] for column in one.columns if column in place], one.join)
        for name, one in mapping.fields.items()
        if name in LOOKUPS and one.columns
    }
    # Cells are counted as they stand and read as words afterwards: few of them differ.
    as_stand: dict[str, Counter[tuple[Cell, ...]]] = {name: Counter() for name in wanted}
    partial = False
    counted = {name: table.words_counted(places[0]) for name, (places, _join) in wanted.items() if len(places) == 1}
    for name, counts in counted.items():
        if counts is not None:
            as_stand[name].update({(word,): count for word, count in counts.items()})
    uncounted = {name: one for name, one in wanted.items() if counted.get(name) is None}
    for looked, (_number, row) in enumerate(islice(table.rows(), ROWS_LOOKED_THROUGH) if uncounted else (), 1):
        partial = looked == ROWS_LOOKED_THROUGH
        for name, (places, _join) in uncounted.items():
            as_stand[name][tuple([row[one] for one in places if one < len(row)])] += 1
    counters: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    for name, (_places, join) in wanted.items():
        for found_cells, count in as_stand[name].items():
            cells = [" ".join(text_of(cell).split()) for cell in found_cells]
            counters[name][join.join(cells) if any(cells) else ""] += count
    found = {}
    for name, counter in counters.items():
        # Words that differ by case alone are one word.
        folded: dict[str, list] = {}
        for word, count in counter.most_common():
            folded.setdefault(word.casefold(), [word, 0])[1] += count
        ordered = sorted(folded.values(), key=lambda pair: -pair[1])
        shown = [(word, count) for word, count in ordered[:WORDS_SHOWN]]
        found[name] = Words(shown, len(ordered), counter.total(), partial and name in uncounted)
    return found


def our_word(name: str, foreign: str) -> str:
    """Our code of the same name, if there is one."""
    word = foreign.casefold().strip()
    if name == "status":
        return next((str(status) for status in STATUSES if word in STATUS_WORDS[status]), "")
    of = {"channel": reference.channels, "topic": reference.topics, "unit": reference.units, "kind": kinds}[name]()
    for entry in of.values():
        if word in {entry.code.casefold(), entry.name_et.casefold(), entry.name_en.casefold()}:
            return entry.code
    return ""
