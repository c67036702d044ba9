"""Blocks of a report on a page: cells beside their columns, addresses of figures, numbers of charts."""

from collections.abc import Collection, Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bureau.templatetags.formats import number
from quality.report_content import Block, Cell, Chart, Column, Comment, Heading, Section, Table

register = template.Library()

FIGURE, ABOUT = "FIGURE", "ABOUT"
MATRIX_COLUMNS = 8


@register.filter
def with_columns(row: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[Cell, Column]]:
    return list(zip(row, columns, strict=True))


@register.filter
def parts(section: Section) -> list[tuple[str, list[Block]]]:
    """What is folded together on a phone, by its name; the summary and the table of indicators never are."""
    if section.code == "summary":
        return [("", list(section.blocks))]
    if section.code != "indicators":
        return [(section.title, list(section.blocks))]
    found: list[tuple[str, list[Block]]] = [("", [])]
    for block in section.blocks:
        if isinstance(block, Heading):
            found.append((block.text, []))
        else:
            found[-1][1].append(block)
    return found


@register.filter
def judges(block: Table) -> bool:
    """A table of indicators whose third cell is a judgement: a phone shows each in three lines."""
    return len(block.columns) == MATRIX_COLUMNS and any(row[2].icon for row in block.rows)


@register.filter
def for_figure(pattern: str, figure: str) -> str:
    return pattern.replace(FIGURE, figure)


@register.filter
def for_about(pattern: str, about: str) -> str:
    return pattern.replace(ABOUT, about)


@register.simple_tag
def own_comment(block: Comment | None, comment_url: str, own: Collection[str]) -> bool:
    """Whether a comment on a draft is the writer's own, or is missing and theirs to write: those of units follow it and are theirs."""
    return bool(block and comment_url and (block.is_missing or block.about in own))


@register.filter
def named(about: str, names: dict[str, str]) -> str:
    """The name of what a comment is about: a code is not for reading aloud."""
    return names.get(about, "") if names else ""


@register.filter
def drawing(svg: str) -> SafeString:
    """Drawn and cleaned by bureau/charts.py before it was frozen; an issue is sealed, so nothing else can stand here."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def chart_columns(chart: Chart) -> list[str]:
    return [_("Month"), *(one.name for one in chart.series)]


@register.filter
def chart_rows(chart: Chart) -> list[list[str]]:
    rows = zip(chart.categories, *(one.values for one in chart.series), strict=True)
    return [[label, *(number(value, 1) if value is not None else "–" for value in values)] for label, *values in rows]
