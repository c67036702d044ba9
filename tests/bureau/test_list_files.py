"""Small lists out as a file and in again: the same form and deed as by hand, a look first, and nothing told of hidden rows."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bureau.list_files import explained, reading, registry
from bureau.list_files.taking_in import LARGEST_BYTES
from bureau.models import Deed, Job, OutgoingMail, OutsideBody, Unit, User
from bureau.spreadsheets import looks_like_formula
from bureau.views.list_files import KEEPERS
from complaints.models import Party
from quality.models import Indicator, Target
from staff.models import PhoneQueue, QueueInterval
from tests.factories import CaseFactory, PartyFactory, UnitFactory
from tests.factories.staff import QueueIntervalFactory

pytestmark = pytest.mark.django_db
EXPORTS = {"parties": "complaints:party_export"}


def exported(client, code, form="csv", query=""):
    url = reverse(EXPORTS[code]) if code in EXPORTS else reverse("bureau:list_export", args=[code])
    response = client.post(url + query, {"format": form})
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_csv(*rows: dict) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def bring(client, code, content: bytes, name="nimekiri.csv"):
    """The page of the look, or the refused form."""
    response = client.post(reverse("bureau:list_file_new", args=[code]), {"file": SimpleUploadedFile(name, content)})
    return client.get(response.url) if response.status_code == 302 else response


def confirm(client, page):
    url = page.request["PATH_INFO"]
    response = client.post(url, {"mark": page.context["mark"]})
    return client.get(response.url) if response.status_code == 302 else response


def counts(page):
    return {name: page.context["look"].counts[name] for name in ("new", "changed", "unchanged", "refused")}


def reasons(page) -> list[tuple[int, str]]:
    return [(one.line, " ".join(one.reasons)) for one in page.context["look"].refused]


@pytest.fixture
def filled(jaan, mari, forest_unit):
    PartyFactory(
        name="Mari Maasikas", phone="+37255501991", email="mari@example.ee", registry_code="", note="ei ole = kiire"
    )
    PartyFactory(name="=1+1", phone="", email="a@example.ee", registry_code="")
    QueueIntervalFactory(queue=PhoneQueue.objects.get(code="info"))
    indicator = Indicator.objects.filter(is_in_use=True).first()
    Target.objects.create(indicator=indicator, value="87.5", valid_from="2026-01-01", reason="=kokkulepe", set_by=jaan)
    OutsideBody.objects.create(code="vald", name_et="Vald", name_en="Municipality", phone="+372 640 1234")


# --- Every list -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("code", sorted(registry.known()))
def test_a_list_taken_out_and_brought_back_changes_nothing(as_person, jaan, filled, code, form):
    client = as_person(jaan)
    deeds = Deed.objects.exclude(action__startswith="list.").count()

    content = exported(client, code, form)
    page = bring(client, code, content, f"fail.{form}")

    assert page.status_code == 200
    found = counts(page)
    assert (found["new"], found["changed"], found["refused"]) == (0, 0, 0), (page.context["look"], reasons(page))
    assert found["unchanged"] == len(rows_of(exported(client, code)))
    assert Deed.objects.exclude(action__startswith="list.").count() == deeds


@pytest.mark.parametrize("code", sorted(registry.known()))
def test_no_cell_of_a_list_is_a_formula(as_person, jaan, filled, code):
    client = as_person(jaan)
    cells = [cell for row in rows_of(exported(client, code)) for cell in row.values()]
    sheet = openpyxl.load_workbook(io.BytesIO(exported(client, code, "xlsx"))).active

    assert not any(looks_like_formula(cell) for cell in cells)
    assert not any(cell.data_type == "f" for row in sheet for cell in row)


def test_every_list_has_its_right_among_those_that_may_send_files():
    assert {one.permission for one in registry.known().values()} <= set(KEEPERS)
    assert {"parties", "units", "people", "targets", "outside-bodies", "calls"} <= set(registry.known())


@pytest.mark.parametrize("code", sorted(registry.known()))
def test_the_page_names_every_column_and_who_may_not_change_the_list_is_refused(as_person, jaan, kai, code):
    url = reverse("bureau:list_file_new", args=[code])
    page = as_person(jaan).get(url)
    resource = registry.known()[code].resource(user=jaan, today=timezone.localdate())

    body = page.content.decode()
    assert all(str(column.heading) in body for column in resource.columns.values())
    assert as_person(kai).get(url).status_code == 403


# --- Parties ----------------------------------------------------------------------------------------------------------
def test_a_party_is_added_and_changed_by_the_same_rules_as_by_hand(as_person, mari):
    known = PartyFactory(name="Mari Maasikas", phone="+37255501991", email="", registry_code="", address="Vana 1")
    client = as_person(mari)
    content = as_csv(
        {"Pöörduja number": known.pk, "Nimi": "Mari Maasikas", "Telefon": "5550 1991", "Postiaadress": "Uus 2"},
        {"Pöörduja number": "", "Nimi": "Jüri Uus", "Telefon": "5550 1992", "Postiaadress": ""},
        {"Pöörduja number": "", "Nimi": "Vigane", "Telefon": "12", "Postiaadress": ""},
    )

    page = bring(client, "parties", content)

    assert counts(page) == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1}
    [changed] = page.context["look"].changed
    assert [(one.heading, one.old, one.new) for one in changed.changes] == [("Postiaadress", "Vana 1", "Uus 2")]
    assert reasons(page)[0][0] == 4
    assert "Telefon" in reasons(page)[0][1]
    assert Party.objects.count() == 1, "a look keeps nothing"

    done = confirm(client, page)

    assert done.status_code == 200
    known.refresh_from_db()
    assert (known.address, known.version) == ("Uus 2", 2)
    new = Party.objects.get(name="Jüri Uus")
    assert (new.phone, new.created_by) == ("+37255501992", mari)
    assert set(Deed.objects.filter(actor=mari).values_list("action", flat=True)) == {
        "list.file_brought", "list.file_taken_in", "party.changed", "party.added",
    }  # fmt: skip
    assert counts(bring(client, "parties", content)) == {"new": 0, "changed": 0, "unchanged": 2, "refused": 1}


def test_a_party_that_does_not_exist_for_the_person_is_not_written_changed_or_told_of(as_person, mari, jaan, peeter):
    hidden = PartyFactory(name="Salajane Isik", phone="+37255501997", email="salajane@example.ee", registry_code="")
    case = CaseFactory(party=hidden, restricted=True)
    assert not Party.objects.visible_to(mari).filter(pk=hidden.pk).exists(), case
    client = as_person(mari)

    out = exported(client, "parties").decode()
    page = bring(client, "parties", as_csv({"number": hidden.pk, "name": "Muudetud"}, {"number": hidden.pk + 1000, "name": "Muudetud"}))  # fmt: skip

    assert "Salajane" not in out
    told = [reason for _line, reason in reasons(page)]
    assert len(told) == 2
    assert told[0] == told[1]
    assert "Salajane" not in page.content.decode()
    hidden.refresh_from_db()
    assert hidden.name == "Salajane Isik"


def test_what_changed_after_the_look_is_shown_again_and_not_done(as_person, mari):
    known = PartyFactory(name="Mari Maasikas", phone="", email="", registry_code="", address="Vana 1")
    client = as_person(mari)
    page = bring(client, "parties", as_csv({"number": known.pk, "address": "Uus 2"}))
    Party.objects.filter(pk=known.pk).update(address="Vahepeal 3")

    again = confirm(client, page)

    assert again.status_code == 409
    assert again.context["is_old"]
    known.refresh_from_db()
    assert known.address == "Vahepeal 3"
    [changed] = again.context["look"].changed
    assert [(one.old, one.new) for one in changed.changes] == [("Vahepeal 3", "Uus 2")]

    assert confirm(client, again).status_code == 200
    known.refresh_from_db()
    assert known.address == "Uus 2"


def test_a_file_is_taken_in_once_and_gone_afterwards(as_person, mari):
    client = as_person(mari)
    page = bring(client, "parties", as_csv({"name": "Jüri Uus", "phone": "5550 1992"}))
    confirm(client, page)
    confirm(client, page)

    assert Party.objects.filter(name="Jüri Uus").count() == 1
    job = Job.objects.get(kind="list_file")
    assert (job.state, job.input_file.name, job.result["new"]) == ("done", "", 1)


def test_a_file_of_somebody_else_is_not_there(as_person, mari, liis):
    page = bring(as_person(mari), "parties", as_csv({"name": "Jüri Uus"}))

    assert as_person(liis).get(page.request["PATH_INFO"]).status_code == 404


def test_the_same_row_twice_in_a_file_is_refused(as_person, mari):
    known = PartyFactory(name="Mari Maasikas", phone="", email="", registry_code="")
    page = bring(as_person(mari), "parties", as_csv({"number": known.pk, "address": "A"}, {"number": known.pk, "address": "B"}))  # fmt: skip

    assert counts(page) == {"new": 0, "changed": 1, "unchanged": 0, "refused": 1}


def test_what_cannot_be_read_is_told_and_nothing_kept(as_person, mari):
    client = as_person(mari)

    page = bring(client, "parties", b"")
    assert page.status_code == 422
    jobs_before = Job.objects.count()
    strange = bring(client, "parties", as_csv({"name": "A", "Lemmikvärv": "sinine"}))

    assert jobs_before == 0
    assert any("Lemmikvärv" in sentence for sentence in strange.context["look"].told)


# --- Structure --------------------------------------------------------------------------------------------------------
def test_units_come_in_with_their_parts_and_are_closed_by_their_last_day(as_person, jaan):
    old = UnitFactory(name_et="Vana osakond", name_en="Old")
    client = as_person(jaan)
    content = as_csv(
        {"Kood": "uus", "Nimi eesti keeles": "Uus osakond", "Nimi inglise keeles": "New", "Osa üksusest": "", "Viimane kasutuspäev": ""},
        {"Kood": "", "Nimi eesti keeles": "Uus talitus", "Nimi inglise keeles": "Part", "Osa üksusest": "Uus osakond", "Viimane kasutuspäev": ""},
        {"Kood": old.code, "Nimi eesti keeles": "Vana osakond", "Nimi inglise keeles": "Old", "Osa üksusest": "", "Viimane kasutuspäev": "31.12.2030"},
        {"Kood": "Ei Sobi!", "Nimi eesti keeles": "Vale", "Nimi inglise keeles": "Wrong", "Osa üksusest": "pole-sellist", "Viimane kasutuspäev": ""},
    )  # fmt: skip
    columns = registry.known()["units"].resource(user=jaan, today=timezone.localdate()).columns
    headings = {"Kood": "code", "Nimi eesti keeles": "name_et", "Nimi inglise keeles": "name_en", "Osa üksusest": "parent", "Viimane kasutuspäev": "valid_to"}  # fmt: skip
    for said, name in headings.items():
        content = content.replace(said.encode(), str(columns[name].heading).encode())

    page = bring(client, "units", content)
    assert counts(page) == {"new": 2, "changed": 1, "unchanged": 0, "refused": 1}, reasons(page)
    confirm(client, page)

    part = Unit.objects.get(name_et="Uus talitus")
    assert part.parent.code == "uus"
    old.refresh_from_db()
    assert str(old.valid_to) == "2030-12-31"
    assert {"unit.added", "unit.closed"} <= set(Deed.objects.values_list("action", flat=True))
    again = counts(bring(client, "units", content))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)


# --- People -----------------------------------------------------------------------------------------------------------
def test_a_person_is_changed_and_added_but_no_role_comes_by_file(as_person, jaan, mari):
    client = as_person(jaan)
    share = {
        "email": mari.email,
        "first_name": mari.first_name,
        "last_name": mari.last_name,
        "workload_share": "0,5",
        "Rollid": "administrator",
    }
    new = share | {"email": "Uus.Inimene@naide.ee", "first_name": "Uus", "last_name": "Inimene", "workload_share": "1"}
    bad = share | {"email": "kolmas@naide.ee", "workload_share": "1,5"}

    page = bring(client, "people", as_csv(share, new, bad))

    assert counts(page) == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1}, reasons(page)
    assert not OutgoingMail.objects.exists()
    confirm(client, page)
    mari.refresh_from_db()
    assert str(mari.workload_share) == "0.50"
    person = User.objects.get(email="uus.inimene@naide.ee")
    assert not person.role_holdings.exists()
    assert not person.has_usable_password()
    assert OutgoingMail.objects.count() == 1
    assert counts(bring(client, "people", as_csv(share, new))) == {
        "new": 0,
        "changed": 0,
        "unchanged": 2,
        "refused": 0,
    }


# --- Targets ----------------------------------------------------------------------------------------------------------
def test_a_target_above_the_possible_or_of_a_day_that_is_over_is_refused(as_person, jaan):
    client, today = as_person(jaan), timezone.localdate()
    code = "replied_on_time" if Indicator.objects.filter(code="replied_on_time").exists() else None
    passport = next(
        one for one in Indicator.objects.filter(is_in_use=True) if one.passports.filter(unit="percent").exists() and code in (None, one.code)
    )  # fmt: skip
    row = {"indicator": passport.code, "valid_from": f"{today:%d.%m.%Y}", "value": "150", "reason": "rohkem"}
    page = bring(client, "targets", as_csv(row, row | {"value": "95,5"}, row | {"valid_from": "01.01.2020", "value": "90"}))  # fmt: skip

    assert counts(page) == {"new": 1, "changed": 0, "unchanged": 0, "refused": 2}, reasons(page)
    confirm(client, page)

    target = Target.objects.get(indicator=passport, valid_from=today)
    assert (str(target.value), target.set_by) == ("95.500", jaan)
    assert counts(bring(client, "targets", as_csv(row | {"value": "95,5"})))["unchanged"] == 1


# --- Calls ------------------------------------------------------------------------------------------------------------
def test_half_hours_come_in_with_every_figure_and_an_impossible_one_is_refused(as_person, jaan):
    client = as_person(jaan)
    row = {
        "queue": "info",
        "day": "02.11.2026",
        "slot": "08:30",
        "offered": "10",
        "answered": "9",
        "talk_seconds": "1:15",
        "hold_seconds": "20",
    }
    page = bring(client, "calls", as_csv(row, row | {"slot": "09.00", "answered": "11"}, row | {"slot": "09.10"}))

    assert counts(page) == {"new": 1, "changed": 0, "unchanged": 0, "refused": 2}, reasons(page)
    confirm(client, page)

    kept = QueueInterval.objects.get(day="2026-11-02", slot=17)
    assert (kept.offered, kept.answered, kept.talk_seconds, kept.hold_seconds, kept.entered_by) == (
        10,
        9,
        75,
        20,
        jaan,
    )
    assert kept.abandoned is None
    assert counts(bring(client, "calls", as_csv(row)))["unchanged"] == 1


# --- Told -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["et", "en"])
def test_the_page_of_docs_tells_every_column_as_the_code_reads_it(language):
    page = Path(__file__).resolve().parents[2] / "docs/user" / language / "list-files.md"

    assert explained.part_in(page.read_text()) == explained.as_markdown(language, timezone.localdate())


@pytest.mark.parametrize("kind", ["far", "long"])
def test_a_workbook_that_is_small_until_it_is_unpacked_is_refused_unread(as_person, jaan, kind, monkeypatch):
    """Without a reader: nothing of it is unpacked in the web process, and nothing of it is kept."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Nimi", "E-post"])
    if kind == "far":
        sheet.write("T90000", "kaugel")
    else:
        for row in range(1, 30_000):
            sheet.write_row(row, 0, ["Tammepuu OÜ", "info@example.com"])
    book.close()
    assert len(file.getvalue()) < LARGEST_BYTES
    monkeypatch.setattr(reading, "ForeignTable", None)

    page = bring(as_person(jaan), "parties", file.getvalue(), "nimekiri.xlsx")

    assert page.status_code == 422
    assert "liiga suur" in page.content.decode()
    assert not Job.objects.filter(kind="list_file").exists()
