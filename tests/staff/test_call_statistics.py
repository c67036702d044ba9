"""Telephone statistics of an exchange, summed into half hours; the same table twice changes nothing."""

import glob
import io
import json
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from bureau import jobs, table_uploads
from bureau.foreign_numbers import NotANumber
from bureau.models import Deed, Job
from bureau.refusals import DeedRefused
from staff.call_files import CallMapping, MappingRefused, read_mapping, seconds_of, suggested
from staff.call_statistics import handling_seconds, order_import, write_by_hand
from staff.models import PhoneQueue, QueueInterval

BANK = Path(__file__).resolve().parents[3] / "shared/data/callcentre/bank_calls_5min_2003a.csv"
CALLS = CallMapping("info", at="aeg", columns={"offered": "kõned", "talk_seconds": "kõneaeg"})
TABLE = """Aeg;Saabunud;Vastatud;Katkestatud;Kõneaeg;Järeltöö
02.11.2026 09:00;6;5;1;15:00;100
02.11.2026 09:15;4;4;0;10:30;80
02.11.2026 09:30;7;7;0;21:00;
02.11.2026 10:00;3;5;0;1:00;0
eile;1;1;0;1:00;0
02.11.2026 10:30;kolm;1;0;1:00;0
"""

pytestmark = pytest.mark.django_db


def taken(text, by=None, mapping=None) -> Job:
    content = text if isinstance(text, bytes) else text.encode()
    file = ContentFile(content, name="koned.csv")
    mapping = mapping or suggested("info", text.splitlines()[0].split(";"))
    job = order_import(mapping=mapping, file=file, file_name="koned.csv", by=by)
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def test_columns_are_known_by_their_headings():
    found = suggested("info", ["Aeg", "Saabunud", "Vastatud", "Katkestatud", "Kõneaeg"])

    assert found.at == "Aeg"
    assert found.columns == {
        "offered": "Saabunud", "answered": "Vastatud", "abandoned": "Katkestatud", "talk_seconds": "Kõneaeg",
    }  # fmt: skip


def test_rows_are_summed_into_half_hours_and_what_cannot_be_is_reported(jaan):
    job = taken(TABLE, jaan)

    rows = QueueInterval.objects.order_by("slot").values_list("slot", "offered", "answered", "abandoned", "talk_seconds", "after_call_seconds")  # fmt: skip
    assert list(rows) == [(18, 10, 9, 1, 1530, 180), (19, 7, 7, 0, 1260, None)]
    assert {name: job.result[name] for name in ("read", "half_hours", "new", "refused")} == {
        "read": 6, "half_hours": 2, "new": 2, "refused": 3,
    }  # fmt: skip
    assert sorted(job.rows.values_list("row_number", "reason_code")) == [
        (5, "impossible"),
        (6, "moment"),
        (7, "offered"),
    ]
    assert Deed.objects.get(action="calls.kept").actor == jaan


def test_the_same_table_again_changes_nothing_and_other_figures_replace_with_history():
    taken(TABLE)

    assert taken(TABLE).result["same"] == 2
    changed = taken(TABLE.replace("02.11.2026 09:30;7;7", "02.11.2026 09:30;8;7"))

    assert (changed.result["new"], changed.result["changed"]) == (0, 1)
    interval = QueueInterval.objects.get(slot=19)
    assert interval.offered == 8
    assert interval.versions.get().offered == 7


def test_the_clock_of_the_wall_counts_even_with_a_z_behind_it():
    table = "DateTime,Calls\n2026-06-03T09:00:00Z,5\n2026-06-03T09:05:00Z,6\n"

    taken(table, mapping=suggested("info", ["DateTime", "Calls"]))
    local = QueueInterval.objects.get()
    assert (local.day, local.slot, local.offered) == (date(2026, 6, 3), 18, 11)

    taken(table, mapping=CallMapping("info", at="DateTime", local=False, columns={"offered": "Calls"}))
    assert QueueInterval.objects.filter(slot=24).count() == 1


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("75", 75), ("1:15", 75), ("0:01:15", 75), ("75,4", 75), ("2\u202f500", 2500), ("1 000", 1000)],
)
def test_seconds_are_read_in_every_form(written, seconds):
    assert seconds_of(written) == seconds


@pytest.mark.parametrize("written", ["", "x", "-1", "nan", "inf", "1:2:3:4", "1,000", "9" * 30])
def test_what_is_no_number_of_seconds_is_refused(written):
    with pytest.raises(NotANumber):
        seconds_of(written)


def test_a_thousand_that_may_be_one_costs_its_row_and_says_why(db):
    job = taken('aeg;kõned;kõneaeg\n01.10.2026 08:30;"1,000";"2,500"\n01.10.2026 09:00;12;100\n', mapping=CALLS)

    assert (job.result["read"], job.result["refused"]) == (2, 1)
    assert "1,000" in job.rows.get().reason
    assert QueueInterval.objects.get().offered == 12


