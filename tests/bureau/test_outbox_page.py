"""The page of outgoing mail: how letters fare, and nothing of what they say."""

from datetime import timedelta

import lxml.html
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bureau import gates
from bureau.audit import record
from bureau.list_exports import MAIL_COLUMNS, mail_rows
from bureau.models import Deed, MailAttempt, OutgoingMail
from bureau.navigation import navigation_for
from complaints.conflict_of_interest import name_person
from complaints.models import Message
from tests.factories import CaseFactory
from tests.factories.complaints import complaint_case
from tests.factories.feedback import InvitationFactory

SECRETS = ("marit.salajane", "Pealkiri", "Sisukas", "K-2026-00417", "X-Peidus", "jaan.vastaja")
State = OutgoingMail.State


def letter(state=State.QUEUED, **more):
    number = OutgoingMail.objects.count()
    given = {
        "purpose": "notice.digest", "to": "marit.salajane@asutus.ee", "subject": "Pealkiri", "text": "Sisukas", "html": "<p>Sisukas</p>",
        "headers": {"X-Peidus": "1"}, "reply_to": "jaan.vastaja@example.ee", "object_label": "K-2026-00417",
        "sent_at": timezone.now() if state == State.SENT else None,
    }  # fmt: skip
    mail = OutgoingMail.objects.create(state=state, message_id=f"<{number}@example.ee>", **given | more)
    MailAttempt.objects.create(
        mail=mail, started_at=timezone.now(), ended_at=timezone.now(), result=MailAttempt.Result.DEFERRED,
        server_code="451 4.7.1", answer="451 4.7.1 <marit.salajane@asutus.ee> come again",
    )  # fmt: skip
    return mail


def address(what, mail):
    return reverse(f"bureau:outgoing_mail_{what}", kwargs={"public_id": mail.public_id})


def shown(client, **asked):
    page = client.get(reverse("bureau:outgoing_mail_list"), asked)
    assert page.status_code == 200
    return [row["mail"].pk for row in page.context["rows"]]


@pytest.mark.parametrize("what", ["detail", "retry", "cancel", "confirm"])
def test_no_page_shows_who_gets_a_letter_or_what_it_says(as_person, admin_user, what):
    mail = letter(State.UNCERTAIN)
    client = as_person(admin_user)

    text = (
        client.get(address(what, mail)).content.decode()
        + client.get(reverse("bureau:outgoing_mail_list")).content.decode()
    )

    assert "asutus.ee" in text
    assert [secret for secret in SECRETS if secret in text] == []


def about_case(case, what):
    if what == "complaints.message":
        return Message.objects.create(
            case=case,
            direction="out",
            kind="reply",
            author=case.assignee,
            body="Tere",
            recipient="x@asutus.ee",
            channel=case.channel,
        ).pk
    return case.pk if what == "complaints.case" else InvitationFactory(case=case).pk


@pytest.mark.parametrize("what", ["complaints.case", "complaints.message", "feedback.invitation"])
def test_of_a_restricted_case_the_keeper_sees_that_a_letter_did_not_leave_and_no_more(
    as_person, admin_user, jaan, mari, what
):
    case = CaseFactory(assignee=mari, restricted=True)
    mail = letter(State.UNCERTAIN, purpose="report.own", object_type=what, object_id=about_case(case, what))
    words, pages = ("asutus.ee", "Oma aruanne omal päeval"), ("detail", "retry", "cancel", "confirm")
    keeper = as_person(admin_user)

    text = "".join(keeper.get(address(page, mail)).content.decode() for page in pages)
    rows = keeper.get(reverse("bureau:outgoing_mail_list"), headers={"HX-Request": "true"}).content.decode()
    file = [column.cell(row) for row in mail_rows(admin_user, QueryDict(), None) for column in MAIL_COLUMNS]

    told = {"pages": text, "rows": rows, "file": str(file)}
    assert [(word, where) for word in words for where, what_it_says in told.items() if word in what_it_says] == []
    assert "Kiri juurdepääsupiiranguga pöördumise kohta" in text
    assert "Kiri juurdepääsupiiranguga pöördumise kohta" in rows
    # Asking for the purpose tells nothing either; the keeper still does the duty.
    assert shown(keeper, purpose="report.own") == []
    assert shown(keeper, state="attention") == [mail.pk]
    assert keeper.post(address("retry", mail)).status_code == 302
    head = as_person(jaan)
    # Who may read the case reads all that this page tells of any letter.
    assert "asutus.ee" in head.get(address("detail", mail)).content.decode()
    assert shown(head, purpose="report.own") == [mail.pk]


def test_deeds_on_a_letter_about_a_complaint_are_hidden_from_whom_it_concerns(jaan, mari):
    case = complaint_case(by=mari)
    name_person(complaint=case.complaint, user=jaan, by=mari)
    mails = [
        letter(object_type=what, object_id=about_case(case, what))
        for what in ("complaints.case", "feedback.invitation")
    ]
    for mail in mails:
        record("mail.retried", by=mari, on=mail, label=mail.domain)

    deeds = Deed.objects.filter(object_type="bureau.outgoingmail")

    assert not gates.not_hidden(deeds, jaan).exists()
    assert gates.not_hidden(deeds, mari).count() == 2
    assert not OutgoingMail.objects.visible_to(jaan).exists()


