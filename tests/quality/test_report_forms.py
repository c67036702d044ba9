"""The forms of one issue say the same, are accessible, and nothing that people wrote becomes more than text in them."""

import io
import re
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import openpyxl
import pytest
import time_machine
from django.utils import translation
from pypdf import PdfReader

from quality import report_forms, report_mail
from quality.report_content import Cell, Chart, Comment, Paragraph, Table, figures_shown, frozen, only_estonian, thawed
from quality.report_pdf import ReportNotAccessible, pdf
from quality.report_workbook import as_number, workbook
from tests.quality.report_sample import HARMFUL, sample

LANGUAGES = ("et", "en")
WRITTEN_AT = datetime(2026, 10, 8, 9, 30, tzinfo=UTC)


def words_of(data: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def elements(data: bytes) -> list[dict]:
    """The structure elements of the paper, in their order."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"])
    return found


def cells(data: bytes) -> list:
    return [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_tells_the_same_figures(language):
    content = sample()
    shown = figures_shown(content.edition(language))
    paper, page = words_of(pdf(content, language)), report_forms.page(content, language).decode()
    sheet = [str(cell.value) for cell in cells(workbook(content, language)) if cell.value is not None]
    _subject, text, html = report_mail.mail(content, language, "https://desk.example.ee/reports/2026-10/1/")

    for figure, words in shown.items():
        assert words.replace("\N{NO-BREAK SPACE}", " ") in paper, figure
        assert words in page.replace("&lt;", "<"), figure
        assert any(words in value for value in sheet), figure
    assert shown["answered_on_time"] in text
    assert shown["answered_on_time"] in html
    assert figures_shown(thawed(report_forms.data(content, language).decode()).edition(language)) == shown
    numbers = {cell.value for cell in cells(workbook(content, language))}
    assert {87.1, 1665, 1912} <= numbers


def test_a_hidden_figure_has_no_number_in_any_form():
    content = sample()
    hidden = content.figures["complaints.water"]

    assert (hidden.value, hidden.numerator) == (None, None)
    book = openpyxl.load_workbook(io.BytesIO(workbook(content, "et")))
    (row,) = [row for row in book["Arvud"].iter_rows(values_only=True) if row[0] == "Kaebused, vesi · Väärtus"]
    assert row[2:8] == (None,) * 6


def test_the_workbook_holds_numbers_with_formats_words_and_a_printed_page():
    """A mean can be taken over a column; no code of ours stands on the sheet of figures."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(sample(), "et")))
    shown = {
        (cell.value, cell.number_format) for row in book["Näitajad"].iter_rows() for cell in row if cell.data_type == "n" and cell.value is not None
    }  # fmt: skip

    assert shown == {(0.871, '#,##0.0%" r"'), (94, "#,##0")}
    names = [row[0] for row in book["Arvud"].iter_rows(min_row=2, values_only=True)]
    assert names == ["Tähtajaks vastatud · Väärtus", "Kaebused · Väärtus", "Kaebused, vesi · Väärtus"]
    assert book["Ümberarvutamised"]["A2"].value == "calls_in_time"  # not among its definitions, so nothing names it
    for sheet in book.worksheets:
        assert (sheet.page_setup.fitToWidth, str(sheet.page_setup.paperSize)) == (1, sheet.PAPERSIZE_A4)
    assert book["Arvud"].print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("language", "text", "value", "told"),
    [
        ("et", "87,1%", 87.1, (0.871, "#,##0.0%")),
        ("en", "87.1%", 87.1, (0.871, "#,##0.0%")),
        ("et", "1\N{NO-BREAK SPACE}234,5", 1234.5, (1234.5, "#,##0.0")),
        ("et", "1,234", 1.234, (1.234, "#,##0.000")),
        ("en", "1,234", 1234.0, (1234.0, "#,##0")),
        ("en", "1,234.5", 1234.5, (1234.5, "#,##0.0")),
        ("et", "−3,25 p", -3.25, (-3.25, '#,##0.00" p"')),
        ("et", "6,1 päeva", 6.1, (6.1, '#,##0.0" päeva"')),
        ("et", "–", None, ("–", "")),
        ("et", "alla viie", None, ("alla viie", "")),
    ],
)
def test_a_cell_is_a_number_as_its_words_tell_it(language, text, value, told):
    with translation.override(language):
        assert as_number(Cell(text, value)) == (pytest.approx(told[0]) if value is not None else told[0], told[1])


def test_what_was_written_in_estonian_alone_is_marked_in_the_english_edition():
    content = sample()
    english = content.editions["en"]
    only_et = "Puhkused ja metsateatised"
    both = {
        language: replace(edition, sections=tuple(replace(one, blocks=tuple(replace(block, what=only_et) if isinstance(block, Comment) and block.what else block for block in one.blocks)) for one in edition.sections))
        for language, edition in content.editions.items()
    }  # fmt: skip
    written = replace(content, editions=both)

    assert "Fell" not in only_estonian(content, english)
    assert only_et in only_estonian(written, written.editions["en"])
    assert only_estonian(written, written.editions["et"]) == frozenset()
    assert "in Estonian" in words_of(pdf(written, "en"))
    assert any("in Estonian" in str(cell.value) for cell in cells(workbook(written, "en")))
    assert f'<span lang="et">{only_et}' in report_forms.page(written, "en").decode()


