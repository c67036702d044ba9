"""A list of people to ask: looked at first, sent once, every skip with its reason."""

import glob

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from bureau import jobs, table_uploads
from bureau.foreign_tables import UnreadableTable
from bureau.models import Job
from bureau.refusals import DeedRefused
from feedback import recipient_lists, responses
from feedback.models import Anonymity, AskedPerson, Declined, Invitation
from feedback.recipient_lists import Sending
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory

pytestmark = pytest.mark.django_db

# Running, invited, declined, asked.
STATEMENTS_OF_A_LOOK = 4

LIST = "E-post;Nimi;Keel;Kiht\nmari@example.com;Mari;et;jahimehed\nJohn@example.com;John;en;\nmari@example.com;;;\nei-ole-aadress;;;\n"  # fmt: skip


@pytest.fixture
def survey():
    made = SurveyFactory(published=True)
    QuestionnaireFactory(survey=made)
    return made


def brought(survey, by, text=LIST, **sending):
    return recipient_lists.begin(
        survey=survey, file=ContentFile(text.encode(), name="nimekiri.csv"), file_name="nimekiri.csv", sending=Sending(**sending), by=by,
    )  # fmt: skip


def done(job, by):
    recipient_lists.send(job=job, by=by)
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job.result


def test_the_preview_says_who_would_be_asked_and_asks_nobody(survey, jaan, today):
    look = recipient_lists.look(brought(survey, jaan), survey, today=today)

    assert (look.asked, dict(look.skipped)) == (2, {"twice": 1, "bad_address": 1})
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_preview_asks_as_often_for_a_thousand_as_for_one(survey, jaan, today, rows, django_assert_num_queries):
    people = "E-post\n" + "".join(f"klient{number}@example.com\n" for number in range(rows))
    job = brought(survey, jaan, people)
    with django_assert_num_queries(STATEMENTS_OF_A_LOOK):
        assert recipient_lists.look(job, survey, today=today).asked == rows


def test_a_list_of_several_chunks_is_looked_at_as_one(survey, jaan, today, monkeypatch):
    monkeypatch.setattr(recipient_lists, "ROWS_IN_CHUNK", 2)
    Declined.objects.create(person_hash=responses.person_hash("c@example.com"), declined_on=today)
    people = "E-post\na@example.com\nb@example.com\nc@example.com\nA@example.com\nd@example.com\n"

    look = recipient_lists.look(brought(survey, jaan, people), survey, today=today)

    assert (look.asked, dict(look.skipped)) == (3, {"declined": 1, "twice": 1})
    monkeypatch.setattr(recipient_lists, "MOST_ROWS", 4)
    with pytest.raises(UnreadableTable):
        recipient_lists.look(brought(survey, jaan, people), survey, today=today)


def test_a_list_invites_each_once_in_their_language(survey, jaan):
    result = done(brought(survey, jaan), jaan)

    assert result == {"asked": 2, "skipped": {"twice": 1, "bad_address": 1}}
    assert set(Invitation.objects.values_list("address", "name", "language", "stratum")) == {
        ("mari@example.com", "Mari", "et", "jahimehed"), ("john@example.com", "John", "en", ""),
    }  # fmt: skip
    assert AskedPerson.objects.count() == 2


def test_the_same_list_again_invites_nobody(survey, jaan):
    done(brought(survey, jaan), jaan)

    assert done(brought(survey, jaan), jaan)["skipped"] == {"already": 2, "twice": 1, "bad_address": 1}
    assert Invitation.objects.count() == 2


def test_pressed_twice_the_list_is_sent_once(survey, jaan):
    job = brought(survey, jaan)
    recipient_lists.send(job=job, by=jaan)
    recipient_lists.send(job=job, by=jaan)

    jobs.run(job_id=job.pk)
    jobs.run(job_id=job.pk)

    assert Invitation.objects.count() == 2


