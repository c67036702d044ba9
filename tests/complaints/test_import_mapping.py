"""The mapping file: what it may say, what is wrong with it in clear sentences, what a row becomes by it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from bureau.foreign_tables import Layout
from complaints.intake.importing.mapping import (
    FieldMap,
    ImportMapping,
    MappingError,
    check_codes,
    check_columns,
    read_mapping,
    write_mapping,
)
from complaints.intake.importing.moments import MomentFormat, MomentReader, fitting_formats
from complaints.intake.importing.rules import RowMapper, RowRefused
from complaints.models import Status
from tests.complaints.imported import COLUMNS, MAP, ROW

EXAMPLES = sorted((Path(__file__).parents[2] / "docs/examples/maps").glob("*.toml"))
TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def wrong_with(text: str) -> str:
    with pytest.raises(MappingError) as refused:
        read_mapping(text)
    return " ".join(refused.value.sentences)


# --- The file ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_knows_our_codes_and_is_written_back_the_same(path, db):
    mapping = read_mapping(path.read_text())

    check_codes(mapping)
    assert read_mapping(write_mapping(mapping)) == mapping


def test_what_is_written_is_read_back_the_same_whatever_the_words():
    mapping = ImportMapping(
        source='väike "allikas"\\', name="Täna\n", row_key=("Number", "Aasta"),
        layout=Layout("tab", "windows-1257", "Leht 1", 3, ("a", "ü")), date_formats=("%d.%m.%Y",), time_zone="UTC",
        trim=False, fields={
            "received": FieldMap(columns=("a",)), "channel": FieldMap(value="phone", join=" / "),
            "kind": FieldMap(columns=("a", "b"), join=" / ", values={"x / *": "explanation", "=\t\u007f": "praise"}, otherwise="praise"),
            "title": FieldMap(columns=("a", "b"), join=", ", labelled=True, when_empty="–"),
        }, keep=("a",), logs_contacts=True, language="en",
    )  # fmt: skip

    assert read_mapping(write_mapping(mapping)) == replace(mapping, name="Täna")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source = ", "not valid TOML"),
        ("name = 'x'", "needs a source"),
        (MAP.replace("[received]", "[recieved]"), "Was “received” meant?"),
        (MAP.replace('delimiter = "semicolon"', 'delimiter = "pipe"'), "comma, semicolon, tab"),
        (MAP.replace('delimiter = "semicolon"', 'encoding = "koi8-r"'), "windows-1257"),
        (MAP.replace('"Europe/Tallinn"', '"Europe/Tartu"'), "no time zone"),
        (MAP.replace('"%d.%m.%Y"', '"%d.%m"'), "lacks a year"),
        (MAP.replace('"%d.%m.%Y"', '"%Q"'), "%Q"),
        (MAP.replace('[title]\ncolumn = "Pealkiri"', "[title]"), "needs either a column or a value"),
        (MAP.replace('[kind]\ncolumn = "Liik"', '[kind]\ncolumn = "Liik"\nvalue = "explanation"'), "needs either"),
        (MAP.replace("[received]", "[closed2]"), "closed2"),
        ('source = "x"\n[received]\ncolumn = "a"', "“Channel” comes from"),
        (MAP + "\n[contact]\nlog = 1", "wrong type"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_in_a_sentence(text, said):
    assert said in wrong_with(text)


def test_a_code_that_is_not_ours_is_told_with_those_near_it(db):
    with pytest.raises(MappingError, match="phone"):
        check_codes(read_mapping(MAP.replace('"phone"', '"phon"')))


def test_a_column_that_is_not_in_the_file_is_told_with_those_that_are():
    with pytest.raises(MappingError, match="„Saabus“, „Registreeritud“.*Number, Kuupäev"), translation.override("et"):
        check_columns(read_mapping(MAP), ["Number", "Kuupäev"])


# --- Moments ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("%Y-%b-%d %H:%M:%S", "2014-Jan-14 13:48:01", datetime(2014, 1, 14, 13, 48, 1)),
        ("%m/%d/%Y %H:%M", "4/15/2014 19:49", datetime(2014, 4, 15, 19, 49)),
        ("%d. %B %Y", "2. märts 2026", datetime(2026, 3, 2)),
        ("%d.%m.%y %H.%M", "02.03.26 09.10", datetime(2026, 3, 2, 9, 10)),
        ("%m/%d/%Y %I:%M:%S %p", "03/02/2026 12:05:00 AM", datetime(2026, 3, 2, 0, 5)),
        ("%m/%d/%Y %I:%M %p", "3/2/2026 12:05 PM", datetime(2026, 3, 2, 12, 5)),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-03-02T09:10:00.250Z", datetime(2026, 3, 2, 11, 10, 0, 250_000)),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-07-02T09:10:00+05:00", datetime(2026, 7, 2, 7, 10)),
        ("%d.%m.%Y", "31.02.2026", None),
        ("%d.%m.%Y", "2.3.2026 midagi", None),
        ("%d.%m.%Y", "٢.٣.٢٠٢٦", datetime(2026, 3, 2)),
    ],
)
def test_a_moment_is_read_by_its_format_alone(form, text, moment):
    assert MomentFormat(form).read(text, TALLINN) == moment


def test_formats_are_tried_in_the_order_of_the_mapping():
    day_first = MomentReader(("%d/%m/%Y", "%m/%d/%Y"), TALLINN)
    month_first = MomentReader(("%m/%d/%Y", "%d/%m/%Y"), TALLINN)

    assert day_first.read("3/4/2026") == datetime(2026, 4, 3)
    assert month_first.read("3/4/2026") == datetime(2026, 3, 4)
    assert day_first.read("3/24/2026") == datetime(2026, 3, 24)
    assert day_first.used == {"%d/%m/%Y": 1, "%m/%d/%Y": 1}


def test_both_orders_are_offered_where_both_fit():
    offered = fitting_formats(["3/4/2026 10:00", "5/6/2026 11:00"])

    assert {"%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"} <= set(offered)


# --- Rows -------------------------------------------------------------------------------------------------------------
def mapper(text: str = MAP) -> RowMapper:
    return RowMapper(read_mapping(text), COLUMNS)


def mapped(text: str = MAP, **changes):
    one = mapper(text)
    return one.map(2, [{**ROW, **changes}.get(name, "") for name in COLUMNS])


def refused(text: str = MAP, **changes) -> str:
    with pytest.raises(RowRefused) as refusal:
        mapped(text, **changes)
    return refusal.value.code


def test_a_row_becomes_a_case(db):
    row = mapped()

    assert (row.title, row.description) == ("Metsateatise menetlus", "Millal vastus tuleb?")
    assert (row.received, row.registered) == (datetime(2026, 3, 2, 9, 10), datetime(2026, 3, 2, 10, 0))
    assert (row.party_name, row.party_phone, row.party_email) == ("Andres Kuusk", "+37255550199", "andres@example.ee")
    assert row.status == Status.REGISTERED
    assert row.unit_id is not None  # the unit that answers the topic


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Saabus": ""}, "received_missing"),
        ({"Saabus": "eile"}, "moment_not_understood"),
        ({"Saabus": "02.03.2062 09:10"}, "moment_out_of_range"),
        ({"Saabus": "02.03.1026 09:10"}, "moment_out_of_range"),
        ({"Registreeritud": "01.03.2026"}, "registered_before_received"),
        ({"Vastatud": "01.03.2026", "Olek": "Vastatud"}, "answered_before_received"),
        ({"Suletud": "01.03.2026", "Olek": "Suletud"}, "closed_before_received"),
        ({"Olek": "Suletud"}, "closed_without_moment"),
        ({"Olek": "Vastatud"}, "answered_without_moment"),
        ({"Suletud": "05.03.2026"}, "moment_against_status"),
        ({"Kanal": "Tuvipost"}, "channel_unknown"),
        ({"Kanal": ""}, "channel_unknown"),
        ({"Liik": "?"}, "kind_unknown"),
        ({"Olek": "Kadunud"}, "status_unknown"),
        ({"Pealkiri": " ", "Sisu": ""}, "title_missing"),
        ({"Number": ""}, "key_missing"),
    ],
)
def test_a_row_that_cannot_be_a_case_says_why(db, changes, code):
    assert refused(**changes) == code


@pytest.mark.parametrize("word", ["", "NA", " puudub "])
def test_the_first_column_with_a_moment_counts_and_words_may_mean_empty(db, word):
    text = MAP.replace('[closed]\ncolumn = "Suletud"', '[closed]\ncolumns = ["Suletud", "Vastatud"]')
    text += '\n[text]\nempty = ["NA", "puudub"]\n'

    row = mapped(text, Suletud=word, Vastatud="05.03.2026 10:00", Olek="Suletud")

    assert row.closed == datetime(2026, 3, 5, 10)


def test_a_day_for_all_rows_stands_in_the_mapping(db):
    text = MAP.replace('[received]\ncolumn = "Saabus"', '[received]\nvalue = "02.03.2026"')

    assert mapped(text).received.isoformat() == "2026-03-02T00:00:00"


def test_a_value_that_is_no_day_is_refused_with_the_mapping():
    with pytest.raises(MappingError, match="ülehomme"):
        read_mapping(MAP.replace('[received]\ncolumn = "Saabus"', '[received]\nvalue = "ülehomme"'))


@pytest.mark.parametrize(("time", "read"), [("08:30:00", "08:30"), ("8.05", "08:05"), ("", "00:00")])
def test_the_time_of_day_stands_in_a_column_of_its_own(db, time, read):
    text = MAP.replace('[received]\ncolumn = "Saabus"', '[received]\ncolumn = "Saabus"\ntime_column = "Nimi"')

    assert mapped(text, Saabus="02.03.2026", Registreeritud="", Nimi=time).received.strftime("%H:%M") == read


def test_a_time_that_is_none_is_refused(db):
    text = MAP.replace('[received]\ncolumn = "Saabus"', '[received]\ncolumn = "Saabus"\ntime_column = "Nimi"')

    assert refused(text, Saabus="02.03.2026", Nimi="hommikul") == "moment_not_understood"


def test_words_are_compared_without_case_and_blanks(db):
    assert mapped(Kanal="  TELEFON ", Liik="selgitus" + "taotlus").channel_id == mapped(Kanal="Telefon").channel_id


def test_case_matters_where_the_mapping_says_so(db):
    assert refused(MAP + "\n[text]\nfold_case = false\n", Kanal="TELEFON") == "channel_unknown"


def test_every_default_used_is_counted(db):
    one = mapper()
    for topic in ("Kuu", "Kuu", "Päike", "Mets"):
        one.map(2, [{**ROW, "Teema": topic}.get(name, "") for name in COLUMNS])

    assert one.defaults == {("topic", "Kuu", "other"): 2, ("topic", "Päike", "other"): 1}


def test_a_group_answers_for_all_of_it_unless_one_is_named(db):
    text = MAP.replace(
        '[topic]\ncolumn = "Teema"\notherwise = "other"\n\n[topic.values]\n"Mets" = "forest"',
        '[topic]\ncolumns = ["Teema", "Liik"]\n\n[topic.values]\n"Mets / *" = "forest"\n"Mets / Teabenõue" = "water"',
    )

    assert mapped(text).topic_id != mapped(text, Liik="Teabenõue").topic_id
    assert refused(text, Teema="Meri") == "topic_unknown"


def test_the_first_line_of_the_text_stands_for_a_missing_title(db):
    assert mapped(Pealkiri="", Sisu="Tere!\nMul on küsimus.").title == "Tere!"


def test_what_is_no_phone_or_address_is_kept_as_it_came_with_a_remark(db):
    one = mapper()
    row = one.map(2, [{**ROW, "Telefon": "helistada õhtul", "E-kiri": "mari(at)ee"}.get(name, "") for name in COLUMNS])

    assert (row.party_phone, row.party_email) == ("", "")
    assert [code for code, _sentence in one.remarks] == ["phone_dropped", "email_dropped"]
    assert "helistada õhtul" in row.foreign_data


def test_closed_without_a_moment_may_be_left_open(db):
    text = MAP.replace('column = "Olek"\n', 'column = "Olek"\nclosed_without_moment = "leave_open"\n')

    assert mapped(text, Olek="Suletud").status == Status.IN_PROGRESS


def test_without_a_status_the_moments_tell_it(db):
    text = MAP.replace(MAP[MAP.index("[status]") : MAP.index("[channel]")], "")

    assert mapped(text).status == Status.REGISTERED
    assert mapped(text, Vastatud="03.03.2026").status == Status.ANSWERED
    assert mapped(text, Vastatud="03.03.2026", Suletud="04.03.2026").status == Status.CLOSED


def test_equal_rows_have_equal_fingerprints_and_a_key_stands_for_the_row(db):
    assert mapped().fingerprint == mapped(Pealkiri="Muu").fingerprint  # the key is the number
    keyless = MAP.replace('row_key = ["Number"]', "")
    assert mapped(keyless).fingerprint != mapped(keyless, Pealkiri="Muu").fingerprint