def test_a_word_that_is_no_number_costs_its_row_alone(db):
    job = taken("aeg;kõned;kõneaeg\n01.10.2026 08:30;12;100\n01.10.2026 09:00;nan;100\n", mapping=CALLS)

    assert (job.state, job.result["read"], job.result["refused"]) == (Job.State.DONE, 2, 1)


def test_words_of_the_mapping_mean_an_empty_cell(db):
    job = taken("aeg;kõned;kõneaeg\n01.10.2026 08:30;12;NA\n", mapping=replace(CALLS, empty=("NA",)))

    assert job.result["refused"] == 0
    assert QueueInterval.objects.get().talk_seconds is None


def test_day_and_time_stand_in_two_columns_of_a_workbook(db):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Kuupäev", "Kell", "Kõnesid"])
    sheet.write_datetime(1, 0, datetime(2026, 10, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_datetime(1, 1, time(8, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_number(1, 2, 12)
    book.close()

    job = taken(
        file.getvalue(), mapping=CallMapping("info", day="Kuupäev", time="Kell", columns={"offered": "Kõnesid"})
    )

    held = QueueInterval.objects.get()
    assert (job.result["refused"], held.day, held.slot, held.offered) == (0, date(2026, 10, 1), 17, 12)


def test_a_mapping_is_refused_with_what_to_change():
    with pytest.raises(MappingRefused, match="queue"):
        read_mapping('at = "Aeg"')
    with pytest.raises(MappingRefused, match="puhver"):
        read_mapping('queue = "info"\npuhver = 1')
    with pytest.raises(DeedRefused, match="„Olematu”|“Olematu”"):
        taken(TABLE, mapping=CallMapping("info", at="Aeg", columns={"offered": "Olematu"}))
    with pytest.raises(DeedRefused):
        taken(TABLE, mapping=CallMapping("puudub", at="Aeg", columns={"offered": "Saabunud"}))


def test_a_half_hour_is_written_by_hand(jaan, today):
    queue = PhoneQueue.objects.get(code="info")

    write_by_hand(queue=queue, day=today, slot=20, figures={"offered": 9, "answered": 8}, by=jaan, today=today)
    with pytest.raises(DeedRefused):
        write_by_hand(queue=queue, day=today, slot=20, figures={"offered": 9, "answered": 10}, by=jaan, today=today)

    assert QueueInterval.objects.get().entered_by == jaan


def test_mean_handling_time_is_told_by_the_table():
    taken(TABLE)

    found = handling_seconds(PhoneQueue.objects.get(code="info"), until=date(2026, 11, 20))

    assert found == pytest.approx((1530 + 180 + 1260) / 16)


def test_the_command_takes_a_table_in(tmp_path, capsys):
    path = tmp_path / "koned.csv"
    path.write_text(TABLE, encoding="windows-1257")

    call_command("import_calls", str(path), "--json")

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["done"], said["new"], said["refused"]) == (True, 2, 3)
    with pytest.raises(CommandError):
        call_command("import_calls", str(tmp_path / "ei-ole.csv"))


@pytest.mark.skipif(not BANK.exists(), reason="the bank's calls (../shared/data/callcentre) are not on this machine")
def test_the_five_minute_rows_of_a_bank_become_half_hours(capsys):
    call_command("import_calls", str(BANK), "--json")

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    print(said)
    assert (said["read"], said["refused"]) == (16562, 0)
    assert said["half_hours"] == QueueInterval.objects.count() == 98 * 29
    first = QueueInterval.objects.order_by("starts_at").first()
    assert (first.day, first.slot, first.offered) == (date(2003, 3, 3), 14, 111 + 113 + 76 + 82 + 91 + 87)


def test_a_large_table_of_calls_is_read_by_the_worker_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(table_uploads, "SMALL_BYTES", 50)
    lines = [f"{day:02}.10.2026 {hour:02}:{minute:02};3;60" for day in range(1, 21) for hour in range(9, 17) for minute in (0, 15, 30, 45)]  # fmt: skip
    read = []
    monkeypatch.setattr(table_uploads, "read", lambda job, *rest, read_it=table_uploads.read: (read.append(job.pk), read_it(job, *rest)))  # fmt: skip

    job = taken("aeg;kõned;kõneaeg\n" + "\n".join(lines) + "\neile;1;1\n", mapping=CALLS)

    assert read == [job.pk]
    assert QueueInterval.objects.count() == 320
    assert set(QueueInterval.objects.values_list("offered", "talk_seconds")) == {(6, 120)}
    assert job.refused == 1
    assert not glob.glob(table_uploads.flat_pattern(job))
