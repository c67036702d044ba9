"""The columns of every list for docs/user/, written from the code that reads them."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from bureau.list_files import registry
from bureau.models import User

BEGIN, END = "<!-- columns -->", "<!-- end of columns -->"


def as_markdown(language: str, today: date) -> str:
    """A table of each list in the language of the page."""
    with override(language):
        return "\n\n".join(
            part for _code, one in sorted(registry.known().items()) for part in part_of(one, today)
        )  # fmt: skip


def part_of(one: registry.ListFile, today: date) -> list[str]:
    columns = one.resource(user=User(), today=today).columns.values()
    lines = [f"| {_('Heading')} | {_('Holds')} | {_('What it says')} |", "| --- | --- | --- |"]
    for column in columns:
        says = _("For reading; changes nothing.") if column.is_for_reading else str(column.help)
        needed = f" ({_('needed')})" if column.is_needed else ""
        lines.append(f"| {column.heading}{needed} | {column.cell.holds} | {says.replace('|', '/') or '–'} |")
    said = " ".join(str(words) for words in (one.known_by, one.left_by_hand) if words)
    return [f"### {one.title}", said, "\n".join(lines)]


def part_in(text: str) -> str:
    """What stands between the marks of a page."""
    return text.split(BEGIN)[1].split(END)[0].strip()
