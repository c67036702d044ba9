"""What an issue of a report is made of: figures, and pages of blocks in both languages. Pure.

A page, a PDF, a workbook, a mail and a file of data are all made of this one content and of nothing else, so that a figure
reads alike in each. Frozen as JSON with sorted keys; its SHA-256 is the seal of the issue, and what was read back is
byte for byte what was written.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the report that opens its evidence. `measurements`: those it rests on, by key; `text`: as it is spoken, by language.

    `rows`: how many rows it counted. `is_hidden`: too few to show; then neither value nor parts are kept.
    """

    id: str
    value: float | None
    text: dict[str, str]
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None
    rows: int = 0
    rows_hash: str = ""
    measurements: tuple[int, ...] = ()
    status: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `figure`: the figure it shows. `mark`: p provisional, r restated. `tone` and `icon` beside the word."""

    text: str
    value: float | None = None
    figure: str = ""
    tone: str = ""
    icon: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    is_lead: bool = False
    figures: tuple[str, ...] = ()
    block: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]
    block: str = "items"


@dataclass(frozen=True, slots=True)
class Heading:
    """Within a section: the second level under its title."""

    text: str
    block: str = "heading"


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of each row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    block: str = "table"


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars of a chart, as long as its categories."""

    name: str
    values: tuple[float | None, ...]
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its sentence, which is its alternative text, and its numbers: a workbook draws them anew."""

    title: str
    sentence: str
    svg: str
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    block: str = "chart"


@dataclass(frozen=True, slots=True)
class Comment:
    """What people say of a figure: what, why, what is done, who and by when."""

    about: str
    what: str
    why: str
    action: str
    owner: str
    due: str
    author: str
    is_missing: bool = False
    block: str = "comment"


@dataclass(frozen=True, slots=True)
class Quote:
    """A client's words, without anything that tells whose they are."""

    text: str
    source: str
    block: str = "quote"


Block = Paragraph | Items | Heading | Table | Chart | Comment | Quote
BLOCKS: dict[str, type] = {
    "paragraph": Paragraph, "items": Items, "heading": Heading, "table": Table, "chart": Chart, "comment": Comment, "quote": Quote,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The report in one language."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]

    def blocks(self, kind: type | None = None) -> Iterator[Any]:
        for section in self.sections:
            yield from (one for one in section.blocks if kind is None or isinstance(one, kind))


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that an issue says. `period`: month, quarter or year; `unit`: code of a unit, empty for the bureau."""

    number: str
    issue: int
    period: str
    first_day: str
    last_day: str
    cut_off: str
    code_version: str
    unit: str
    figures: dict[str, Figure]
    editions: dict[str, Edition]
    definitions: tuple[dict[str, Any], ...] = ()
    restatements: tuple[dict[str, Any], ...] = ()
    checks: tuple[dict[str, Any], ...] = ()
    corrects: str = ""
    schema: int = field(default=SCHEMA)

    def edition(self, language: str) -> Edition:
        return self.editions.get(language) or self.editions["et"]


def frozen(content: Content) -> str:
    """Canonical JSON: the same content gives the same bytes, whenever and wherever it is written."""
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def seal(text: str) -> str:
    """SHA-256 of the frozen bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def thawed(text: str) -> Content:
    """What was frozen. Unknown fields of a later schema are refused rather than dropped in silence."""
    told = json.loads(text)
    if told.get("schema") != SCHEMA:
        raise ValueError(f"A report of schema {told.get('schema')} cannot be read by this release.")
    told["figures"] = {key: Figure(**tupled(Figure, one)) for key, one in told["figures"].items()}
    told["editions"] = {
        language: Edition(
            one["language"],
            one["title"],
            one["subtitle"],
            tuple(
                Section(section["code"], section["title"], tuple(block_of(block) for block in section["blocks"]))
                for section in one["sections"]
            ),
        )
        for language, one in told["editions"].items()
    }
    return Content(**tupled(Content, told))


def block_of(told: dict[str, Any]) -> Block:
    kind = BLOCKS[told["block"]]
    if kind is Table:
        told = told | {
            "columns": tuple(Column(**column) for column in told["columns"]),
            "rows": tuple(tuple(Cell(**cell) for cell in row) for row in told["rows"]),
        }
    if kind is Chart:
        told = told | {"series": tuple(Series(**tupled(Series, one)) for one in told["series"])}
    return kind(**tupled(kind, told))


def tupled(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    """Lists of JSON as the tuples they were."""
    names = {one.name for one in fields(kind)}
    if unknown := told.keys() - names:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def figures_shown(edition: Edition) -> dict[str, str]:
    """Text of every figure in tables, by figure: what all forms must agree on."""
    return {
        cell.figure: cell.text for table in edition.blocks(Table) for row in table.rows for cell in row if cell.figure
    }


def asked_in(edition: Edition) -> tuple[str, ...]:
    """The decisions asked. As the Estonian edition words them they are the keys of decisions."""
    for section in edition.sections:
        if section.code == "summary":
            for before, block in zip(section.blocks, section.blocks[1:], strict=False):
                if isinstance(before, Heading) and isinstance(block, Items):
                    return block.items
    return ()


def asked_shown(content: Content, edition: Edition) -> list[tuple[str, str]]:
    """Each decision asked: its key, and as the edition words it."""
    return list(zip(asked_in(content.edition("et")), asked_in(edition), strict=True))


def only_estonian(content: Content, edition: Edition) -> frozenset[str]:
    """What people wrote in Estonian alone, decisions asked and comments: a screen reader has to speak it as Estonian."""
    if edition.language == "et":
        return frozenset()
    asked = {key for key, shown in asked_shown(content, edition) if key == shown}
    comments = {text for one in edition.blocks(Comment) for text in (one.what, one.why, one.action) if text}
    written = {text for one in content.edition("et").blocks(Comment) for text in (one.what, one.why, one.action)}
    return frozenset(asked | (comments & written))


def by_id(found: Iterable[Figure]) -> dict[str, Figure]:
    return {one.id: one for one in found}