def test_letters_are_narrowed_by_state_and_purpose(as_person, jaan):
    queued, sent, failed, uncertain = (letter(state) for state in ("queued", "sent", "failed", "uncertain"))
    other = letter(State.FAILED, purpose="other.kind")
    client = as_person(jaan)

    assert shown(client) == [other.pk, uncertain.pk, failed.pk, sent.pk, queued.pk]
    assert shown(client, state="sent") == [sent.pk]
    assert shown(client, state="attention") == [other.pk, uncertain.pk, failed.pk]
    assert shown(client, state="failed", purpose="notice.digest") == [failed.pk]
    assert shown(client, state="no such") == []


def test_pages_go_by_key_and_keep_the_filter(as_person, jaan):
    mails = [letter(State.SENT) for _ in range(52)]
    client = as_person(jaan)

    first = client.get(reverse("bureau:outgoing_mail_list"), {"state": "sent"})
    second = shown(client, state="sent", after=first.context["page"].next_key)

    assert second == [mails[1].pk, mails[0].pk]
    assert f"state=sent&amp;after={first.context['page'].next_key}" in first.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_letters_as_for_one(as_person, admin_user, rows):
    for _ in range(rows):
        letter()
    client = as_person(admin_user)
    client.get(reverse("bureau:outgoing_mail_list"))

    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("bureau:outgoing_mail_list"))

    assert len([one for one in captured if "outgoingmail" in one["sql"]]) == 1
    assert len(captured) == STATEMENTS


STATEMENTS = 3  # person, roles, letters


@pytest.mark.parametrize(
    ("state", "count"), [("failed", 2), ("uncertain", 2), ("queued", 0), ("sent", 0), ("cancelled", 0)]
)
def test_the_navigation_counts_what_needs_a_person(jaan, mari, state, count):
    letter(state), letter(state)

    (entry,) = [item for item in navigation_for(jaan, "/") if item.name == "outgoing_mail"]

    assert (entry.count, entry.part, entry.tone) == (count, "house", "bad")
    assert "outgoing_mail" not in [item.name for item in navigation_for(mari, "/")]


def test_a_failed_letter_is_sent_again(as_person, admin_user):
    mail = letter(State.FAILED)

    answer = as_person(admin_user).post(address("retry", mail))

    mail.refresh_from_db()
    assert (answer.status_code, mail.state) == (302, State.QUEUED)


def test_a_letter_that_moved_on_meanwhile_is_left_as_it_is_and_said_so(as_person, admin_user):
    mail = letter(State.SENT)

    page = as_person(admin_user).post(address("cancel", mail), follow=True)

    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert "Kiri ei ole enam selles seisus" in page.content.decode()


def test_asking_changes_nothing(as_person, admin_user):
    mail = letter(State.UNCERTAIN)
    client = as_person(admin_user)

    for what in ("retry", "cancel", "confirm"):
        assert client.get(address(what, mail)).status_code == 200

    mail.refresh_from_db()
    assert mail.state == State.UNCERTAIN


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("queued", {"cancel"}), ("sending", set()), ("sent", set()), ("failed", {"cancel", "retry"}),
        ("uncertain", {"confirm", "retry"}), ("cancelled", set()),
    ],
)  # fmt: skip
def test_only_deeds_that_make_sense_are_offered(as_person, jaan, state, offered):
    mail = letter(state)

    page = lxml.html.fromstring(as_person(jaan).get(address("detail", mail)).content)

    links = set(page.xpath("//a/@href"))
    assert {what for what in ("retry", "cancel", "confirm") if address(what, mail) in links} == offered


def test_the_administrator_sees_for_how_long_mail_has_been_waiting(as_person, admin_user):
    letter(due_at=timezone.now() - timedelta(hours=3))

    text = as_person(admin_user).get("/").content.decode()

    assert "Kirjad ei lähe välja" in text


def test_the_database_looks_for_hidden_objects_only_of_kinds_that_a_letter_is_about(jaan, mari):
    """On the first page of a head, looking for all that is hidden took a third of a second whatever the letters were about."""
    case = CaseFactory(assignee=mari)
    message = Message.objects.filter(case=case).first()
    letter(State.FAILED, object_type="complaints.message", object_id=message.pk)

    sql, params = OutgoingMail.objects.visible_to(jaan).that_need_a_person().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}", params)
        plan = [line for (line,) in cursor.fetchall()]

    def read(table):
        return [line for line in plan if f" on {table} " in line and "never executed" not in line]

    assert [line for line in plan if " on quality_improvement " in line] != []
    assert read("quality_improvement") == read("feedback_followup") == []
    assert len([line for line in plan if " on bureau_outgoingmail" in line]) == 1
    assert OutgoingMail.objects.visible_to(jaan).count() == 1
