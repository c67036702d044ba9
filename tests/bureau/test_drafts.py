"""A draft is one per person, form and subject; it is kept, given back and thrown away."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau import drafts
from bureau.models import Draft

pytestmark = pytest.mark.django_db

PLACE = {"form": "case_reply", "subject": "P-2026-000001-X"}


def test_saving_again_replaces_what_was_kept_in_one_statement(mari):
    drafts.save_draft(user=mari, **PLACE, data={"body": "Tere"})

    with CaptureQueriesContext(
        connection,
    ) as asked:
        drafts.save_draft(user=mari, **PLACE, data={"body": "Tere, täname"})

    assert len(asked) == 1
    assert drafts.restored(user=mari, **PLACE) == {"body": "Tere, täname"}
    assert Draft.objects.count() == 1


def test_drafts_of_two_people_do_not_meet(mari, liis):
    drafts.save_draft(user=mari, **PLACE, data={"body": "Mari oma"})

    assert drafts.restored(user=liis, **PLACE) == {}
    assert drafts.discard_draft(user=liis, **PLACE) == 0
    assert drafts.restored(user=mari, **PLACE) == {"body": "Mari oma"}


def test_the_page_keeps_all_fields_but_the_token(as_person, mari):
    address = reverse("bureau:draft_save", args=[PLACE["form"], PLACE["subject"]])

    answer = as_person(mari).post(
        address, {"body": "Tere\x00!", "to": ["a@example.ee", "b@example.ee"], "csrfmiddlewaretoken": "x"}
    )

    assert answer.status_code == 200
    assert drafts.restored(user=mari, **PLACE) == {"body": "Tere!", "to": ["a@example.ee", "b@example.ee"]}


def test_the_page_throws_a_draft_away(as_person, mari):
    drafts.save_draft(user=mari, form="contact_log", data={"note": "Tere"})

    as_person(mari).post(reverse("bureau:draft_discard", args=["contact_log"]))

    assert Draft.objects.count() == 0


def test_what_is_too_long_is_refused_and_the_former_draft_stays(as_person, mari):
    drafts.save_draft(user=mari, **PLACE, data={"body": "Tere"})

    answer = as_person(mari).post(
        reverse("bureau:draft_save", args=[PLACE["form"], PLACE["subject"]]), {"body": "ö" * 500_000}
    )

    assert answer.status_code == 422
    assert drafts.restored(user=mari, **PLACE) == {"body": "Tere"}


def test_a_draft_survives_signing_out(as_person, mari, client):
    as_person(mari).post(reverse("bureau:draft_save", args=["contact_log"]), {"note": "pooleli"})
    client.logout()

    refused = client.post(reverse("bureau:draft_save", args=["contact_log"]), {"note": "teine"})

    assert refused.status_code == 302
    assert drafts.restored(user=mari, form="contact_log") == {"note": "pooleli"}


def test_the_new_token_says_whose_it_is(as_person, mari):
    answer = as_person(mari).get(reverse("bureau:draft_token")).json()

    assert answer["person"] == mari.pk
    assert answer["token"]


@pytest.mark.parametrize("code", ["36805280109", "36805280108", "368 0528 0109", "Andres Kuusk 36805280108"])
def test_a_personal_code_typed_to_find_somebody_stays_in_no_draft(code):
    kept = drafts.typed(QueryDict(urlencode({"who": code, "form-0-who": code, "note": "kõne"})))

    assert kept == {"who": "", "form-0-who": "", "note": "kõne"}


@pytest.mark.parametrize("who", ["Andres Kuusk 5555 0199", "+372 5555 0199", "37255550199", "10137025"])
def test_who_was_typed_stays_in_the_draft(who):
    assert drafts.typed(QueryDict(urlencode({"who": who}))) == {"who": who}


def test_one_more_than_somebody_may_have_is_refused_and_those_kept_are_kept(as_person, mari, liis, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    for subject in ("P-1", "P-2"):
        drafts.save_draft(user=mari, form="case_reply", subject=subject, data={"body": subject})

    refused = as_person(mari).post(reverse("bureau:draft_save", args=["case_reply", "P-3"]), {"body": "Kolmas"})

    assert refused.status_code == 422
    assert "2 pooleliolevat teksti" in refused.json()["problem"]
    drafts.save_draft(user=mari, form="case_reply", subject="P-2", data={"body": "Edasi"})
    drafts.save_draft(user=liis, form="case_reply", subject="P-3", data={"body": "Liisi oma"})
    assert [one.data["body"] for one in drafts.drafts_of(mari)] == ["Edasi", "P-1"]
