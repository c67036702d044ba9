"""A large table is brought; its page tells how far the reading is, and leads on by itself when it is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from bureau import jobs, table_uploads
from bureau.models import Job
from tests.browser.conftest import scrolls_sideways
from tests.complaints.imported import csv_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_of_a_reading_leads_on_when_it_is_read(open_desk, violations, as_person, peeter, monkeypatch):
    monkeypatch.setattr(table_uploads, "SMALL_BYTES", 50)
    file = SimpleUploadedFile("pöördumiste-väljavõte-2026-10.csv", csv_of({}, {}))
    as_person(peeter).post(reverse("complaints:import_new"), {"file": file})
    reading = Job.objects.get(kind=table_uploads.KIND)
    page = open_desk(peeter, width=320, scheme="dark")
    page.goto(reverse("complaints:import_columns", args=[reading.parameters["of"]]))

    expect(page.get_by_text("Ootab järjekorras")).to_be_visible()
    assert (scrolls_sideways(page), violations(page)) == (False, [])

    jobs.run(job_id=reading.pk)
    page.get_by_role("link", name="Jätka tabeliga").click()
    page.wait_for_url(f"**{reverse('complaints:import_file', args=[reading.parameters['of']])}")
    expect(page.get_by_text("semikoolon").first).to_be_visible()