def test_what_people_wrote_stays_text():
    content = sample()

    assert not any(cell.data_type == "f" for cell in cells(workbook(content, "et")))
    assert any(HARMFUL in str(cell.value) for cell in cells(workbook(content, "et")))
    paper = words_of(pdf(content, "et"))
    assert '#panic("x")' in paper
    assert "*rasv*" in paper
    page = report_forms.page(content, "et").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_accessible(language):
    data = pdf(sample(), language)
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    found = elements(data)
    tags = [one["/S"] for one in found]

    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).startswith(language)
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    levels = [int(tag[2:]) for tag in tags if re.fullmatch(r"/H[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in zip(levels, levels[1:], strict=False))
    figures = [one for one in found if one["/S"] == "/Figure"]
    assert len(figures) == len(list(sample().edition(language).blocks(Chart)))
    assert all(str(one.get("/Alt", "")) for one in figures)
    tables = list(sample().edition(language).blocks(Table))
    assert tags.count("/Table") == len(tables)
    assert tags.count("/TH") >= sum(len(table.columns) for table in tables)


def test_the_same_issue_gives_the_same_paper():
    assert pdf(sample(), "et") == pdf(thawed(frozen(sample())), "et")


def test_what_cannot_be_read_by_everybody_is_refused():
    content = sample()
    et = content.editions["et"]
    broken = replace(et, sections=tuple(replace(one, blocks=tuple(replace(block, svg="<svg") if isinstance(block, Chart) else block for block in one.blocks)) for one in et.sections))  # fmt: skip

    with pytest.raises(ReportNotAccessible):
        pdf(replace(content, editions={"et": broken}), "et")


@pytest.mark.parametrize("name", report_forms.FORMS)
def test_a_form_is_the_same_to_the_byte_whenever_it_is_written(name):
    written = []
    for later in (timedelta(), timedelta(days=400)):
        with time_machine.travel(WRITTEN_AT + later, tick=False):
            written.append(report_forms.FORMS[name].write(sample(), "et"))

    assert written[0] == written[1]


def test_the_workbook_has_a_chart_of_each_drawing():
    with ZipFile(io.BytesIO(workbook(sample(), "et"))) as one:
        charts = [name for name in one.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 1
        drawn = one.read(charts[0]).decode()
    assert '<c:delete val="1"/>' not in drawn.replace("c:", "c:")
    assert "prstDash" in drawn


@pytest.mark.parametrize(
    "words", ["hea \U0001f600", "中文", "\uf0b7 punkt", "a\x0bb", "\ufffeõ", "vana → uus", "Привет"]
)
@pytest.mark.parametrize("name", report_forms.FORMS)
def test_no_sign_that_people_write_spoils_a_form(name, words):
    content = sample()
    edition = content.editions["et"]
    section = replace(edition.sections[0], blocks=(*edition.sections[0].blocks, Paragraph(words)))
    spoiled = replace(
        content, editions=content.editions | {"et": replace(edition, sections=(section, *edition.sections[1:]))}
    )

    assert report_forms.FORMS[name].write(spoiled, "et")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_the_workbook_with_its_charts(tmp_path):
    (tmp_path / "report.xlsx").write_bytes(workbook(sample(), "et"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"

    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(tmp_path / "report.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    with ZipFile(tmp_path / "report.ods") as opened:
        objects = [
            opened.read(name).decode() for name in opened.namelist() if re.fullmatch(r"Object \d+/content.xml", name)
        ]
        cells = opened.read("content.xml").decode()
    assert [one.count("<chart:chart ") for one in objects] == [1]
    assert "table:formula" not in cells


def test_rows_are_as_high_as_their_words():
    """Not every program does it by itself: LibreOffice drew the second line over the next row."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(sample(), "et")))

    wrapped = [
        (
            len(str(cell.value)) / sheet.column_dimensions[cell.column_letter].width,
            sheet.row_dimensions[cell.row].height,
        )
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and cell.alignment.wrap_text
    ]

    assert any(lines > 1 for lines, _height in wrapped)
    assert [(lines, height) for lines, height in wrapped if lines > 1 and height < 15 * lines] == []


def test_the_letter_asks_no_other_host():
    _subject, _text, html = report_mail.mail(sample(), "et", "https://desk.example.ee/reports/2026-10/1/")

    assert re.findall(r'(?:src|href)="([^"]+)"', html) == ["https://desk.example.ee/reports/2026-10/1/"]


def test_all_forms_take_less_than_three_seconds():
    content = sample()
    begun = time.monotonic()

    for form in report_forms.FORMS.values():
        form.write(content, "et")

    assert time.monotonic() - begun < 3
