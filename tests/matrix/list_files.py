"""Lists out as a file and in from one: each list asks for its own right."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.list_files import registry, taking_in
from tests.factories import PartyFactory
from tests.matrix import Row

CHANGES = {
    "parties": "mari peeter jaan",
    "units": "jaan",
    "people": "jaan admin_user",
    "targets": "jaan",
    "calls": "peeter jaan",
}
TAKES = CHANGES | {
    "parties": "mari peeter jaan tiina kai",
    "targets": "peeter jaan tiina",
    "calls": "peeter jaan tiina",
}


def named(code):
    return lambda people: {"code": code}


def brought(people):
    """A file of Mari's that changes nobody."""
    PartyFactory(name="Mari Maasikas")
    file = SimpleUploadedFile("pooerdujad.csv", b"name;phone\nUus Inimene;55501993\n")
    given = {"list_file": registry.known()["parties"], "by": people.mari, "today": date(2026, 11, 30)}
    job = taking_in.bring(file=file, file_name=file.name, **given)
    people.look = taking_in.look_at(job=job, list_file=given["list_file"], user=people.mari, today=given["today"])
    return {"code": "parties", "public_id": job.public_id}


def mark(people):
    return {"mark": people.look.mark}


def file(people):
    return {"file": SimpleUploadedFile("nimed.csv", b"name;phone\nUus Inimene;55501993\n")}


OBJECTS = {"brought_list": brought}
# The file is of who brought it; others who keep the list are told of none.
OF_OTHERS = {"peeter": 404, "jaan": 404}

ROWS = [
    *(Row("bureau:list_file_new", may=may, of=named(code)) for code, may in CHANGES.items()),
    Row(
        "bureau:list_file_new",
        may="",
        of=named("nowhere"),
        answers=dict.fromkeys(("mari", "peeter", "jaan", "admin_user"), 404),
    ),
    Row("bureau:list_file_new", may=CHANGES["parties"], of=named("parties"), method="post", data=file, answer=302),
    Row("bureau:list_file_new", may=CHANGES["parties"], of=named("parties"), method="post", answer=422),
    Row("bureau:list_file", may="mari", of="brought_list", answers=OF_OTHERS),
    Row("bureau:list_file", may="mari", of="brought_list", method="post", data=mark, answer=302, answers=OF_OTHERS),
    Row("bureau:list_file_discard", may="mari", of="brought_list", method="post", answer=302, answers=OF_OTHERS),
    *(Row("bureau:list_export", may=may, of=named(code)) for code, may in TAKES.items()),
    *(
        Row("bureau:list_export", may=may, of=named(code), method="post", data={"format": "csv"})
        for code, may in TAKES.items()
    ),
]