def test_the_ledger_and_the_wish_not_to_be_asked_hold_for_lists(survey, jaan, today):
    Declined.objects.create(person_hash=responses.person_hash("mari@example.com"), declined_on=today)
    AskedPerson.objects.create(person_hash=responses.person_hash("john@example.com"), asked_on=today, reference="x")

    look = recipient_lists.look(brought(survey, jaan), survey, today=today)

    assert dict(look.skipped) == {"declined": 1, "asked_lately": 1, "twice": 1, "bad_address": 1}


def test_the_list_is_thrown_away_once_it_was_sent(survey, jaan):
    job = brought(survey, jaan)
    storage, name = job.input_file.storage, job.input_file.name
    done(job, jaan)

    assert not job.input_file
    assert not storage.exists(name)


def test_the_report_of_an_anonymous_survey_holds_no_address(jaan):
    survey = SurveyFactory(published=True, anonymity=Anonymity.ANONYMOUS)
    QuestionnaireFactory(survey=survey)
    job = brought(survey, jaan)
    done(job, jaan)

    assert [row.data for row in job.rows.all()] == [{}, {}]


def test_nothing_leaves_in_quiet_hours():
    late = timezone.make_aware(timezone.datetime(2026, 11, 25, 21, 30))

    assert timezone.localtime(Sending().moment(late)).isoformat(timespec="minutes") == "2026-11-26T08:00+02:00"


def test_a_draw_takes_a_share_and_draws_the_same_again(survey, jaan, today):
    people = "E-post\n" + "".join(f"klient{number}@example.com\n" for number in range(400))
    job = brought(survey, jaan, people, rate_percent=25)

    first, second = (recipient_lists.look(job, survey, today=today).asked for _each in range(2))

    assert first == second
    assert 70 <= first <= 130


@pytest.mark.parametrize("text", ["Nimi;Telefon\nMari;555\n", ""])
def test_a_table_without_addresses_is_refused_with_what_to_do(survey, jaan, text):
    with pytest.raises(UnreadableTable):
        brought(survey, jaan, text)


def test_a_survey_that_does_not_run_asks_nobody(jaan):
    with pytest.raises(DeedRefused):
        brought(SurveyFactory(), jaan)


def test_the_pages_lead_from_the_file_to_the_job(survey, jaan, as_person):
    client = as_person(jaan)
    new = reverse("feedback:recipient_list_new", args=[survey.code])

    preview = client.post(new, {"file": ContentFile(LIST.encode(), name="n.csv"), "rate_percent": 100, "expires_days": 21}, follow=True)  # fmt: skip
    assert "Kutsu 2 inimest" in preview.content.decode()

    sent = client.post(preview.request["PATH_INFO"])
    job = Job.objects.get(kind=recipient_lists.KIND)
    assert sent["Location"] == reverse("bureau:job_detail", args=[job.public_id])


def test_a_list_may_be_thrown_away(survey, jaan, as_person):
    job = brought(survey, jaan)

    as_person(jaan).post(reverse("feedback:recipient_list_discard", args=[survey.code, job.public_id]))

    job.refresh_from_db()
    assert (job.state, bool(job.input_file)) == (Job.State.CANCELLED, False)


def test_a_large_list_is_read_once_by_a_job(survey, jaan, as_person, monkeypatch):
    monkeypatch.setattr(table_uploads, "SMALL_BYTES", 50)
    people = "E-post\n" + "".join(f"klient{number}@example.com\n" for number in range(30)) + "ei-ole\n"
    job, client = brought(survey, jaan, people), as_person(jaan)
    page = reverse("feedback:recipient_list", args=[survey.code, job.public_id])
    reading = table_uploads.reading_of(job)
    for answer in (client.get(page), client.post(page)):
        assert answer.url == reverse("bureau:job_detail", args=[reading.public_id])

    jobs.run(job_id=reading.pk)
    with open(job.input_file.path, "wb"):
        pass  # emptied: whoever read it again would find nothing
    assert "Kutsu 30 inimest" in client.get(page).content.decode()
    pattern = table_uploads.flat_pattern(job)

    assert done(job, jaan) == {"asked": 30, "skipped": {"bad_address": 1}}
    assert Invitation.objects.count() == 30
    assert not glob.glob(pattern)
