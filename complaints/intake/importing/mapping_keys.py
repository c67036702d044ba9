"""Every key of a mapping of requests, for docs/examples/maps/README.md; a test holds the page to it."""

from bureau.foreign_tables import DELIMITERS, DETECT, ENCODINGS
from bureau.mapping_keys import Key
from complaints.intake.importing.mapping import LOOKUPS, MOMENTS, STATUSES, TEXTS


def either(words) -> str:
    return ", ".join(f"`{word}`" for word in words)


OF_MOMENTS = (
    ("column", "text", "column of the moment"),
    ("columns", "list", "columns of which the first that is not empty counts"),
    ("time_column", "text", "column of the time of day, where `column` holds the day alone"),
    ("value", "text", "one day or moment for all rows, by the formats of the mapping or as 2026-10-01 08:30"),
)
OF_LOOKUPS = (
    ("column", "text", "column of the foreign word"),
    (
        "columns",
        "list",
        "columns whose words are joined by ` / `; `group / *` in the values stands for all of a group",
    ),
    ("value", "code", "one code of ours for all rows"),
    ("values", "table", "foreign word = code of ours (`empty` for a topic or unit: none)"),
    ("otherwise", "code", "what any other word means; `refuse` (the default) refuses the row"),
    ("when_empty", "code", "what an empty cell means"),
)
OF_TEXTS = (
    ("column", "text", "column of the text"),
    ("columns", "list", "columns that are joined"),
    ("value", "text", "one text for all rows"),
    ("join", "text", "what stands between joined cells (` · ` when not given)"),
    ("labelled", "truth", "each joined cell begins with the name of its column"),
    ("when_empty", "text", "what stands where the cell is empty"),
)


def of_fields(names, keys) -> list[Key]:
    return [Key(f"{'|'.join(names)}.{key}", holds, meaning) for key, holds, meaning in keys]


KEYS = (
    Key("source", "text", "names where the rows come from; needed"),
    Key("name", "text", "the name under which the mapping is kept"),
    Key("row_key", "list", "columns that tell one row from another; without it the whole row does"),
    Key("language", "`et`, `en`, `ru`", "language of the requests"),
    Key("file.delimiter", either((*DELIMITERS, DETECT)), "what parts the cells of a CSV"),
    Key("file.encoding", either((*ENCODINGS, DETECT)), "encoding of a CSV"),
    Key("file.sheet", "text", "sheet of a workbook; the first that is shown when not given"),
    Key("file.header_row", "number", "row of the headings, 1 to 100; 0 when there is none"),
    Key("file.columns", "list", "names of the columns by position, whatever the header says"),
    Key("dates.formats", "list", "how moments are written, in the order in which they are tried (`%d.%m.%Y %H:%M`)"),
    Key("dates.time_zone", "text", "time zone of moments that name none"),
    Key("text.trim", "truth", "blanks around cells are nothing"),
    Key("text.fold_case", "truth", "words are compared without regard to capitals"),
    Key("text.empty", "list", "words that mean an empty cell (`NA`, `–`)"),
    Key("foreign_data.keep", "`all` or a list", "columns kept beside the case as they came"),
    Key("contact.log", "truth", "each row was a contact too"),
    *of_fields(MOMENTS, OF_MOMENTS),
    *of_fields(LOOKUPS, OF_LOOKUPS),
    Key(
        "status.closed_without_moment",
        "`refuse`, `leave_open`",
        f"what becomes of a closed row that says not when; statuses are {either(STATUSES)}",
    ),
    *of_fields(TEXTS, OF_TEXTS),
)
