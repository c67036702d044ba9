"""The import on the pages: every step is kept, a rehearsal comes first, the result can be taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau import jobs
from bureau.models import Job
from complaints.models import Case, ImportBatch, ImportMap
from tests.complaints.imported import MAP, csv_of


def upload(client, content=None, name="register.csv", **data):
    content = csv_of({}, {"Teema": "Kuu", "Olek": "Töös"}, {"Saabus": "eile"}) if content is None else content
    return client.post(reverse("complaints:import_new"), {"file": SimpleUploadedFile(name, content), **data})


def run_last():
    job = Job.objects.filter(state=Job.State.QUEUED).latest("pk")
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    return job


def initial_of(form):
    return {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}


def page(client, name, job):
    response = client.get(reverse(f"complaints:{name}", args=[job.public_id]))
    assert response.status_code == 200
    return response


def test_only_steps_that_were_gone_through_are_called_done(as_person, peeter):
    client = as_person(peeter)
    upload(client)
    setup = Job.objects.get(kind="import_setup")
    assert steps_of(page(client, "import_preview", setup)) == ["ahead", "ahead", "ahead", "current", "ahead"]

    client.post(
        reverse("complaints:import_file", args=[setup.public_id]),
        initial_of(page(client, "import_file", setup).context["form"]),
    )

    assert steps_of(page(client, "import_preview", setup)) == ["done", "ahead", "ahead", "current", "ahead"]


def steps_of(response) -> list[str]:
    return re.findall(r'class="step" data-state="(\w+)"', response.text)


def test_a_file_goes_from_upload_to_cases_and_back(as_person, peeter):
    client = as_person(peeter)

    response = upload(client)
    setup = Job.objects.get(kind="import_setup")
    assert response.url == reverse("complaints:import_file", args=[setup.public_id])

    columns = page(client, "import_columns", setup)
    form = columns.context["form"]
    assert form["received_0"].value() == "Saabus"
    data = initial_of(form) | {"source": "vana register", "row_key": "Number", "language": "et"}
    data = {name: value for name, value in data.items() if value not in (False, "")}
    response = client.post(reverse("complaints:import_columns", args=[setup.public_id]), data)
    assert response.status_code == 302, response.context["form"].errors

    words = page(client, "import_words", setup).context["form"]
    assert words["format_0"].value() == "%d.%m.%Y %H:%M"
    assert words["channel_0"].label == "E-post"  # no word of ours: chosen by a person, not guessed
    data = initial_of(words) | {"topic_otherwise": "other", "channel_0": "email"}
    response = client.post(reverse("complaints:import_words", args=[setup.public_id]), data)
    assert response.status_code == 302, response.context["form"].errors

    rows = page(client, "import_preview", setup).context["rows"]
    assert [bool(row.refusal) for row in rows] == [False, False, True], [row.refusal for row in rows]
    assert rows[0].title == "Metsateatise menetlus"
    assert rows[0].due_on.isoformat() == "2026-04-01"

    response = client.post(reverse("complaints:import_take", args=[setup.public_id]))
    assert response.url == reverse("complaints:import_preview", args=[setup.public_id])  # not without a rehearsal

    client.post(reverse("complaints:import_rehearse", args=[setup.public_id]))
    rehearsal = run_last()
    assert (rehearsal.state, rehearsal.result["taken"], rehearsal.result["refused"]) == ("done", 2, 1)
    assert Case.objects.count() == 0
    shown = client.get(reverse("bureau:job_detail", args=[rehearsal.public_id])).content.decode()
    assert reverse("complaints:import_take", args=[setup.public_id]) in shown

    client.post(reverse("complaints:import_take", args=[setup.public_id]))
    taken = run_last()
    assert (taken.state, taken.result["taken"], Case.objects.count()) == ("done", 2, 2)
    setup.refresh_from_db()
    assert setup.state == Job.State.DONE
    assert ImportMap.objects.get().name == "vana register"

    batch = ImportBatch.objects.get()
    client.post(reverse("complaints:import_undo", args=[batch.pk]))
    undone = run_last()
    assert undone.result["taken_back"] == 2
    assert Case.objects.visible_to(peeter).count() == 0


def test_a_mapping_used_before_is_filled_in_for_the_same_header(as_person, peeter):
    client = as_person(peeter)
    upload(client, map_file=SimpleUploadedFile("map.toml", MAP.encode()))
    first = Job.objects.get(kind="import_setup")
    client.post(reverse("complaints:import_rehearse", args=[first.public_id]))
    run_last()
    client.post(reverse("complaints:import_take", args=[first.public_id]))
    run_last()

    upload(client, csv_of({"Number": "77"}))

    second = Job.objects.filter(kind="import_setup").latest("pk")
    assert second.parameters["origin"] == "remembered"
    assert second.parameters["map"] == MAP
    assert page(client, "import_preview", second).context["rows"][0].title == "Metsateatise menetlus"


def test_steps_survive_sign_out(as_person, client, peeter):
    upload(as_person(peeter), map_file=SimpleUploadedFile("map.toml", MAP.encode()))
    client.logout()

    listed = as_person(peeter).get(reverse("complaints:import_list"))

    assert [job.input_name for job in listed.context["setups"]] == ["register.csv"]


def test_a_file_that_is_no_table_is_refused_with_a_sentence(as_person, peeter):
    response = upload(as_person(peeter), b"%PDF-1.7 ...", "kiri.csv")

    assert response.status_code == 422
    assert "CSV" in response.context["form"].errors["file"][0]
    assert not Job.objects.exists()


def test_refused_rows_come_back_as_a_file_that_the_same_mapping_reads(as_person, peeter):
    client = as_person(peeter)
    upload(
        client, csv_of({}, {"Saabus": "eile", "Pealkiri": "=1+1"}), map_file=SimpleUploadedFile("m.toml", MAP.encode())
    )
    setup = Job.objects.get(kind="import_setup")
    client.post(reverse("complaints:import_rehearse", args=[setup.public_id]))
    run_last()
    client.post(reverse("complaints:import_take", args=[setup.public_id]))
    first = run_last()

    response = client.post(reverse("bureau:job_rows_export", args=[first.public_id]))
    refused = b"".join(response.streaming_content)
    assert refused.decode("utf-8-sig").splitlines()[0].startswith("import_row;import_reason;Number;Saabus")
    assert "'=1+1" in refused.decode("utf-8-sig")

    upload(client, refused.replace(b"eile", b"01.03.2026 08:00"), "parandatud.csv")
    second = Job.objects.filter(kind="import_setup").latest("pk")
    client.post(reverse("complaints:import_rehearse", args=[second.public_id]))
    run_last()
    client.post(reverse("complaints:import_take", args=[second.public_id]))
    assert run_last().result["taken"] == 1
    assert Case.objects.get(sender_reference="2").title == "=1+1"


def test_the_page_of_the_job_asks_again_while_it_runs_and_loads_anew_when_over(as_person, peeter):
    client = as_person(peeter)
    upload(client, map_file=SimpleUploadedFile("map.toml", MAP.encode()))
    setup = Job.objects.get(kind="import_setup")
    client.post(reverse("complaints:import_rehearse", args=[setup.public_id]))
    job = Job.objects.filter(state=Job.State.QUEUED).get()
    address = reverse("bureau:job_detail", args=[job.public_id])

    waiting = client.get(address, headers={"HX-Request": "true"})
    run_last()
    over = client.get(address, headers={"HX-Request": "true"})

    assert re.search(r'hx-get="[^"]+" hx-trigger="every 2s"', waiting.content.decode())
    assert "<html" not in waiting.content.decode()
    assert over.headers["HX-Refresh"] == "true"


def test_thrown_away_means_that_the_file_is_gone(as_person, peeter, django_capture_on_commit_callbacks):
    client = as_person(peeter)
    upload(client)
    setup = Job.objects.get(kind="import_setup")
    storage, name = setup.input_file.storage, setup.input_file.name

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("complaints:import_discard", args=[setup.public_id]))

    assert not storage.exists(name)
    assert client.get(reverse("complaints:import_file", args=[setup.public_id])).status_code == 404


def test_a_mapping_may_be_changed_as_toml(as_person, peeter):
    client = as_person(peeter)
    upload(client)
    setup = Job.objects.get(kind="import_setup")
    address = reverse("complaints:import_map", args=[setup.public_id])

    wrong = client.post(address, {"text": MAP.replace('"phone"', '"telephone"')})
    right = client.post(address, {"text": MAP})

    assert wrong.status_code == 422
    assert "telephone" in wrong.context["form"].errors["text"][0]
    assert right.status_code == 302
    assert client.get(reverse("complaints:import_map_download", args=[setup.public_id])).content.decode() == MAP


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_three(
    as_person, peeter, django_assert_num_queries, rows
):
    client = as_person(peeter)
    for number in range(rows):
        upload(client, csv_of({"Number": str(number)}), map_file=SimpleUploadedFile("m.toml", MAP.encode()))
        setup = Job.objects.filter(kind="import_setup").latest("pk")
        client.post(reverse("complaints:import_rehearse", args=[setup.public_id]))
        run_last()
        client.post(reverse("complaints:import_take", args=[setup.public_id]))
        run_last()
    client.get(reverse("complaints:import_list"))

    with django_assert_num_queries(5):
        client.get(reverse("complaints:import_list"))
    with django_assert_num_queries(3):
        client.get(reverse("bureau:job_list"))
