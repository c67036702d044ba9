"""Files with something odd about them: what is odd costs its row and says why, never the file, and nothing is guessed in silence."""

import io
import json
from datetime import datetime

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import translation

MAP = """
source = "proov"
[dates]
formats = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
[received]
column = "Registreeritud"
[channel]
value = "email"
[kind]
value = "memorandum"
[title]
column = "Pealkiri"
[description]
column = "Kirjeldus"
[party_phone]
column = "Telefon"
"""
HEADER = "Registreeritud;Pealkiri;Kirjeldus;Telefon\n"


def good(number: int, words: str = "Põõsas kasvab üle piiri ja šokk") -> str:
    return f"{number:02}.10.2026 09:15;Küsimus õunte kohta {number};{words};5123456\n"


@pytest.fixture
def rehearsed(db, tmp_path, capsys):
    """The result of a rehearsal by the command, and the reasons of the rows that were refused or remarked on."""

    def run(content: bytes, name: str = "tabel.csv"):
        (tmp_path / name).write_bytes(content)
        (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
        with translation.override("en"):
            call_command(
                "import_cases",
                str(tmp_path / name),
                "--map",
                str(tmp_path / "map.toml"),
                "--dry-run",
                "--json",
                "--language",
                "en",
            )
        return json.loads(capsys.readouterr().out.splitlines()[-1])["files"][0]

    return run


def counts(result) -> tuple[int, int, int]:
    return result["read"], result["taken"], result["refused"]


def told(result) -> str:
    return " ".join(result["layout"]["told"])


@pytest.mark.parametrize("last", ["Tekst lõppes pooleli t\xf5".encode("windows-1257"), b"Tekst on pooleli t\xc3"])
@pytest.mark.parametrize("words", ["Põõsas kasvab üle piiri", "Põõsas kasvab üle piiri ja šokk"])
def test_one_bad_byte_costs_its_row_alone(rehearsed, last, words):
    content = (HEADER + "".join(good(number, words) for number in range(1, 9))).encode()
    content += b"09.10.2026 09:15;Lause;" + last + b";5123456\n"

    result = rehearsed(content)

    assert counts(result) == (9, 8, 1)
    assert result["reasons"] == {"not_decodable": 1}
    assert "utf-8" in told(result)


def test_a_file_in_windows_1257_stays_one(rehearsed):
    result = rehearsed((HEADER + good(1) + good(2)).encode("windows-1257"))

    assert counts(result) == (2, 2, 0)
    assert "windows-1257" in told(result)


def test_a_mark_left_open_costs_its_line_and_the_others_are_read(rehearsed):
    content = (
        HEADER
        + '01.10.2026 09:15;"Metsa" teel puu maas;a;5123456\n'
        + '02.10.2026 09:15;"Metsa teel;b;5123456\n'
        + '03.10.2026 09:15;Kolmas;c;5123456\n04.10.2026 09:15;Neljas "lõpp";c;5123456\n'
    )

    result = rehearsed(content.encode())

    assert counts(result) == (4, 3, 1)
    assert result["reasons"] == {"not_readable": 1}
    assert "5 lines: 4 rows, 0 empty" in told(result)


def test_the_first_line_may_name_the_delimiter(rehearsed):
    result = rehearsed(b"\xef\xbb\xbfsep=;\n" + (HEADER + good(1)).encode())

    assert counts(result) == (1, 1, 0)
    assert "names the delimiter" in told(result)


def test_cells_missing_at_the_end_are_empty(rehearsed):
    result = rehearsed((HEADER + "01.10.2026 09:15;a;b;5123456\n02.10.2026 09:15;a;b\n03.10.2026 09:15;a\n").encode())

    assert counts(result) == (3, 3, 0)


@pytest.mark.parametrize("sign", ["\ufeff", "\u200b", "\u00a0", "\u200e"])
def test_invisible_signs_around_headings_are_nothing(rehearsed, sign):
    result = rehearsed(
        b"\xef\xbb\xbf" + (sign + HEADER.replace(";Pealkiri", f";{sign}Pealkiri{sign}") + good(1)).encode()
    )

    assert counts(result) == (1, 1, 0)


def workbook(*rows, change=lambda book, sheet: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Registreeritud", "Pealkiri", "Kirjeldus", "Telefon"], *rows):
        sheet.append(row)
    change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ROW = [datetime(2026, 10, 1, 9, 15), "a", "b", 5123456]


def test_blanks_right_of_the_table_are_nothing(rehearsed):
    def blanks(book, sheet):
        sheet["F1"], sheet["H2"] = " ", " "

    assert counts(rehearsed(workbook(ROW, change=blanks), "t.xlsx")) == (1, 1, 0)


def test_a_value_right_of_the_table_is_told_in_words_of_a_workbook(rehearsed):
    def beyond(book, sheet):
        sheet["F2"] = "veel"

    result = rehearsed(workbook(ROW, ROW, change=beyond), "t.xlsx")

    assert result["reasons"] == {"too_many_cells": 1}


def test_a_value_merged_over_rows_holds_for_all_of_them(rehearsed):
    def merge(book, sheet):
        sheet.merge_cells("A2:A4")

    result = rehearsed(workbook(ROW, [None, "c", "d"], [None, "e", "f"], ROW, change=merge), "t.xlsx")

    assert counts(result) == (4, 4, 0)
    assert "1 merged area" in told(result)


def test_formulas_without_a_value_are_counted_and_their_rows_marked(rehearsed):
    result = rehearsed(workbook(ROW, [ROW[0], '=B1&"x"', "b", "=1/0"], ["=DATE(2026,10,2)", "z"]), "t.xlsx")

    assert "3 formulas have no stored value" in told(result)
    assert counts(result) == (3, 2, 1)
    assert result["reasons"] == {"cells_without_value": 1, "received_missing": 1}


def test_hidden_rows_and_sheets_are_told_and_a_hidden_sheet_is_not_the_first(rehearsed):
    def hide(book, sheet):
        sheet.row_dimensions[3].hidden = True
        first = book.create_sheet("Peidus", 0)
        first["A1"] = "Muu"
        first.sheet_state = "hidden"
        book.create_sheet("Märkused")

    result = rehearsed(workbook(ROW, ROW, change=hide), "t.xlsx")

    assert "1 hidden row is read too" in told(result)
    assert "Hidden sheets: Peidus" in told(result)
    assert "Not read: Peidus, Märkused" in told(result)
    assert counts(result)[0] == 2
