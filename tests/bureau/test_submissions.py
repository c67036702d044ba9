"""A form sent twice does its deed once; one with other words is kept as well; a refused one may be sent again."""

import threading
import uuid
from datetime import timedelta

import lxml.html
import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau import drafts, reference, submissions
from bureau.models import Channel, Deed, Submission, Topic
from bureau.submissions import FORM_KEY, content_of, forget_old
from bureau.templatetags.form_keys import form_key
from complaints.models import Case, CaseKind, CaseNote, Contact, Party
from feedback.models import ContactWish, FollowUp
from feedback.views.answering import DONE_COOKIE
from tests.factories import CaseFactory, PartyFactory
from tests.factories.feedback import SurveyFactory

pytestmark = pytest.mark.django_db

LOG = "/contacts/log/"
IN_SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def case(mari):
    return CaseFactory(assignee=mari)


def note_url(case) -> str:
    return f"/cases/{case.number}/note/"


def words_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def contact(**fields) -> dict:
    phone = reference.by_code(reference.channels())["phone"].id
    return {"key": str(uuid.uuid4()), "channel": phone, "outcome": "answered", "who": "", **fields}


def new_case(**fields) -> dict:
    return {
        "key": str(uuid.uuid4()), "kind": CaseKind.objects.get(code="explanation").pk, "title": "Puurkaev", "language": "et",
        "channel": Channel.objects.get(code="letter").pk, "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    } | fields  # fmt: skip


def each_at_once(user, url, forms, **cookies):
    """Forms sent at the same moment, each by a thread with a connection of its own; gives the statuses."""
    ready, answers = threading.Barrier(len(forms)), []

    def send(data):
        client = Client()
        if user:
            client.force_login(user, backend=BACKEND)
        client.cookies.load(cookies)
        try:
            ready.wait()
            answers.append(client.post(url, data).status_code)
        except Exception as problem:
            answers.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[data]) for data in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# --- The same key, the same content -----------------------------------------------------------------------------------
def test_the_second_sending_gets_the_first_answer(as_person, mari, case):
    client, data = as_person(mari), {"text": "Helistas tagasi.", FORM_KEY: str(uuid.uuid4())}

    first = client.post(note_url(case), data, follow=True)
    second = client.post(note_url(case), data, follow=True)

    assert CaseNote.objects.count() == 1
    assert Deed.objects.filter(action="case.noted").count() == 1
    assert second.redirect_chain == first.redirect_chain
    assert words_of(second) == words_of(first) == ["Märkus on lisatud. Pöörduja seda ei näe."]


def test_another_page_of_the_same_form_is_another_filling(as_person, mari, case):
    client = as_person(mari)

    for _page in range(2):
        client.post(note_url(case), {"text": "Helistas tagasi.", FORM_KEY: str(uuid.uuid4())})

    assert CaseNote.objects.count() == 2


def test_the_page_gives_each_form_a_key_of_its_own(as_person, mari, case):
    page = lxml.html.fromstring(as_person(mari).get(case.get_absolute_url()).content)

    keys = page.xpath(f"//form[@method='post']//input[@name='{FORM_KEY}']/@value")

    assert len(keys) > 5
    assert len(set(keys)) == len(keys)


def test_a_sheet_that_leads_on_by_htmx_leads_there_again(as_person, mari, case):
    client = as_person(mari)
    data = {"waiting_for": "client", "reason": "number", FORM_KEY: str(uuid.uuid4())}

    first = client.post(f"/cases/{case.number}/wait/", data, headers={"HX-Request": "true"})
    done = Deed.objects.count()
    second = client.post(f"/cases/{case.number}/wait/", data, headers={"HX-Request": "true"})

    assert second.headers["HX-Redirect"] == first.headers["HX-Redirect"] == case.get_absolute_url()
    assert Deed.objects.count() == done


def test_the_same_key_in_another_persons_hand_is_not_the_same(as_person, mari, liis, case):
    data = {"text": "Helistas tagasi.", FORM_KEY: str(uuid.uuid4())}

    as_person(mari).post(note_url(case), data)
    as_person(liis).post(note_url(case), data)

    assert sorted(CaseNote.objects.values_list("author__first_name", flat=True)) == ["Liis", "Mari"]


