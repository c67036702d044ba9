"""Reading foreign tables: encodings, delimiters, dirty cells, and files made to do harm."""

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from bureau.foreign_tables import (
    LIMITS,
    ForeignTable,
    Layout,
    Limits,
    UnreadableTable,
    column_letter,
)

WORDS = [["Nimi", "Koht"], ["Õnne Žukov", "Šveits"], ["Jüri Tõnisson", "Võru"]]


def table(content: bytes, limits: Limits = LIMITS, **layout) -> ForeignTable:
    return ForeignTable(io.BytesIO(content), Layout(**layout), limits)


def rows(content: bytes, **layout) -> list[list]:
    return [row for _number, row in table(content, **layout).rows()]


def text_of(lines, delimiter=";", encoding="utf-8") -> bytes:
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def workbook(lines, **options) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, options)
    for name, sheet_lines in (lines if isinstance(lines, dict) else {"Leht1": lines}).items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(sheet_lines):
            for place, value in enumerate(line):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
                else:
                    sheet.write(number, place, value)
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1257", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encoding_and_delimiter_are_found_out(encoding, delimiter):
    content = text_of(WORDS, delimiter, encoding)

    read = table(content)

    assert read.columns == WORDS[0]
    assert [row for _number, row in read.rows()] == WORDS[1:]


def test_iso_8859_15_is_told_from_windows_1257_by_its_own_letters():
    content = text_of([["Nimi"], ["Šaban Žukov"], ["šaht ja žanr"]], encoding="iso-8859-15")

    read = table(content)

    assert read.facts.encoding == "iso-8859-15"
    assert [row for _number, row in read.rows()] == [["Šaban Žukov"], ["šaht ja žanr"]]


def test_a_named_encoding_is_believed_and_what_does_not_fit_is_marked():
    content = text_of(WORDS, encoding="utf-8") + b"\r\nKatkine \xff\xfe;Narva"

    read = table(content, encoding="utf-8")
    found = [row for _number, row in read.rows()]

    assert read.may_be_undecodable
    assert [read.fault_of(row)[0] == "not_decodable" for row in found] == [False, False, True]


def test_quoted_cells_keep_delimiters_and_line_ends():
    content = b'Pealkiri;Sisu\r\n"Mets; raie";"Esimene rida\nteine ""rida"""\r\n'

    assert rows(content) == [["Mets; raie", 'Esimene rida\nteine "rida"']]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers():
    content = b"A;B\r\n\r\n1;2\r\n;\r\n  ; \r\n3;4\r\n"

    assert [number for number, _row in table(content).rows()] == [3, 6]


def test_nought_bytes_do_not_reach_the_database():
    assert rows(b"A;B\r\nx\0y;z\r\n") == [["xy", "z"]]


def test_a_mark_left_open_to_the_end_costs_its_line_alone():
    content = b'A;B\r\n1;2\r\n3;"' + b"sisu " * 40_000 + b"\r\n4;5\r\n"

    read = table(content)

    found = [(number, read.fault_of(row)[0]) for number, row in read.rows()]
    assert found == [(2, ""), (3, "not_readable"), (4, "")]


def test_columns_named_by_position_overrule_the_header():
    read = table(b"ward;priority\r\nW1;CC PHONE\r\n", columns=("ward", "channel"))

    assert read.columns == ["ward", "channel"]
    assert read.header == ["ward", "priority"]


def test_as_many_names_as_columns_are_needed():
    with pytest.raises(UnreadableTable, match="3"):
        table(b"a;b;c\r\n1;2;3\r\n", columns=("a", "b"))


def test_without_a_header_columns_are_letters():
    read = table(b"1;2\r\n3;4\r\n", header_row=0)

    assert read.columns == ["A", "B"]
    assert len(list(read.rows())) == 2


def test_two_columns_of_one_name_stay_apart():
    assert table(b"Nimi;Nimi\r\na;b\r\n").columns == ["Nimi", "Nimi (B)"]


def test_columns_of_our_own_report_are_dropped_and_its_guard_is_taken_off():
    content = b"import_row;import_reason;Pealkiri\r\n7;vale;'=1+1\r\n"

    read = table(content)

    assert read.columns == ["Pealkiri"]
    assert [row for _number, row in read.rows()] == [["=1+1"]]


def test_a_workbook_gives_text_and_keeps_moments():
    content = workbook([["Nr", "Aeg", "Märkus"], [5, datetime(2026, 3, 2, 9, 10), True], [2.5, "eile", "õ"]])

    read = table(content)

    assert read.facts.kind == "xlsx"
    assert [row for _number, row in read.rows()] == [["5", datetime(2026, 3, 2, 9, 10), "true"], ["2.5", "eile", "õ"]]


def test_a_sheet_is_chosen_by_name_and_a_missing_one_is_told():
    content = workbook({"Esimene": [["A"], ["1"]], "Teine": [["B"], ["2"]]})

    assert table(content, sheet="Teine").columns == ["B"]
    with pytest.raises(UnreadableTable, match="Esimene, Teine"):
        table(content, sheet="Kolmas").rows()


def test_rows_and_columns_before_the_table_keep_their_places():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, line in enumerate([["", "Nimi"], ["", "Mari"]]):
        for place, value in enumerate(line):
            if value:
                sheet.write(number + 3, place, value)
    book.close()

    read = table(file.getvalue(), header_row=4)

    assert read.columns == ["A", "Nimi"]
    assert list(read.rows()) == [(5, ["", "Mari"])]


# --- Harm -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04 not really", b"\x1f\x8b\x08\x00 packed",
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(content):
    with pytest.raises(UnreadableTable):
        table(content)


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def test_an_archive_that_is_no_workbook_is_refused():
    with pytest.raises(UnreadableTable):
        table(archive({"42.zip": archive({"bomb": b"\0" * 10_000_000})}))


def test_a_workbook_made_to_burst_is_refused_before_it_is_read():
    bomb = archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<row/>" * 5_000_000})

    assert len(bomb) < 100_000
    with pytest.raises(UnreadableTable):
        table(bomb)


def test_a_lying_size_in_the_archive_does_not_help():
    content = bytearray(
        archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<row/>" * 5_000_000})
    )
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")

    with pytest.raises(UnreadableTable):
        table(bytes(content))


def test_one_cell_far_away_is_refused_because_it_would_fill_the_memory():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write("A1", "Nimi")
    sheet.write("XFD1048576", "pomm")
    book.close()

    with pytest.raises(UnreadableTable, match="1048576"):
        table(file.getvalue())


def test_too_many_rows_columns_or_bytes_are_refused():
    with pytest.raises(UnreadableTable):
        table(b";".join([b"a"] * 600) + b"\r\n")
    with pytest.raises(UnreadableTable):
        table(b"a;b\r\n" + b"1;2\r\n" * 100, limits=Limits(bytes=100))
    with pytest.raises(UnreadableTable):
        list(table(b"a;b\r\n" + b"1;2\r\n" * 100, limits=Limits(rows=50)).rows())


def test_entities_in_a_workbook_are_not_expanded():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = workbook([["Nimi"], ["Mari"]])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/sharedStrings.xml"] = laughs + b"<sst><si><t>&b;</t></si><si><t>Mari</t></si></sst>"

    try:
        read = table(archive(parts))
    except UnreadableTable:
        return
    assert "haha" not in str(list(read.rows())) + str(read.columns)


def test_letters_of_columns():
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
