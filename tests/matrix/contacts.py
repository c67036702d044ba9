"""Contacts, parties and drafts: who logs, who reads, who corrects."""

import uuid

from bureau import reference
from complaints.models import CaseKind
from tests.factories import CaseFactory, ContactFactory, PartyFactory
from tests.matrix import Row

LOGS = "mari peeter jaan"
READS = "mari peeter jaan tiina kai dora"
TRUSTED = "peeter jaan tiina dora"
NO_CONTENT = {"admin_user": 403, "outi": 403}


def own_contact(people):
    return {"key": ContactFactory(handled_by=people.mari).key}


def foreign_contact(people):
    return {"key": ContactFactory(handled_by=people.liis).key}


def unit_contact(people):
    return {"key": ContactFactory(handled_by=people.liis, unit=people.forest_unit).key}


def restricted_contact(people):
    case = CaseFactory(restricted=True, assignee=people.liis)
    return {"key": ContactFactory(handled_by=people.liis, case=case, is_restricted=True).key}


def party(people):
    return {"pk": PartyFactory().pk}


def party_of_unit(people):
    found = PartyFactory()
    CaseFactory(party=found, unit=people.forest_unit)
    return {"pk": found.pk}


OBJECTS = {
    "own_contact": own_contact,
    "foreign_contact": foreign_contact,
    "unit_contact": unit_contact,
    "restricted_contact": restricted_contact,
    "party": party,
    "party_of_unit": party_of_unit,
}


def sheet(people):
    phone = reference.by_code(reference.channels())["phone"].id
    return {"key": str(uuid.uuid4()), "channel": phone, "outcome": "answered"}


def correction(people):
    phone = reference.by_code(reference.channels())["phone"].id
    return {
        "seen_version": "0",
        "channel": phone,
        "outcome": "answered",
        "at": "2026-01-05T10:00",
        "note": "Parandatud",
    }


def words_of_case(people):
    return {"kind": CaseKind.objects.get(code="explanation").pk, "title": "Proov"}


PARTY = {"kind": "person", "name": "Mai Maasikas", "language": "et"}

ROWS = [
    Row("complaints:contact_list", may=READS),
    Row("complaints:contact_log", may=LOGS),
    Row("complaints:contact_log", may=LOGS, method="post", data=sheet, answer=302),
    Row("complaints:contact_log", may=LOGS, method="post", answer=422),
    Row("complaints:contact_finder", may=LOGS, query="?who=kuusk"),
    Row("complaints:contact_person", may=LOGS, of="party"),
    Row("complaints:contact_hints", may=LOGS),
    Row("complaints:contact_deadline", may=LOGS),
    Row("complaints:favourite_topics", may=LOGS),
    Row("complaints:favourite_topics", may=LOGS, method="post", data={"key_1": ""}, answer=302),
    Row("complaints:contact_batch", may=LOGS),
    Row("complaints:contact_batch", may=LOGS, method="post", answer=422),
    Row("complaints:contact_detail", may="mari peeter jaan tiina dora", of="own_contact", answers={"kai": 404}),
    Row("complaints:contact_detail", may="mari peeter jaan tiina dora", of="foreign_contact", answers={"kai": 404}),
    Row("complaints:contact_detail", may=READS, of="unit_contact"),
    Row("complaints:contact_detail", may=TRUSTED, of="restricted_contact", others=404, answers=NO_CONTENT),
    Row("complaints:contact_edit", may=LOGS, of="own_contact"),
    Row("complaints:contact_edit", may="peeter jaan", of="foreign_contact", answers={"mari": 302}),
    Row("complaints:contact_edit", may="peeter jaan", of="restricted_contact", answers={"mari": 404}),
    Row("complaints:contact_edit", may=LOGS, of="own_contact", method="post", data=correction, answer=302),
    Row("complaints:contact_open_case", may=LOGS, of="own_contact"),
    Row("complaints:contact_open_case", may="peeter jaan", of="foreign_contact", answers={"mari": 302}),
    Row("complaints:contact_open_case", may=LOGS, of="own_contact", method="post", data=words_of_case, answer=302),
    # Taken back by nobody but the one who logged it.
    Row(
        "complaints:contact_undo",
        may="mari",
        of="own_contact",
        method="post",
        answer=302,
        answers={"peeter": 404, "jaan": 404},
    ),  # fmt: skip
    Row("complaints:party_list", may=READS),
    Row("complaints:party_detail", may="mari peeter jaan tiina dora", of="party", answers={"kai": 404}),
    Row("complaints:party_detail", may=READS, of="party_of_unit"),
    Row("complaints:party_add", may=LOGS),
    Row("complaints:party_add", may=LOGS, method="post", data=PARTY, answer=302),
    Row("complaints:party_edit", may=LOGS, of="party"),
    Row("complaints:party_edit", may=LOGS, of="party", method="post", data=PARTY | {"seen_version": "1"}, answer=302),
    # Everybody keeps drafts of their own, whatever they may do.
    Row("bureau:draft_save", may="all", of=lambda people: {"form": "contact_log"}, method="post"),
    Row("bureau:draft_save", may="all", of=lambda people: {"form": "note", "subject": "P-1"}, method="post"),
    Row("bureau:draft_discard", may="all", of=lambda people: {"form": "contact_log"}, method="post"),
    Row("bureau:draft_token", may="all"),
    Row("bureau:signed_in_again", may="all"),
]
