"""A LimeSurvey export as a file: opened safely, its tables as rows, its marked-up texts as plain words."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree, html

LARGEST_BYTES = 20_000_000
OUR_LANGUAGES = ("et", "en", "ru")
KINDS = {"Survey": "survey", "Group": "group", "Question": "question"}
LARGEST_GRID = 40  # cells of an array of numbers or texts that become questions of their own

Texts = dict[str, str]
Row = dict[str, str]


class UnreadableQuestionnaire(ValueError):
    """The file is not a LimeSurvey questionnaire; the message is a sentence for the person who brought it."""


@dataclass(frozen=True)
class Loss:
    """Something that did not come along. `place` is the question's or section's code in the file, or its name."""

    place: str
    what: str
    detail: str = ""


@dataclass
class Imported:
    """What was read: our form, and what was lost on the way."""

    kind: str
    form: dict[str, Any]
    losses: list[Loss] = field(default_factory=list)
    questions_read: int = 0
    questions_made: int = 0

    @property
    def questions_left_out(self) -> list[str]:
        return [loss.place for loss in self.losses if loss.what == LEFT_OUT]


LEFT_OUT = "left_out"
# Attributes that only change how a page looks; naming each of them would hide the losses that matter.
LOOKS_ONLY = {
    "alphasort", "answer_width", "array_filter_style", "cssclass", "display_columns", "display_rows", "dropdown_prefix",
    "dropdown_size", "hide_tip", "input_boxes", "input_size", "label_input_columns", "page_break", "placeholder",
    "printable_help", "public_statistics", "scale_export", "slider_layout", "statistics_graphtype",
    "statistics_showgraph", "statistics_showmap", "text_input_columns", "text_input_width", "time_limit_message_style",
    "time_limit_warning_style", "use_dropdown", "question_template", "save_as_default", "clear_default",
    "repeat_headings", "category_separator", "choice_title", "rank_title", "showpopups", "samechoiceheight",
    "samelistheight", "dualscale_headerA", "dualscale_headerB", "numbers_only", "prefix", "image", "form_title",
    "printable_survey", "keep_aspect", "horizontal_scroll", "crop_or_resize",
}  # fmt: skip
USED = {
    "suffix", "maximum_chars", "min_num_value_n", "max_num_value_n", "num_value_int_only", "hidden", "date_min",
    "date_max",
}  # fmt: skip
# What LimeSurvey writes when nobody chose anything; only what differs from it is lost.
DEFAULTS = {
    "allowed_filetypes": "png, gif, doc, odt, jpg, jpeg, pdf",
    "assessment_value": "1",
    "location_mapheight": "300",
    "location_mapwidth": "500",
    "location_mapzoom": "11",
    "max_filesize": "10240",
    "max_num_of_files": "1",
    "other_position": "end",
    "relevance": "1",
    "show_comment": "1",
    "show_title": "1",
    "slider_rating": "0",
    "time_limit_action": "1",
    "time_limit_countdown_message": "",
    "value_range_allows_missing": "1",
}
HARMLESS_VALUES = {"", "0", "N", "default", "none", "1.0"}


def parsed(data: bytes) -> etree._Element:
    if len(data) > LARGEST_BYTES:
        raise UnreadableQuestionnaire(_("The file is larger than 20 MB. A questionnaire is never that large."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableQuestionnaire(
            _("The file cannot be read as XML. Export it from LimeSurvey once more.")
        ) from fault
    if root.getroottree().docinfo.doctype:
        raise UnreadableQuestionnaire(_("The file declares a document type, which a questionnaire never does."))
    return root


def rows_of(document: etree._Element, table: str) -> list[Row]:
    return [
        {cell.tag: cell.text or "" for cell in row if isinstance(cell.tag, str)}
        for row in document.iterfind(f"{table}/rows/row")
    ]


def number_of(text: str) -> float | int | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value == int(value) else value


def plain_text(marked_up: str) -> str:
    """Words without marks; paragraphs stay apart, scripts and pictures go."""
    if "<" not in marked_up and "&" not in marked_up:
        return marked_up.strip()
    try:
        tree = html.fromstring(f"<div>{marked_up}</div>")
    except etree.ParserError:
        return ""
    etree.strip_elements(tree, "script", "style", with_tail=False)
    for mark in tree.iter("br", "p", "div", "li", "tr"):
        mark.tail = "\n" + (mark.tail or "")
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in tree.text_content().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
