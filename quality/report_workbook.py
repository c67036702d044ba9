"""An issue as a workbook: its tables, charts that the reader may change, and every figure as a number.

Nothing in it is a formula: what came from people is text, whatever it looks like. Written by openpyxl, whose charts are the program's
own.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from io import BytesIO
from textwrap import wrap as lines_within
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Alignment, Border, PatternFill, Side
from openpyxl.styles import Font as AnyFont
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from bureau.spreadsheets import written
from bureau.templatetags.formats import is_english
from quality.models import Measurement
from quality.report_content import (
    Cell,
    Chart,
    Comment,
    Content,
    Heading,
    Items,
    Paragraph,
    Quote,
    Section,
    Table,
    only_estonian,
)
from quality.report_pdf import readable

Font = partial(AnyFont, name="Calibri")
HEAD_FILL = PatternFill("solid", fgColor="E7F0F6")
LINE = Border(bottom=Side("thin", color="D2D3D8"))
TONES = {"good": "266B42", "bad": "AC3232", "warning": "994D00", "info": "005AA3"}
NARROWEST, WIDEST = 12, 60
# A number as it is spoken in the language of the edition, and its unit after it.
SPOKEN_NUMBER = {
    "et": re.compile(r"[+−-]?\d[\d\s]*(?:,(?P<decimals>\d{1,4}))?(?P<unit>[^\d\"]*)"),
    "en": re.compile(r"[+−-]?\d{1,3}(?:,\d{3})*(?:\.(?P<decimals>\d{1,4}))?(?P<unit>[^\d\"]*)"),
}
CHART_ROWS = 18
LONGEST_TITLE = 31
LINE_HEIGHT = 1.37
# What a sheet's name may not hold.
NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(content: Content, language: str) -> bytes:
    edition = content.edition(language)
    estonian = only_estonian(content, edition)
    book = Workbook()
    moment = datetime.fromisoformat(content.cut_off).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    book.properties.title, book.properties.creator = readable(edition.title), readable(edition.subtitle)
    book.properties.language = language
    book.remove(book.active)
    with translation.override(language):
        for section in edition.sections:
            write_section(
                add_sheet(book, section.title),
                section,
                title=edition.title if section.code == "summary" else "",
                estonian=estonian,
            )
        write_charts(book, edition.blocks(Chart))
        write_figures(add_sheet(book, _("Figures")), content, language)
        write_definitions(add_sheet(book, _("Definitions")), content, language)
        write_restatements(add_sheet(book, _("Restatements")), content, language)
    return written_at(book, moment)


def written_at(book: Workbook, moment: datetime) -> bytes:
    """The file as if saved at `moment`: the same workbook gives the same bytes whenever it is written.

    `Workbook.save` would put the time of writing in, in the properties and at each part of the archive.
    """
    written_now, settled = BytesIO(), BytesIO()
    with ZipFile(written_now, "w") as archive:
        ExcelWriter(book, archive).write_data()
    with ZipFile(written_now) as parts, ZipFile(settled, "w", ZIP_DEFLATED) as archive:
        for part in parts.infolist():
            archive.writestr(ZipInfo(part.filename, moment.timetuple()[:6]), parts.read(part), ZIP_DEFLATED)
    return settled.getvalue()


def add_sheet(book: Workbook, title: str) -> Worksheet:
    sheet = book.create_sheet(readable(title).translate(NOT_IN_TITLES)[:LONGEST_TITLE])
    sheet.sheet_view.showGridLines = False
    # On paper a sheet is as wide as the page, lying, and says what it is of.
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"
    return sheet


def put(sheet: Worksheet, row: int, column: int, value: Any, *, font: AnyFont | None = None, number_format: str = "", wrap: bool = True) -> Any:  # fmt: skip
    """A value as it is: numbers as numbers, words as words and never as a formula."""
    cell = sheet.cell(row, column)
    cell.value = value if isinstance(value, (int, float)) or value is None else written(readable(str(value)))
    if isinstance(cell.value, str):
        cell.data_type = "s"
    cell.font = font or Font()
    if number_format:
        cell.number_format = number_format
    cell.alignment = Alignment(vertical="top", wrap_text=wrap and isinstance(value, str))
    return cell


def head(sheet: Worksheet, row: int, labels: Iterable[str]) -> None:
    for column, label in enumerate(labels, start=1):
        cell = put(sheet, row, column, label, font=Font(bold=True))
        cell.fill, cell.border = HEAD_FILL, LINE


def fit(sheet: Worksheet, most: int = WIDEST) -> None:
    widths: dict[int, int] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                widths[cell.column] = max(widths.get(cell.column, 0), min(most, len(str(cell.value)) + 2))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = max(NARROWEST, width)
    # Not every program makes a row as high as its wrapped words by itself.
    for row in sheet.iter_rows():
        lines = max(lines_of(cell, max(NARROWEST, widths.get(cell.column, 0))) for cell in row)
        size = max(float(cell.font.sz or 11) for cell in row)
        sheet.row_dimensions[row[0].row].height = lines * size * LINE_HEIGHT


def lines_of(cell: Any, width: int) -> int:
    """Lines that the words of a cell take in a column of so many characters; a word is never broken."""
    if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
        return 1
    return sum(len(lines_within(part, max(1, width - 2))) or 1 for part in cell.value.splitlines()) or 1


def write_section(sheet: Worksheet, section: Section, *, title: str, estonian: frozenset[str]) -> None:
    row = 1
    if title:
        put(sheet, row, 1, title, font=Font(bold=True, size=16))
        row += 2
    put(sheet, row, 1, section.title, font=Font(bold=True, size=13))
    row += 1
    for block in section.blocks:
        row = write_block(sheet, row + 1, block, estonian)
    fit(sheet)


def write_block(sheet: Worksheet, row: int, block: Any, estonian: frozenset[str]) -> int:
    """The row after it."""
    match block:
        case Paragraph():
            put(sheet, row, 1, block.text)
        case Items():
            for item in block.items:
                put(sheet, row, 1, item)
                row += 1
        case Heading():
            put(sheet, row, 1, block.text, font=Font(bold=True))
        case Quote():
            put(sheet, row, 1, block.text, font=Font(italic=True))
            put(sheet, row, 2, block.source)
        case Comment():
            told = [_("A comment is missing.")] if block.is_missing else [
                f"{_('What is seen:')} {block.what}", f"{_('Why:')} {block.why}", f"{_('What is done:')} {block.action}",
                *([f"{_('Who:')} {block.owner} {block.due}"] if block.owner else []), block.author + (f" · {_('in Estonian')}" if block.what in estonian else ""),
            ]  # fmt: skip
            for words in told:
                put(sheet, row, 1, words)
                row += 1
        case Chart():
            put(sheet, row, 1, block.sentence)
        case Table():
            put(sheet, row, 1, block.caption, font=Font(bold=True))
            row += 1
            head(sheet, row, [column.label for column in block.columns])
            for cells in block.rows:
                row += 1
                for column, cell in enumerate(cells, start=1):
                    value, number_format = as_number(cell)
                    put(
                        sheet,
                        row,
                        column,
                        value,
                        font=Font(color=TONES[cell.tone]) if cell.tone in TONES else None,
                        number_format=number_format,
                    ).border = LINE
            for note in block.notes:
                row += 1
                put(sheet, row, 1, note, font=Font(italic=True, color="5D6071"))
    return row + 1


def as_number(cell: Cell) -> tuple[float | str, str]:
    """The number of a cell, shown with the decimals, unit and mark of its words; the words where it has no number.

    The program writes decimal and thousands signs by its own language.
    """
    text = f"{cell.text} {cell.mark}".strip()
    found = SPOKEN_NUMBER["en" if is_english() else "et"].fullmatch(cell.text)
    if cell.value is None or found is None:
        return text, ""
    decimals = len(found["decimals"] or "")
    shown = "#,##0" + ("." + "0" * decimals if decimals else "")
    mark = f'" {cell.mark}"' if cell.mark else ""
    if (unit := found["unit"].strip()) == "%":
        return cell.value / 100, f"{shown}%{mark}"
    return cell.value, shown + (f'" {unit}"' if unit else "") + mark


def write_charts(book: Workbook, found: Iterable[Chart]) -> None:
    """Numbers of each chart, and a chart of them beside."""
    charts = list(found)
    if not charts:
        return
    sheet, row = add_sheet(book, _("Charts")), 1
    for chart in charts:
        put(sheet, row, 1, chart.title, font=Font(bold=True, size=13), wrap=False)
        put(sheet, row + 1, 1, chart.sentence, wrap=False)
        top = row + 2
        head(sheet, top, [_("Month"), *(one.name for one in chart.series)])
        for number, label in enumerate(chart.categories, start=1):
            put(sheet, top + number, 1, label)
            for column, one in enumerate(chart.series, start=2):
                put(sheet, top + number, column, one.values[number - 1], number_format="0.0")
        sheet.add_chart(line_chart(sheet, chart, top), f"{get_column_letter(len(chart.series) + 3)}{top}")
        row = top + max(len(chart.categories), CHART_ROWS) + 3
    for column in range(1, max(len(chart.series) for chart in charts) + 2):
        sheet.column_dimensions[get_column_letter(column)].width = NARROWEST


def line_chart(sheet: Worksheet, chart: Chart, top: int) -> LineChart:
    drawn = LineChart()
    drawn.title, drawn.height, drawn.width = readable(chart.title), 8.5, 18
    drawn.y_axis.title = chart.unit or None
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.legend.position = "b"
    last = top + len(chart.categories)
    drawn.add_data(
        Reference(sheet, min_col=2, max_col=len(chart.series) + 1, min_row=top, max_row=last), titles_from_data=True
    )
    drawn.set_categories(Reference(sheet, min_col=1, min_row=top + 1, max_row=last))
    for one, line in zip(chart.series, drawn.series, strict=True):
        line.smooth = False
        line.graphicalProperties.line.width = 22000 if not one.is_dashed else 12000
        if one.is_dashed:
            line.graphicalProperties.line.dashStyle = "dash"
            line.graphicalProperties.line.solidFill = "838494"
    drawn.series[0].graphicalProperties.line.solidFill = "005AA3"
    return drawn


def write_figures(sheet: Worksheet, content: Content, language: str) -> None:
    """Every figure of the issue, those that stand in no table too. A hidden one has no number."""
    names = {
        cell.figure: f"{cells[0].text} · {column.label}"
        for table in content.edition(language).blocks(Table) for cells in table.rows for cell, column in zip(cells, table.columns, strict=True)
        if cell.figure
    }  # fmt: skip
    head(sheet, 1, [_("Figure"), _("As told"), _("Value"), _("Numerator"), _("Denominator"), _("Lower"), _("Upper"), _("Rows"), _("State"), _("Seal of the rows")])  # fmt: skip
    for row, figure in enumerate(sorted(content.figures.values(), key=lambda one: one.id), start=2):
        put(sheet, row, 1, names.get(figure.id, figure.id))
        put(sheet, row, 2, figure.text.get(language, ""))
        if not figure.is_hidden:
            for column, value in enumerate(
                (figure.value, figure.numerator, figure.denominator, figure.lower, figure.upper), start=3
            ):
                put(
                    sheet,
                    row,
                    column,
                    value,
                    number_format="General" if value == int(value or 0) else "0.000" if value is not None else "",
                )
            put(sheet, row, 8, figure.rows)
        put(
            sheet,
            row,
            9,
            _("hidden: too few") if figure.is_hidden else dict(Measurement.Status.choices).get(figure.status, ""),
        )
        put(sheet, row, 10, figure.rows_hash[:16])
    sheet.freeze_panes, sheet.print_title_rows = "B2", "1:1"
    fit(sheet, 40)


def write_definitions(sheet: Worksheet, content: Content, language: str) -> None:
    head(sheet, 1, [_("Indicator"), _("Code"), _("Version"), _("Numerator"), _("Denominator"), _("What is left out"), _("Known limits of the data"), _("Source")])  # fmt: skip
    for row, one in enumerate(content.definitions, start=2):
        names = ("name", "", "", "numerator", "denominator", "exclusions", "quality_note", "source")
        for column, name in enumerate(names, start=1):
            value = {2: one.get("code"), 3: one.get("version")}.get(column, one.get(f"{name}_{language}", ""))
            put(sheet, row, column, value)
    sheet.freeze_panes, sheet.print_title_rows = "B2", "1:1"
    fit(sheet, 44)


def write_restatements(sheet: Worksheet, content: Content, language: str) -> None:
    indicators = {one.get("code"): one.get(f"name_{language}") for one in content.definitions}
    head(sheet, 1, [_("Indicator"), _("Month"), _("Before"), _("Now"), _("Reason"), _("Approved by")])
    for row, one in enumerate(content.restatements, start=2):
        for column, name in enumerate(("indicator", "first_day", "old", "new", "reason", "approved_by"), start=1):
            put(
                sheet,
                row,
                column,
                indicators.get(one.get(name), one.get(name)) if name == "indicator" else one.get(name),
            )
    if not content.restatements:
        put(sheet, 2, 1, _("Nothing was restated."))
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    fit(sheet, 44)
