"""Tables for others: no text of anybody's becomes a formula, numbers and days keep their type."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.spreadsheets import FORMULA_STARTS, csv_chunks, guarded, looks_like_formula, write_xlsx

HEADER = ["Pealkiri", "Arv", "Päev"]
DANGEROUS = [
    "=1+1",
    "+372 5555 0199",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "\u00a0=cmd|' /C calc'!A0",
]

texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def read_csv(chunks) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(chunks).decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(rows, header=HEADER):
    file = io.BytesIO()
    write_xlsx(file, header, rows)
    file.seek(0)
    return openpyxl.load_workbook(file).active


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_guarded(text):
    assert read_csv(csv_chunks(["A"], [[text]]))[1][0].replace("\r\n", "\n") == f"'{text}".replace("\r\n", "\n")


@given(text=texts)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    (_header, *rows) = read_csv(csv_chunks(["A", "B"], [["x", text]]))

    assert not looks_like_formula(rows[0][1])


@given(text=texts, start=st.sampled_from(sorted(FORMULA_STARTS)))
def test_guarding_leaves_the_words_whole(text, start):
    assert guarded(start + text) == f"'{start}{text}"


@given(text=texts, start=st.sampled_from(["=", "+", "-", "@", "", "＝"]))
def test_no_cell_of_a_workbook_is_a_formula(text, start):
    file = io.BytesIO()
    write_xlsx(file, ["A"], [[start + "x" + text]])
    file.seek(0)
    cells = [cell for row in openpyxl.load_workbook(file).active.iter_rows(min_row=2) for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.data_type != "f" for cell in cells)


def test_a_text_like_a_formula_keeps_its_mark_in_a_workbook():
    sheet = read_xlsx([["=1+1", 1, None]])

    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix


def test_numbers_and_days_are_typed():
    moment = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
    sheet = read_xlsx([["Mets", -5, date(2026, 11, 22)], ["Vesi", 1.5, moment]])

    assert (sheet["B2"].value, sheet["B2"].data_type) == (-5, "n")
    assert sheet["C2"].value == datetime(2026, 11, 22)
    assert sheet["C3"].value == datetime(2026, 11, 22, 14, 5)
    assert read_csv(csv_chunks(HEADER, [["Mets", -5, date(2026, 11, 22)], ["Vesi", 1.5, moment]]))[1:] == [
        ["Mets", "-5", "22.11.2026"],
        ["Vesi", "1,5", "22.11.2026 14.05"],
    ]


def test_the_header_leaves_before_the_first_row_is_asked_for():
    asked = []

    def rows():
        asked.append(True)
        yield ["x"]

    chunks = csv_chunks(["A"], rows())

    assert next(chunks) == b"\xef\xbb\xbfA\r\n"
    assert not asked


def test_a_long_text_is_shortened_to_what_a_cell_holds():
    assert len(read_xlsx([["x" * 40_000, 1, None]])["A2"].value) == 32_767


def test_rows_beyond_a_sheet_go_on_the_next(monkeypatch):
    monkeypatch.setattr("bureau.spreadsheets.XLSX_ROWS_ON_SHEET", 3)
    file = io.BytesIO()

    count = write_xlsx(file, ["A"], ([number] for number in range(7)), title="Pöördumised [kõik]")

    file.seek(0)
    book = openpyxl.load_workbook(file)
    assert count == 7
    assert [sheet.max_row for sheet in book] == [4, 4, 2]
    assert all(not set(name) & set("[]:*?/\\") for name in book.sheetnames)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5.5, "-5,5"),
        (1234567.891, "1234567,891"),
        (12345.675, "12345,675"),
        (1e-7, "0,0000001"),
        (3.0, "3"),
        (Decimal("-0.25"), "-0,25"),
        (float("nan"), ""),
    ],
)
def test_a_number_leaves_in_a_csv_with_all_its_figures(value, text):
    (_header, rows) = csv_chunks(["arv", "sõna"], [[value, "x"]])

    assert rows.decode() == f"{text};x\r\n"