def test_no_person_and_no_word_stands_in_what_is_kept(as_person, mari, case):
    key = uuid.uuid4()
    as_person(mari).post(note_url(case), {"text": "Saladus", FORM_KEY: str(key)})

    row = Submission.objects.get()

    assert row.pk != key
    assert "Saladus" not in str([getattr(row, field.attname) for field in Submission._meta.fields])


@pytest.mark.django_db(transaction=True)
def test_five_equal_notes_at_once_are_one(mari, case):
    data = {"text": "Helistas tagasi.", FORM_KEY: str(uuid.uuid4())}

    answers = each_at_once(mari, note_url(case), [data] * 5)

    assert (answers, CaseNote.objects.count()) == ([302] * 5, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_cases_at_once_are_one_and_nobody_meets_an_error(mari):
    answers = each_at_once(mari, "/cases/new/", [new_case(who="uus@naide.ee")] * 20)

    assert (answers, Case.objects.count(), Party.objects.count()) == ([302] * 20, 1, 1)


# --- The same key, other content --------------------------------------------------------------------------------------
def test_other_words_under_the_same_key_are_kept_and_told(as_person, mari, case):
    client, key = as_person(mari), str(uuid.uuid4())
    client.post(note_url(case), {"text": "Helistas tagasi.", FORM_KEY: key})

    answers = [client.post(note_url(case), {"text": "Ei võtnud vastu.", FORM_KEY: key}, follow=True) for _ in range(2)]

    assert sorted(CaseNote.objects.values_list("text", flat=True)) == ["Ei võtnud vastu.", "Helistas tagasi."]
    assert [len(words_of(answer)) for answer in answers] == [3, 2]  # the word on the first note comes along
    assert "teiste sõnadega" in words_of(answers[1])[1]


def test_two_tabs_over_one_draft_of_a_contact_lose_no_word(as_person, mari):
    client = as_person(mari)
    data = contact(note="Esimene aken", draft_subject="")
    drafts.save_draft(user=mari, form="contact_log", data=data | {"note": "Teine aken"})
    client.post(LOG, data | {"note": "Teine aken"}, headers=IN_SHEET)
    drafts.save_draft(user=mari, form="contact_log", data=data)

    answer = client.post(LOG, data, headers=IN_SHEET)

    assert sorted(Contact.objects.values_list("note", flat=True)) == ["Esimene aken", "Teine aken"]
    assert "See vorm saadeti juba" in answer.headers["HX-Trigger"]
    assert drafts.restored(user=mari, form="contact_log") == {}


def test_a_contact_sent_again_is_told_and_not_doubled_though_its_clock_ran_on(as_person, mari):
    client = as_person(mari)
    data = contact(note="Üks kõne", measured="typed_at entry_milliseconds duration")
    client.post(LOG, data | {"duration": "01.20", "entry_milliseconds": "900"}, headers=IN_SHEET)

    answer = client.post(LOG, data | {"duration": "01.25", "entry_milliseconds": "5900"}, headers=IN_SHEET)

    assert Contact.objects.count() == 1
    assert "Topelt midagi ei tekkinud" in answer.headers["HX-Trigger"]


def test_a_duration_that_a_person_wrote_is_content(as_person, mari):
    client, data = as_person(mari), contact(note="Üks kõne", measured="typed_at entry_milliseconds")

    for duration in ("01.20", "12.00"):
        client.post(LOG, data | {"duration": duration}, headers=IN_SHEET)

    assert set(Contact.objects.values_list("handling_seconds", flat=True)) == {80, 720}


def test_a_draft_whose_words_were_not_saved_opens_again(as_person, mari):
    client, data = as_person(mari), contact(note="Teine aken")
    client.post(LOG, data, headers=IN_SHEET)
    drafts.save_draft(user=mari, form="contact_log", data=data | {"note": "Esimene aken"})

    assert "Esimene aken" in client.get(LOG, headers=IN_SHEET).content.decode()

    drafts.save_draft(user=mari, form="contact_log", data=data)
    assert "Teine aken" not in client.get(LOG, headers=IN_SHEET).content.decode()


def test_two_windows_over_one_draft_of_a_reply_send_one_and_show_the_other(as_person, mari, case):
    client = as_person(mari)
    email = Channel.objects.get(code="email").pk
    data = {"key": str(uuid.uuid4()), "channel": email, "way": "answers", "version": case.version, "seen": "0"}
    reply = f"/cases/{case.number}/reply/"

    first = client.post(reply, data | {"text": "Vastus teisest aknast."})
    again = client.post(reply, data | {"text": "Vastus teisest aknast."})
    other = client.post(reply, data | {"text": "Vastus esimesest aknast."})

    assert [first.status_code, again.status_code, other.status_code] == [302, 302, 409]
    assert list(case.messages.filter(direction="out").values_list("body", flat=True)) == ["Vastus teisest aknast."]
    assert "Vastus esimesest aknast." in other.content.decode()


def test_a_case_with_other_words_under_the_same_key_is_another_case(as_person, mari):
    client, data = as_person(mari), new_case()

    for title in ("Puurkaev", "Puurkaev", "Raieluba", "Raieluba"):
        client.post("/cases/new/", data | {"title": title})

    assert sorted(Case.objects.values_list("title", flat=True)) == ["Puurkaev", "Raieluba"]


def test_a_row_of_a_day_whose_words_were_changed_is_kept_beside_the_first(as_person, mari, today):
    client, key = as_person(mari), str(uuid.uuid4())
    phone = reference.by_code(reference.channels())["phone"].id

    def day(note):
        return {
            "day": (today - timedelta(days=1)).isoformat(), "row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 0, "row-0-key": key,
            "row-0-time": "9.15", "row-0-channel": phone, "row-0-outcome": "answered", "row-0-note": note,
            "row-0-who": "uus@naide.ee", FORM_KEY: str(uuid.uuid4()),
        }  # fmt: skip

    answers = [client.post("/contacts/batch/", day(note)).status_code for note in ("Üks", "Üks", "Kaks", "Kaks")]

    assert answers == [302] * 4
    assert sorted(Contact.objects.values_list("note", flat=True)) == ["Kaks", "Üks"]
    assert Party.objects.count() == 1


# --- Refused, broken, only looked at ----------------------------------------------------------------------------------
def test_a_refused_form_uses_no_key_up(as_person, mari, case):
    client, key = as_person(mari), str(uuid.uuid4())

    refused = client.post(note_url(case), {"text": "", FORM_KEY: key})
    saved = client.post(note_url(case), {"text": "Nüüd on sõnu.", FORM_KEY: key}, follow=True)

    assert (refused.status_code, CaseNote.objects.count()) == (422, 1)
    assert len(words_of(saved)) == 1


def test_what_broke_may_be_sent_again(mari, case, monkeypatch):
    client, data = Client(raise_request_exception=False), {"text": "Helistas.", FORM_KEY: str(uuid.uuid4())}
    client.force_login(mari, backend=BACKEND)

    with monkeypatch.context() as broken:
        broken.setattr("complaints.notes.search_index.refresh", lambda case: 1 / 0)
        assert client.post(note_url(case), data).status_code == 500
    assert (Submission.objects.count(), CaseNote.objects.count()) == (0, 0)

    assert client.post(note_url(case), data).status_code == 302
    assert CaseNote.objects.count() == 1


def test_looking_a_person_up_is_not_yet_registering(as_person, mari):
    client, data = as_person(mari), new_case(who="Kuusk")

    client.post("/cases/new/", data | {"find": "on"})
    page = client.post("/cases/new/", data | {"who": ""}, follow=True)

    assert Case.objects.count() == 1
    assert len(words_of(page)) == 1


def test_a_form_without_a_key_is_done_as_often_as_it_is_sent(as_person, mari, case):
    for _ in range(2):
        as_person(mari).post(note_url(case), {"text": "Käsu kaudu."})

    assert (CaseNote.objects.count(), Submission.objects.count()) == (2, 0)


# --- What is content --------------------------------------------------------------------------------------------------
def sent(path="/x/", **data):
    return content_of(RequestFactory().post(path, data))


def test_content_is_what_was_typed_and_where_it_went():
    same = sent(text="a", form_key="1", csrfmiddlewaretoken="x", version="1")

    assert sent(text="a", form_key="2", csrfmiddlewaretoken="y", version="2") == same
    assert len({same, sent(text="b"), sent("/y/", text="a"), sent("/x/?a=1", text="a"), sent(text=["a", "b"])}) == 5


def test_a_file_with_other_bytes_is_other_content():
    one, other = (sent(file=SimpleUploadedFile("a.csv", data)) for data in (b"1;2", b"1;3"))

    assert one != other
    assert one == sent(file=SimpleUploadedFile("a.csv", b"1;2"))


def test_a_form_written_by_hand_may_bring_its_key():
    assert form_key("<>") == '<input type="hidden" name="form_key" value="&lt;&gt;">'


def test_old_rows_are_forgotten_and_younger_ones_kept():
    now = timezone.now()
    for days in (1, 20, 22):
        Submission.objects.create(id=uuid.uuid4(), address="/x/", content=uuid.uuid4(), at=now - timedelta(days=days))

    assert forget_old(now=now) == 1
    assert Submission.objects.filter(at__lt=now - submissions.KEPT_FOR).count() == 0


# --- Visitors who do not sign in --------------------------------------------------------------------------------------
def thanked(survey) -> dict:
    return {DONE_COOKIE: signing.dumps({"s": survey.pk, "r": "", "l": "et", "w": uuid.uuid4().hex}, salt=DONE_COOKIE)}


@pytest.mark.django_db(transaction=True)
def test_ten_equal_wishes_of_one_visitor_are_one_and_no_moment_stands_beside_it():
    cookies = thanked(SurveyFactory(published=True, anonymous=True))

    answers = each_at_once(None, "/answer/thanks/", [{"reach": "5555 0199"}] * 10, **cookies)

    assert (answers, ContactWish.objects.count(), FollowUp.objects.count()) == ([302] * 10, 1, 1)
    at = timezone.localtime(Submission.objects.get().at)
    assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def test_a_corrected_number_is_not_thrown_away(client):
    client.cookies.load(thanked(SurveyFactory(published=True, anonymous=True)))

    for reach in ("5555 0190", "5555 0199", "1", "2", "3"):
        client.post("/answer/thanks/", {"reach": reach})

    assert set(ContactWish.objects.values_list("reach", flat=True)) == {"5555 0190", "5555 0199", "1"}


# --- New parties of one address are one -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["uus@naide.ee", "Jüri Uus 5666 7788", "10137319"])
def test_new_cases_at_once_for_one_new_address_share_one_party(mari, who):
    answers = each_at_once(mari, "/cases/new/", [new_case(who=who) for _ in range(12)])

    assert (answers, Case.objects.count(), Party.objects.count()) == ([302] * 12, 12, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("choice", ["", "new"])
def test_calls_at_once_from_one_new_number_share_one_party(mari, choice):
    answers = each_at_once(mari, LOG, [contact(who="5666 7788", choice=choice) for _ in range(8)])

    assert (answers, Contact.objects.count(), Party.objects.count()) == ([302] * 8, 8, 1)


def test_two_people_of_one_number_stay_two_when_they_are_said_to_be(as_person, mari):
    PartyFactory(name="Jüri Uus", phone="+37256667788")

    as_person(mari).post(LOG, contact(who="Mari Uus 5666 7788", choice="new"))

    assert sorted(Party.objects.values_list("name", flat=True)) == ["Jüri Uus", "Mari Uus"]


# --- What a key costs -------------------------------------------------------------------------------------------------
def statements(client, url, data) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.post(url, data).status_code == 302
    return [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]


def test_saving_a_contact_takes_at_most_ten_statements(as_person, mari):
    client, party = as_person(mari), PartyFactory()
    topic = Topic.objects.filter(parent__isnull=False).first()
    for _warm in range(2):
        taken = statements(client, LOG, contact(party=party.pk, who=party.name, topic=topic.pk, note="Küsis seisu"))

    assert len(taken) <= 10, taken


def test_registering_a_case_takes_at_most_eighteen_statements(as_person, mari):
    client, party = as_person(mari), PartyFactory()
    for _warm in range(2):
        taken = statements(client, "/cases/new/", new_case(party=party.pk))

    assert len(taken) <= 18, taken


def test_a_key_takes_two_statements(as_person, mari, case):
    client, notes = as_person(mari), note_url(case)
    statements(client, notes, {"text": "Soe."})

    bare = statements(client, notes, {"text": "Helistas."})
    keyed = statements(client, notes, {"text": "Helistas.", FORM_KEY: str(uuid.uuid4())})

    assert len(keyed) - len(bare) == 2


def test_the_page_hears_which_form_was_done_and_not_of_one_that_was_refused(as_person, mari, case):
    client, key = as_person(mari), str(uuid.uuid4())

    client.post(note_url(case), {"key": key, "text": "", "version": case.version})
    assert submissions.DONE_COOKIE not in client.cookies
    client.post(note_url(case), {"key": key, "text": "Helistas naaber.", "version": case.version})

    assert client.cookies[submissions.DONE_COOKIE].value == key
