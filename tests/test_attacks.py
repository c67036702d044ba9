"""What an attacker tries: rows of others by a side door, input that no form of ours sends, reading without a trace."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.models import ReadingRecord
from complaints.contact_log import version_of
from complaints.deeds import DeedRefused
from complaints.models import Case, CaseAccess, Contact
from complaints.restriction import Restriction, let_in, restrict_case
from tests.factories import CaseFactory, ContactFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db

NOUGHT = "\x00"
LONG = "9" * 5000


@pytest.fixture
def basis():
    from bureau.models import RestrictionBasis

    return RestrictionBasis.objects.order_by("pk").first()


def mark(basis, today):
    return Restriction(basis_id=basis.pk, until=today.replace(year=today.year + 1), reason="isikuandmed")


# --- Rows of others ---------------------------------------------------------------------------------------------------
@pytest.fixture
def of_other_unit(kai, liis, forest_unit, water_unit):
    """A contact passed on to Kai's unit, in a case of another one."""
    case = CaseFactory(title="Veehaarde saladus", unit=water_unit, assignee=liis)
    contact = ContactFactory(
        case=case,
        unit=forest_unit,
        passed_to_unit=forest_unit,
        outcome="forwarded",
        handled_by=liis,
        note="uuriti puid",
    )
    return case, contact


def test_a_contact_of_ones_unit_does_not_name_the_case_of_another_unit(as_person, kai, of_other_unit):
    case, contact = of_other_unit
    client = as_person(kai)
    for url in (reverse("complaints:contact_list"), reverse("complaints:contact_detail", args=[contact.key])):
        page = client.get(url).content.decode()
        assert "contacts/" in page
        assert case.number not in page
        assert case.title not in page


