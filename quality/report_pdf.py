"""An issue as a paper: PDF/UA-1 by Typst, which refuses to compile what is not accessible.

The content reaches Typst as JSON and stays text. The same content gives the same bytes: the moment in the file is that of the cut-off.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from fontTools.ttLib import TTFont

from quality.report_content import Chart, Comment, Content, only_estonian, seal
from quality.report_content import frozen as frozen_text

TEMPLATE = "reports/monthly.typ"
FONTS = Path(settings.BASE_DIR) / "bureau" / "fonts"
# What a text must not hold in any file: signs that no font draws and some readers stumble over.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Stands for a sign that the fonts do not have: PDF/UA wants every sign drawn.
NOT_DRAWN = "\N{REPLACEMENT CHARACTER}"
# What Typst draws with the fonts that it brings along.
DRAWN_BY_TYPST = frozenset(map(ord, "→←↑↓\N{NON-BREAKING HYPHEN}≤≥"))


class ReportNotAccessible(RuntimeError):
    """Typst refused: something in the report could not be read by everybody. The words are Typst's."""


def pdf(content: Content, language: str) -> bytes:
    """PDF/UA-1 in this language."""
    said = told(content, language)
    moment = datetime.fromisoformat(content.cut_off)
    try:
        return compiled(cleaned(said, readable), moment)
    except ReportNotAccessible:
        # Most often a sign that no font has; if it is anything else, it is refused again.
        return compiled(cleaned(said, drawn), moment)


def compiled(said: dict[str, Any], moment: datetime) -> bytes:
    import typst

    try:
        made = typst.compile(
            str(Path(settings.BASE_DIR) / "templates" / TEMPLATE), format="pdf", font_paths=[str(FONTS)], ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(said, ensure_ascii=False)}, pdf_standards=["ua-1"], timestamp=int(moment.timestamp()),
        )  # fmt: skip
    except Exception as error:
        raise ReportNotAccessible(str(error)) from error
    assert isinstance(made, bytes)  # noqa: S101 - one file is bytes; several would be a list
    return made


def told(content: Content, language: str) -> dict[str, Any]:
    """What the paper says, with the words of its frame."""
    edition = content.edition(language)
    moment, estonian = datetime.fromisoformat(content.cut_off), only_estonian(content, edition)
    with translation.override(language):
        number = f"{content.number}/{content.issue}" if content.issue else _("draft")
        return {
            "language": edition.language, "title": edition.title, "subtitle": edition.subtitle, "author": settings.AGENCY_NAME,
            "moment": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
            "footer": _("%(number)s · figures as of %(moment)s · seal %(seal)s") % {
                "number": number, "moment": f"{moment:%d.%m.%Y %H.%M}", "seal": seal(frozen_text(content))[:12],
            },
            "words": {
                "page": pgettext("of a paper", "Page"), "missing": _("A comment is missing."), "estonian": _("in Estonian"), "what": _("What is seen:"), "why": _("Why:"),
                "action": _("What is done:"), "who": _("Who:"),
            },
            "sections": [
                {"title": section.title, "blocks": [block_of(block, estonian) for block in section.blocks]} for section in edition.sections
            ],
        }  # fmt: skip


def block_of(block: Any, estonian: frozenset[str]) -> dict[str, Any]:
    said = asdict(block)
    if isinstance(block, Comment):
        said["is_estonian"] = block.what in estonian
    if isinstance(block, Chart):
        del said["series"], said["categories"]
    return said


def readable(text: str) -> str:
    """Without signs that no file may hold."""
    return CONTROLS.sub("", text)


def drawn(text: str) -> str:
    """What the fonts of the paper can draw; an emoji, or a letter of a script that they lack, becomes one sign that says so."""
    return "".join(one if ord(one) in signs() or one in " \n\t" else NOT_DRAWN for one in readable(text))


@cache
def signs() -> frozenset[int]:
    """Code points that every font of the paper draws."""
    fonts = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset(set.intersection(*fonts)) | DRAWN_BY_TYPST


def cleaned(said: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(said, str):
        return clean(said)
    if isinstance(said, dict):
        return {name: cleaned(value, clean) for name, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [cleaned(value, clean) for value in said]
    return said
