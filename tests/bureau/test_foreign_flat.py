"""The flat form gives back every row, every kind of cell and every sentence of the table it was read from."""

import gzip
import io
from collections import Counter
from datetime import datetime

import pytest
import xlsxwriter

from bureau.foreign_flat import FlatRecords, write
from bureau.foreign_numbers import TypedNumber
from bureau.foreign_records import Records
from bureau.foreign_tables import ForeignTable, Layout, UnreadableTable

CSV = b'Nimi;Linn\r\nMari;J\xe4rva\r\n\r\n"lahti;Tartu\r\nJaan;P\xe4rnu\r\n'.replace(b"\xe4", "ä".encode())


def flat_of(content: bytes, path, **layout) -> FlatRecords:
    write(Records(io.BytesIO(content), Layout(**layout)), path / "flat", lambda rows: None)
    return FlatRecords(path / "flat")


def workbook() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd.mm.yyyy hh:mm"})
    hidden, sheet = book.add_worksheet("Vana"), book.add_worksheet("Andmed")
    sheet.activate(), sheet.set_first_sheet(), hidden.hide()
    sheet.write_row(0, 0, ["Nimi", "Millal", "Summa", "Valem"])
    sheet.merge_range("A2:A3", "Mari")
    sheet.write_datetime("B2", datetime(2026, 11, 2, 9, 30))
    sheet.write_number("C2", 1234.5)
    sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("content", [CSV, workbook()], ids=["text", "workbook"])
def test_a_flat_form_reads_as_its_original(content, tmp_path):
    original, flat = ForeignTable(io.BytesIO(content)), ForeignTable(flat_of(content, tmp_path))

    rows, again = list(original.rows()), list(flat.rows())

    assert again == rows
    assert [[type(cell) for cell in row] for _n, row in again] == [[type(cell) for cell in row] for _n, row in rows]
    assert [flat.fault_of(row) for _n, row in again] == [original.fault_of(row) for _n, row in rows]
    assert [flat.notes_on(n) for n, _row in again] == [original.notes_on(n) for n, _row in rows]
    assert flat.read_in_all() == original.read_in_all()
    assert (flat.header, flat.columns) == (original.header, original.columns)


def test_moments_and_numbers_of_a_workbook_stay_what_they_are(tmp_path):
    row = next(ForeignTable(flat_of(workbook(), tmp_path)).rows())[1]

    assert row[1:3] == [datetime(2026, 11, 2, 9, 30), "1234.5"]
    assert isinstance(row[2], TypedNumber)


def test_bytes_that_are_no_letters_cost_their_row_alone(tmp_path):
    table = ForeignTable(flat_of("Nimi;Öö\r\nÕie;1\r\nÄ".encode() + b"\xff;2\r\n", tmp_path))

    assert [table.fault_of(row)[0] for _number, row in table.rows()] == ["", "not_decodable"]


def test_heading_and_names_are_chosen_above_the_flat_form(tmp_path):
    flat = flat_of(CSV, tmp_path)

    assert ForeignTable(flat, Layout(header_row=0)).columns == ["A", "B"]
    assert ForeignTable(flat, Layout(columns=("Kes", "Kus"))).columns == ["Kes", "Kus"]


def test_a_flat_form_that_was_never_finished_is_none(tmp_path):
    flat = flat_of(CSV, tmp_path)
    kept = gzip.decompress(flat.path.read_bytes()).splitlines(keepends=True)[:-1]
    flat.path.write_bytes(gzip.compress(b"".join(kept)))

    with pytest.raises(UnreadableTable):
        list(ForeignTable(flat).rows())


@pytest.mark.parametrize("heading_on", [1, 3])
def test_words_of_a_column_are_counted_when_the_table_is_read(tmp_path, heading_on):
    content = ("Teema;Number\n" + "".join(f"{'Mets' if number % 3 else 'Jaht'};{number}\n" for number in range(1500)) + "\n;1\nMets\n").encode()  # fmt: skip
    table = ForeignTable(flat_of(content, tmp_path, header_row=heading_on), Layout(header_row=heading_on))

    counted = table.words_counted(0)

    assert counted == Counter(str(row[0]) for _number, row in table.rows())
    assert counted.total() == sum(1 for _row in table.rows())
    assert table.words_counted(1) is None  # more words than anybody looks up
    assert ForeignTable(io.BytesIO(content)).words_counted(0) is None
