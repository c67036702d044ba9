"""Imports, exports and long work."""

import io

from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.models import Job
from complaints.intake.importing import setup
from complaints.models import ImportBatch, ImportMap
from tests.complaints.imported import MAP, csv_of
from tests.matrix import Row

IMPORTERS = "peeter jaan"
EXPORTERS = "mari peeter jaan tiina kai"
SEES_JOBS = "mari peeter jaan tiina kai"


def prepared(people):
    file = File(io.BytesIO(csv_of({})), name="register.csv")
    job = setup.begin(file=file, file_name="register.csv", by=people.peeter, map_text=MAP)
    return {"public_id": job.public_id}


def batch(people):
    return {"pk": ImportBatch.objects.create(source="vana", file_name="vana.csv", file_sha256="", map_text=MAP).pk}


def kept_map(people):
    return {"pk": ImportMap.objects.create(name="vana", text=MAP).pk}


def work(owner):
    def make(people):
        job = Job(
            kind="export", title="Proovitöö", owner=getattr(people, owner), state="done", result={"keeps_keys": True}
        )
        job.finished_at = job.created_at
        job.output_file.save("x.csv", File(io.BytesIO(b"x")), save=False)
        job.output_name = "x.csv"
        job.save()
        return {"public_id": job.public_id}

    return make


OBJECTS = {
    "prepared_import": prepared,
    "import_batch": batch,
    "import_mapping": kept_map,
    "own_work": work("mari"),
    "foreign_work": work("liis"),
    "import_work": work("peeter"),
}

SETUP = {"of": "prepared_import", "may": IMPORTERS, "answers": {}}


def upload(people):
    return {
        "file": SimpleUploadedFile("register.csv", csv_of({})),
        "map_file": SimpleUploadedFile("m.toml", MAP.encode()),
    }


ROWS = [
    Row("complaints:import_list", may=IMPORTERS),
    Row("complaints:import_new", may=IMPORTERS),
    Row("complaints:import_new", may=IMPORTERS, method="post", answer=422),
    Row("complaints:import_new", may=IMPORTERS, method="post", data=upload, answer=302),
    *(
        Row(f"complaints:{page}", **SETUP)
        for page in ("import_file", "import_columns", "import_words", "import_preview", "import_map", "import_map_download")
    ),
    Row("complaints:import_file", **SETUP, method="post", answer=422),
    Row("complaints:import_columns", **SETUP, method="post", answer=422),
    Row("complaints:import_words", **SETUP, method="post", answer=422),
    Row("complaints:import_map", **SETUP, method="post", data={"text": MAP}, answer=302),
    Row("complaints:import_rehearse", **SETUP, method="post", answer=302),
    Row("complaints:import_take", **SETUP, method="post", answer=302),
    Row("complaints:import_discard", **SETUP, method="post", answer=302),
    Row("complaints:map_download", may=IMPORTERS, of="import_mapping"),
    Row("complaints:map_delete", may=IMPORTERS, of="import_mapping"),
    Row("complaints:map_delete", may=IMPORTERS, of="import_mapping", method="post", answer=302),
    Row("complaints:import_undo", may=IMPORTERS, of="import_batch"),
    Row("complaints:import_undo", may=IMPORTERS, of="import_batch", method="post", answer=302),
    Row("complaints:case_export", may=EXPORTERS),
    Row("complaints:case_export", may=EXPORTERS, method="post", data={"format": "csv"}),
    Row("complaints:case_export", may=EXPORTERS, method="post", answer=422),
    Row("complaints:contact_export", may=EXPORTERS),
    Row("complaints:contact_export", may=EXPORTERS, method="post", data={"format": "xlsx"}),
    Row("complaints:party_export", may=EXPORTERS),
    Row("complaints:party_export", may=EXPORTERS, method="post", data={"format": "csv"}),
    Row("bureau:deed_export", may="jaan tiina dora"),
    Row("bureau:deed_export", may="jaan tiina dora", method="post", data={"format": "csv"}),
    Row("bureau:job_list", may=SEES_JOBS),
    Row("bureau:job_list", may=SEES_JOBS, headers={"HX-Request": "true"}),
    Row("bureau:job_detail", may="mari jaan", of="own_work", answers=dict.fromkeys(("peeter", "tiina", "kai"), 404)),
    Row("bureau:job_detail", may="jaan", of="foreign_work", answers=dict.fromkeys(("mari", "peeter", "tiina", "kai"), 404)),
    # The file holds what its owner may see, and is for nobody else.
    Row("bureau:job_rows", may="mari jaan", of="own_work", answers=dict.fromkeys(("peeter", "tiina", "kai"), 404)),
    Row("bureau:job_rows_export", may="mari jaan", of="own_work", method="post", answers=dict.fromkeys(("peeter", "tiina", "kai"), 404)),
    Row("bureau:job_file", may="mari", of="own_work", answers=dict.fromkeys(("peeter", "jaan", "tiina", "kai"), 404)),
    Row("bureau:job_cancel", may="mari jaan", of="own_work", method="post", answer=302, answers=dict.fromkeys(("peeter", "tiina", "kai"), 404)),
]  # fmt: skip