def test_an_export_of_contacts_names_only_cases_that_the_list_names(as_person, kai, of_other_unit):
    case, _contact = of_other_unit
    answer = as_person(kai).post(reverse("complaints:contact_export"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "uuriti puid" in text
    assert case.number not in text


def test_an_export_keeps_the_number_of_a_restricted_case_from_who_only_logged_the_call(as_person, mari, liis):
    case = CaseFactory(restricted=True, assignee=liis)
    ContactFactory(case=case, handled_by=mari, is_restricted=True, note="minu kõne")
    answer = as_person(mari).post(reverse("complaints:contact_export"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "minu kõne" in text
    assert case.number not in text


def test_contacts_of_a_restricted_case_of_another_unit_stay_unseen_by_a_unit_head(
    kai, of_other_unit, basis, today, liis
):
    case, contact = of_other_unit
    restrict_case(case=case, restriction=mark(basis, today), by=liis)
    assert not Contact.objects.visible_to(kai).filter(pk=contact.pk).exists()


def test_correcting_ones_contact_neither_names_nor_leaves_a_case_that_became_restricted(
    as_person, mari, liis, basis, today
):
    case = CaseFactory(assignee=liis)
    contact = ContactFactory(case=case, handled_by=mari, note="esimene")
    restrict_case(case=case, restriction=mark(basis, today), by=liis)
    client = as_person(mari)
    url = reverse("complaints:contact_edit", args=[contact.key])
    page = client.get(url)
    assert case.number not in page.content.decode()
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    data["at"] = timezone.localtime(contact.at).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(url, data | {"note": "teine", "seen_version": version_of(contact)})
    contact.refresh_from_db()
    assert answer.status_code == 302
    assert (contact.note, contact.case_id, contact.is_restricted) == ("teine", case.pk, True)


def test_a_stand_in_who_changes_the_mark_loses_the_case_with_the_substitution(mari, liis, basis, today):
    case = CaseFactory(restricted=True, assignee=liis)
    substitution = SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)
    del_rights(mari)
    restrict_case(case=case, restriction=mark(basis, today), by=mari)
    substitution.ended_early_at = timezone.now()
    substitution.save()
    del_rights(mari)
    assert not Case.objects.visible_to(mari).filter(pk=case.pk).exists()


def del_rights(user):
    user.__dict__.pop("rights", None)
    for name in [name for name in user.__dict__ if name.startswith("_rights")]:
        del user.__dict__[name]


def test_nobody_is_let_in_before_the_case_is_restricted(mari, liis):
    case = CaseFactory(assignee=liis)
    with pytest.raises(DeedRefused):
        let_in(case=case, user=mari, reason="igaks juhuks", by=mari)
    assert not CaseAccess.objects.exists()


# --- Reading without a trace ------------------------------------------------------------------------------------------
def test_the_timeline_of_a_restricted_case_is_not_read_without_a_record(as_person, liis):
    case = CaseFactory(restricted=True, assignee=liis, description="saladus")
    as_person(liis).get(case.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "timeline"})
    assert ReadingRecord.objects.filter(object_id=case.pk, user=liis).exists()


def test_a_refused_letter_shows_a_restricted_case_with_a_record(as_person, liis):
    case = CaseFactory(restricted=True, assignee=liis, description="saladus")
    answer = as_person(liis).post(reverse("complaints:case_note", args=[case.number]), {"text": ""})
    assert answer.status_code == 422
    assert ReadingRecord.objects.filter(object_id=case.pk, user=liis).exists()


# --- Input that no form of ours sends ---------------------------------------------------------------------------------
ODD_ADDRESSES = [
    "/cases/?handler=²", f"/cases/?handler={LONG}", "/cases/?sort=number&status=all&after=%00~5", "/cases/?after=~9&sort=due",
    f"/cases/?after=2026-01-01~{LONG}", "/cases/?party=1e49", "/cases/?party=-1", "/cases/?batch=1e30", "/cases/?q=%00",
    "/cases/?sort=%00&kind=%00&status=%00&topic=%00", "/cases/?registered_from=0001-01-01&registered_to=9999-12-31",
    "/cases/?forwarded_to=9999-12-31&status=all", f"/cases/?topic={LONG}&unit={LONG}&kind={LONG}",
    "/cases/?handler=99999999999999999999999999", "/cases/?q=%26%7C!()%3A*'\"\\", "/cases/%00/", f"/cases/{LONG}/",
    "/contacts/?to=9999-12-31", "/contacts/?from=0001-01-01", "/contacts/?handler=²", f"/contacts/?handler={LONG}",
    "/contacts/?party=1e49", "/contacts/?hour=1e49&weekday=-1e49", "/contacts/?direction=%00", "/contacts/?outcome=%00",
    "/contacts/?after=99999999999999999-1", "/contacts/?after=%00", f"/contacts/?before={LONG}-{LONG}",
    "/contacts/log/who/?who=%00", "/contacts/log/who/?who=" + "(" * 190, "/contacts/log/hints/?party=²&topic=²&key=²",
    f"/contacts/log/hints/?party={LONG}&topic={LONG}", "/contacts/log/?phone=%00", "/contacts/log/?again=x&phone=²",
    "/contacts/log/deadline/?at=0001-01-01T00:00&outcome=case&kind=²", "/contacts/log/deadline/?at=9999-12-31T23:59",
    "/search/?q=%00", "/search/?q=x&after=%00", "/search/?q=P-²²²²", f"/search/?q={LONG}", "/search/?q=+372&before=~~",
    "/search/?q='%20OR%201=1--", "/parties/?q=%00", "/parties/?after=²", f"/parties/?after={LONG}",
    "/parties/?q=%25_%5C", "/cases/new/?title=%00&party=²", "/cases/new/terms/?kind=²&received_at=9999-12-31T00:00",
    "/cases/new/terms/?kind=1&received_at=0001-01-01T00:00&event_on=9999-12-31", "/cases/new/parties/?who=%00",
    "/cases/new/duplicates/?party=²&topic=²", f"/cases/new/duplicates/?party={LONG}&topic={LONG}",
    "/dashboard/?from=0001-01-01&to=9999-12-31", "/dashboard/?unit=%00&channel=%00&topic=%00&compare=%00&period=%00",
    "/dashboard/?from=²&to=%00", f"/dashboard/?unit={LONG}", "/absences/?month=%00", "/absences/?month=9999-99",
    "/substitutions/add/?absent=²", "/calendar/0/", "/calendar/99999999999/", "/calendar/9999/", "/notifications/?after=²&state=%00",
    "/audit/?who=²&since=0001-01-01&until=9999-12-31&object=%00&after=%00", "/audit/?who=1e49", "/jobs/?after=²",
    "/people/?q=%00&role=%00", f"/people/{'9' * 30}/", "/imports/?after=%00", "/exports/cases/?handler=²", "/exports/contacts/?to=9999-12-31",
    "/rules/%00/", "/cases/filter/?status=%00&handler=²", "/cases/views/?q=%00",
    "/contacts/?before=9999999999999999-99", "/contacts/?topic=²", "/cases/?unit=²", "/cases/?batch=NaN", "/contacts/?party=Infinity",
]  # fmt: skip


def test_odd_addresses_never_break_a_page(as_person, jaan, client):
    case = CaseFactory()
    ContactFactory(case=case, handled_by=jaan)
    client = as_person(jaan)
    client.raise_request_exception = False
    broken = [address[:100] for address in ODD_ADDRESSES if client.get(address).status_code >= 500]
    assert broken == []


def odd_posts(case, contact, jaan):
    key = "00000000-0000-4000-8000-000000000001"
    phone = contact.channel_id
    logged = {"key": key, "channel": phone, "outcome": "answered"}
    new = {
        "key": key,
        "kind": case.kind_id,
        "title": "x",
        "channel": phone,
        "received_at": "2026-01-05T10:00",
        "language": "et",
    }
    return [
        ("/cases/assign/", {"number": NOUGHT, "to": jaan.pk, "confirmed": "on"}),
        ("/cases/assign/", {"number": NOUGHT, "to": jaan.pk}),
        ("/cases/assign/", {"everything": "handler=²&q=%00", "to": jaan.pk}),
        ("/contacts/log/", logged | {"choice": "²", "who": "x"}),
        ("/contacts/log/", logged | {"choice": "9" * 20}),
        ("/contacts/log/", logged | {"party": LONG, "topic": LONG, "channel": "x"}),
        ("/contacts/log/", logged | {"topic": LONG, "find": "1", "who": "x"}),
        ("/contacts/log/", logged | {"at": "0001-01-01T00:00"}),
        ("/contacts/log/", logged | {"duration": "²", "typed_at": "9999-99-99", "entry_milliseconds": "²"}),
        ("/contacts/log/", logged | {"draft_subject": NOUGHT, "note": NOUGHT}),
        (f"/contacts/{contact.key}/edit/", logged | {"choice": "²", "seen_version": "0", "at": "2026-01-05T10:00"}),
        (
            f"/contacts/{contact.key}/edit/",
            logged | {"choice": "9" * 20, "seen_version": LONG, "at": "0001-01-01T00:00"},
        ),
        ("/cases/new/", new | {"party": LONG, "topic": LONG, "title": ""}),
        ("/cases/new/", new | {"received_at": "0001-01-01T00:00"}),
        ("/cases/new/", new | {"received_at": "9999-12-31T23:59", "registered_at": "9999-12-31T23:59"}),
        ("/cases/new/", new | {"due_on": "9999-12-31", "event_on": "0001-01-01"}),
        ("/cases/new/", new | {"find": "1", "title": NOUGHT, "party": "²"}),
        (f"/cases/{case.number}/unlink/", {"link": LONG}),
        (f"/cases/{case.number}/party/", {"party": LONG, "who": NOUGHT}),
        (f"/cases/{case.number}/note/", {"text": "x", "version": LONG, "seen": LONG}),
        (f"/cases/{case.number}/follow/", {"version": LONG}),
        (f"/cases/{case.number}/link/", {"other": NOUGHT, "kind": "x"}),
        (f"/cases/{case.number}/extend/", {"until": "9999-12-31", "clock": LONG}),
        (f"/cases/{case.number}/reply/", {"text": "x", "at": "0001-01-01T00:00", "channel": phone, "key": key}),
        (f"/cases/{case.number}/turn/", {"text": "x", "at": "0001-01-01T00:00", "channel": phone, "key": key}),
        (f"/cases/{case.number}/restrict/", {"until": "9999-12-31", "basis": LONG, "reason": "x"}),
        ("/cases/views/", {"name": "a\nb", "query": "a\r\nSet-Cookie: x=1"}),
        ("/cases/views/", {"name": "x", "query": "handler=²"}),
        ("/cases/columns/", {"columns": NOUGHT, "sort": NOUGHT, "density": NOUGHT}),
        ("/drafts/case_new/save/", {"title": NOUGHT}),
        ("/drafts/case_new/%00/save/", {"title": "x"}),
        ("/language/", {"language": "xx\r\nA: b", "next": "//evil.example"}),
        ("/language/", {"language": "en", "next": "/\\evil.example\r\nA: b"}),
        ("/absences/add/", {"starts_on": "0001-01-01", "ends_on": "9999-12-31", "kind": "vacation", "person": LONG}),
        (
            "/substitutions/add/",
            {"absent": LONG, "substitute": "²", "starts_on": "0001-01-01", "ends_on": "9999-12-31"},
        ),
        ("/parties/new/", {"name": NOUGHT, "phone": "²", "registry_code": "²" * 8}),
        (
            "/parties/new/",
            {"name": "x", "phone": "٣٣٣٣٣٣٣", "registry_code": "٣٣٣٣٣٣٣٣", "kind": "person", "language": "et"},
        ),
    ]


def test_odd_posts_never_break_a_page(as_person, jaan):
    case = CaseFactory()
    contact = ContactFactory(case=case, handled_by=jaan)
    client = as_person(jaan)
    client.raise_request_exception = False
    broken = []
    for url, data in odd_posts(case, contact, jaan):
        if client.post(url, data).status_code >= 500:
            broken.append((url, {name: str(value)[:20] for name, value in data.items()}))
    assert broken == []


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 3000, f"[file]\nheader_row = {LONG}", "[contact]\nlog = 2026-01-01", "[dates]\nformats = [1, {a = 2}]",
             "source = []", "row_key = 'x'", "[title]\ncolumns = [[1]]", "[file]\nencoding = 'UTF-7'", 'source = "a\\u0000b"',
             "[dates]\ntime_zone = '../../etc/passwd'", "[title]\nvalue = 1979-05-27", "source = nan", "[kind.values]\n'' = 'x'"],
)  # fmt: skip
def test_odd_mappings_are_refused_in_words(as_person, jaan, text):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = as_person(jaan)
    client.raise_request_exception = False
    file = SimpleUploadedFile("tabel.csv", b"Kuupaev;Pealkiri\n2026-01-05;x\n")
    whole = text if "source" in text else f'source = "x"\n{text}'
    answer = client.post("/imports/new/", {"file": file, "map_file": SimpleUploadedFile("map.toml", whole.encode())})
    assert answer.status_code < 500
    if answer.status_code == 302:
        for step in ("file", "columns", "words", "preview", "map/download"):
            assert client.get(answer.url.replace("file/", f"{step}/")).status_code < 500


# --- What was taken out with borrowed rights --------------------------------------------------------------------------
def test_the_file_of_an_export_is_gone_with_the_rights_it_was_made_with(as_person, mari, jaan, today):
    from bureau import exports, jobs
    from bureau.models import Job, User

    CaseFactory(restricted=True, assignee=jaan, title="Salajane asi")
    substitution = SubstitutionFactory(absent=jaan, substitute=mari, starts_on=today, ends_on=today)
    job = Job.objects.create(
        kind=exports.KIND, title="x", owner=User.objects.get(pk=mari.pk), state="running",
        parameters={"list": "cases", "filter": ""},
    )  # fmt: skip
    job.result = exports.run_export(job, jobs.Progress(job))
    job.state, job.finished_at = "done", timezone.now()
    job.save()
    url = reverse("bureau:job_file", args=[job.public_id])
    assert as_person(mari).get(url).status_code == 200
    substitution.ended_early_at = timezone.now()
    substitution.save()
    assert as_person(mari).get(url).status_code == 404
