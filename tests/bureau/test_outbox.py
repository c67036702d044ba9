"""Letters that leave: queued with their deed, handed to a real mail server, once."""

import time
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau import outbox, outbox_keeping
from bureau.mail_transport import Transport, quoted
from bureau.models import Deed, MailAttempt, OutgoingMail
from bureau.outbox import (
    MOST_ATTEMPTS,
    WAITS_MINUTES,
    About,
    MailRefused,
    begin_content,
    claim,
    queue_mail,
    recover,
    send_due,
    sweep,
)
from bureau.outbox_keeping import cancel_mail, confirm_arrival, retry_mail
from bureau.refusals import DeedRefused
from bureau.signals import mail_settled
from tests.mail.server import Keeper, LoopbackServer, free_port

outbox.register_purpose("test.automatic", "Test")
# In capitals: what a list of purposes shows of it is no code of ours.
outbox.register_purpose("test.by_hand", "Letter by HAND", is_automatic=False)

AT_ONCE = timedelta(0)
State, Result = OutgoingMail.State, MailAttempt.Result


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def server(keeper, settings):
    """A real SMTP server on loopback, which the desk is set to use."""
    controller = LoopbackServer(keeper)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield controller
    controller.stop()


def queued(to="client@example.ee", **more):
    given = {"subject": "Tere", "text": "Tere!\nõäöüšž", "purpose": "test.automatic", "about": None, "by": None}
    with transaction.atomic():
        return queue_mail(to=to, **given | more)


def due_now():
    OutgoingMail.objects.update(due_at=timezone.now())


def lines(part):
    return part.get_content().splitlines()


# --- Queueing


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_queued_only_in_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        queue_mail(to="a@example.ee", subject="Tere", text="Tere", purpose="test.automatic")


def test_a_letter_whose_deed_fails_was_never_written(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_mail(to="a@example.ee", subject="Tere", text="Tere", purpose="test.automatic")
        1 / 0  # noqa: B018

    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    "to",
    [
        "", "x", "a@", "@example.ee", "a@example.ee\nBcc: b@example.ee", "a@example.ee\r\n", "a@example.ee, b@example.ee",
        "Mari <a@example.ee>", "a@exa mple.ee", "õ@example.ee", "a" * 250 + "@example.ee", "a@example.ee\0",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(db, to):
    if to == "a@example.ee\r\n":
        assert queued(to=to).to == "a@example.ee"
    else:
        with pytest.raises(MailRefused):
            queued(to=to)


@pytest.mark.parametrize(
    "more",
    [
        {"subject": "Tere\nBcc: b@example.ee"}, {"subject": "Tere\r"}, {"subject": "Tere\u2028Bcc"}, {"subject": " "},
        {"subject": "x" * 301}, {"text": "  "}, {"text": "a\0b"}, {"reply_to": "a@example.ee\nBcc: b@example.ee"},
        {"headers": {"X-Survey": "a\r\nBcc: b@example.ee"}},
    ],
)  # fmt: skip
def test_a_line_bent_into_a_header_is_refused(db, more):
    with pytest.raises(MailRefused):
        queued(**more)

    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["Bcc", "subject", "MESSAGE-ID", "Auto-Submitted", "Content-Type", "X-A: b\r\nBcc", ""]
)
def test_headers_of_the_letter_itself_are_not_the_callers_to_set(db, name):
    with pytest.raises(ValueError, match="not the caller's"):
        queued(headers={name: "x"})


def test_an_unknown_purpose_is_refused(db):
    with pytest.raises(ValueError, match="not registered"):
        queued(purpose="nobody.knows")


def test_the_same_key_gives_the_letter_of_the_first_time(db):
    first, second = queued(once_key="invitation-1"), queued(once_key="invitation-1", subject="Teine")

    assert second.pk == first.pk
    assert OutgoingMail.objects.get().subject == "Tere"


def test_what_a_letter_is_about_and_who_ordered_it_is_kept(mari, jaan):
    jaan.acting_for_id = mari.pk
    mail = queued(by=jaan, about=mari)
    other = queued(about=About("complaints.case", 7, "K-2026-00007"))

    assert (mail.object_type, mail.object_id, mail.queued_by, mail.on_behalf_of_id) == (
        "bureau.user",
        mari.pk,
        jaan,
        mari.pk,
    )
    assert list(OutgoingMail.objects.about(mari)) == [mail]
    assert (other.object_type, other.object_id, other.object_label) == ("complaints.case", 7, "K-2026-00007")


def test_many_letters_of_one_transaction_give_one_order(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as ordered, transaction.atomic():
        for number in range(20):
            queued(to=f"client{number}@example.ee")

    assert ordered == [outbox.order]


def test_a_lost_order_loses_nothing(db, server, keeper):
    queued()

    sweep()

    assert len(keeper.letters) == 1


def test_a_sent_letter_has_its_moment_and_a_secret_one_no_text(db):
    with pytest.raises(IntegrityError, match="sent_at_set_when_sent"), transaction.atomic():
        OutgoingMail.objects.filter(pk=queued().pk).update(state=State.SENT)
    with pytest.raises(IntegrityError, match="secret_wiped"), transaction.atomic():
        OutgoingMail.objects.filter(pk=queued(secret=True).pk).update(state=State.SENT, sent_at=timezone.now())


def test_a_letter_has_one_attempt_at_a_time_and_is_accepted_once(db):
    mail, now = queued(), timezone.now()
    MailAttempt.objects.create(mail=mail, started_at=now)
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        MailAttempt.objects.create(mail=mail, started_at=now)
    MailAttempt.objects.update(result=Result.ACCEPTED, ended_at=now)
    with pytest.raises(IntegrityError, match="accepted_once"), transaction.atomic():
        MailAttempt.objects.create(mail=mail, started_at=now, ended_at=now, result=Result.ACCEPTED)
    with pytest.raises(IntegrityError, match="ended_at_set"), transaction.atomic():
        MailAttempt.objects.create(mail=mail, started_at=now, result=Result.LOST)


# --- Sending


def test_a_letter_arrives_once_with_all_it_says(db, server, keeper):
    mail = queued(
        subject="Kas jõudis kohale?", html="<p>Tere õ</p>", reply_to="vastus@example.ee", headers={"X-Survey": "7"}
    )

    sent = [send_due(), send_due(), sweep()]

    mail.refresh_from_db()
    (letter,) = keeper.letters
    assert sent == [1, 0, 0]
    assert (mail.state, mail.attempts, mail.text) == (State.SENT, 1, "Tere!\nõäöüšž")
    assert mail.sent_at is not None
    assert (letter["To"], letter["Subject"], letter["Message-ID"]) == (
        "client@example.ee",
        "Kas jõudis kohale?",
        mail.message_id,
    )
    assert (letter["Reply-To"], letter["X-Survey"], letter["From"]) == (
        "vastus@example.ee",
        "7",
        "klienditugi@example.ee",
    )
    assert lines(letter.get_body(["plain"])) == ["Tere!", "õäöüšž"]
    assert letter.get_body(["html"]).get_content().strip() == "<p>Tere õ</p>"
    assert [attempt.result for attempt in mail.journal.all()] == [Result.ACCEPTED]


def test_lines_that_begin_with_a_dot_arrive_as_they_are(db, server, keeper):
    text = ".esimene\n.\n..kaks\nlõpp ilma reavahetuseta" + "\n" + "x" * 2000
    queued(text=text)

    send_due()

    assert lines(keeper.letters[0]) == text.split("\n")
    assert quoted(b"") == b"\r\n"


def test_automatic_letters_say_so_and_letters_of_people_do_not(db, server, keeper):
    queued(to="a@example.ee")
    queued(to="b@example.ee", purpose="test.by_hand")

    send_due()

    assert [(letter["To"], letter["Auto-Submitted"]) for letter in keeper.letters] == [
        ("b@example.ee", None), ("a@example.ee", "auto-generated"),
    ]  # fmt: skip


def test_a_letter_put_off_is_tried_again_later(db, server, keeper):
    mail = queued()
    keeper.answers["client@example.ee"] = "451 4.7.1 Come again, client@example.ee"

    first = send_due()
    mail.refresh_from_db()
    waits = mail.due_at - timezone.now()
    again_at_once = send_due()
    keeper.answers.clear()
    due_now()
    later = send_due()

    assert (first, again_at_once, later) == (0, 0, 1)
    assert (mail.state, mail.attempts, mail.server_code) == (State.QUEUED, 1, "451 4.7.1")
    assert timedelta(seconds=50) < waits <= timedelta(minutes=WAITS_MINUTES[0])
    assert [attempt.result for attempt in mail.journal.all()] == [Result.DEFERRED, Result.ACCEPTED]
    assert len(keeper.letters) == 1


def test_a_letter_put_off_again_and_again_is_given_up(db, server, keeper):
    mail = queued()
    keeper.text_answers["client@example.ee"] = "452 Mailbox full"

    for _attempt in range(MOST_ATTEMPTS + 2):
        due_now()
        send_due()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.journal.count()) == (State.FAILED, MOST_ATTEMPTS, MOST_ATTEMPTS)


@pytest.mark.parametrize("stage", ["answers", "text_answers"])
def test_a_refused_letter_fails_at_once_and_stops_no_other(
    db, server, keeper, stage, django_capture_on_commit_callbacks
):
    refused, other = queued(to="gone@example.ee"), queued(to="here@example.ee")
    getattr(keeper, stage)["gone@example.ee"] = "550 5.1.1 <gone@example.ee> is unknown"
    heard = []
    mail_settled.connect(listener := lambda mail, **_signal: heard.append((mail.pk, mail.state)), dispatch_uid="test")

    with django_capture_on_commit_callbacks(execute=True):
        send_due()
    mail_settled.disconnect(listener, dispatch_uid="test")

    refused.refresh_from_db()
    other.refresh_from_db()
    assert (refused.state, refused.server_code, other.state) == (State.FAILED, "550 5.1.1", State.SENT)
    assert Deed.objects.filter(action="mail.failed", object_id=refused.pk).get().data == {
        "code": "550 5.1.1",
        "purpose": "test.automatic",
    }
    assert heard == [(refused.pk, State.FAILED), (other.pk, State.SENT)]


def test_a_server_that_is_away_counts_against_no_letter(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    queued(), queued(to="b@example.ee")

    assert send_due() == 0

    assert [(mail.state, mail.attempts) for mail in OutgoingMail.objects.all()] == [(State.QUEUED, 0)] * 2
    assert [attempt.result for attempt in MailAttempt.objects.all()] == [Result.NO_CONNECTION]


def test_a_server_that_refuses_our_password_counts_against_no_letter(db, settings, keeper):
    controller = LoopbackServer(
        keeper,
        auth_require_tls=False,
        authenticator=lambda *_args: AuthResult(success=False, handled=False),
        auth_required=True,
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    mail = queued()

    sent = send_due()
    controller.stop()

    mail.refresh_from_db()
    assert (sent, mail.state, mail.attempts) == (0, State.QUEUED, 0)


def test_a_server_that_hangs_up_between_letters_is_called_again(db, server, keeper, monkeypatch):
    keeper.hang_up_afterwards = True
    for number in range(3):
        queued(to=f"client{number}@example.ee")
    hand_over = Transport.hand_over

    def slowly(*args, **more):
        hand_over(*args, **more)
        time.sleep(0.1)

    monkeypatch.setattr(Transport, "hand_over", slowly)

    assert (send_due(), len(keeper.letters)) == (3, 3)


def test_a_letter_over_which_the_line_breaks_waits_and_stops_no_other(db, server, keeper):
    unlucky, other = queued(to="unlucky@example.ee", purpose="test.by_hand"), queued()
    keeper.hang_up_on_recipient = True

    assert send_due() == 1

    unlucky.refresh_from_db()
    other.refresh_from_db()
    assert (unlucky.state, unlucky.attempts, unlucky.journal.get().result) == (State.QUEUED, 1, Result.LOST)
    assert other.state == State.SENT


def test_a_server_that_is_too_busy_is_asked_again_later(db, server, keeper):
    put_off, other = queued(to="a@example.ee"), queued(to="b@example.ee")
    keeper.answers["a@example.ee"] = "421 4.3.2 Too busy"

    assert send_due() == 1

    put_off.refresh_from_db()
    other.refresh_from_db()
    assert (put_off.state, put_off.server_code, other.state) == (State.QUEUED, "421 4.3.2", State.SENT)


def test_a_line_that_breaks_while_the_text_is_given_leaves_the_letter_uncertain(db, server, keeper):
    mail = queued()
    keeper.hang_up_on_text = True

    send_due()
    due_now()
    send_due()

    mail.refresh_from_db()
    assert (mail.state, len(keeper.letters)) == (State.UNCERTAIN, 1)
    assert Deed.objects.filter(action="mail.uncertain", object_id=mail.pk).exists()


def test_a_letter_is_not_sent_before_its_hour(db, server, keeper):
    morning = timezone.now() + timedelta(hours=8)
    mail = queued(not_before=morning)

    send_due()

    mail.refresh_from_db()
    assert (mail.state, mail.due_at, keeper.letters) == (State.QUEUED, morning, [])


def test_a_secret_letter_is_wiped_once_it_has_left(db, server, keeper):
    mail = queued(text="https://desk/s/TOKEN", html="<a>TOKEN</a>", secret=True)

    send_due()

    mail.refresh_from_db()
    assert "TOKEN" in keeper.letters[0].get_body(["plain"]).get_content()
    assert (mail.state, mail.text, mail.html) == (State.SENT, "", "")


def test_a_secret_letter_that_failed_keeps_its_text_until_it_is_cancelled(db, server, keeper, jaan):
    mail = queued(text="https://desk/s/TOKEN", secret=True)
    keeper.answers["client@example.ee"] = "550 Unknown"
    send_due()
    mail.refresh_from_db()
    kept = mail.text

    cancelled = cancel_mail(mail=mail, by=jaan)

    assert (kept, cancelled.text, cancelled.state) == ("https://desk/s/TOKEN", "", State.CANCELLED)


def test_a_letter_that_cannot_be_built_fails_and_stops_no_other(db, server, keeper):
    broken, other = queued(), queued(to="b@example.ee")
    OutgoingMail.objects.filter(pk=broken.pk).update(subject="Tere\nBcc: x@example.ee")

    send_due()

    broken.refresh_from_db()
    assert (broken.state, [letter["To"] for letter in keeper.letters]) == (State.FAILED, [other.to])


def test_where_no_server_is_set_letters_lie_where_the_settings_say(db, mailoutbox):
    queued()

    assert send_due() == 1
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["client@example.ee"], "Tere")]


def test_copies_of_letters_that_left_long_ago_are_wiped_and_no_others(db):
    now = timezone.now()
    old = {"created_at": now - timedelta(days=91), "headers": {"X-Survey": "7"}}
    sent, cancelled, failed, fresh = (queued(to=f"{name}@example.ee") for name in ("a", "b", "c", "d"))
    OutgoingMail.objects.filter(pk__in=[sent.pk, fresh.pk]).update(state=State.SENT, sent_at=now)
    OutgoingMail.objects.filter(pk=cancelled.pk).update(state=State.CANCELLED)
    OutgoingMail.objects.filter(pk=failed.pk).update(state=State.FAILED)
    OutgoingMail.objects.exclude(pk=fresh.pk).update(**old)

    wiped = [outbox_keeping.forget_sent_texts(now=now), outbox_keeping.forget_sent_texts(now=now)]

    assert wiped == [2, 0]
    assert {mail.pk for mail in OutgoingMail.objects.filter(text="", headers={})} == {sent.pk, cancelled.pk}


# --- After a dead worker


def test_a_letter_whose_text_had_not_begun_to_leave_waits_again(db, server, keeper):
    mail = queued()
    claim(now=timezone.now())

    found = recover(silence=AT_ONCE)

    mail.refresh_from_db()
    due_now()
    assert (found, mail.state, mail.journal.get().result) == (1, State.QUEUED, Result.LOST)
    assert (send_due(), len(keeper.letters)) == (1, 1)


def test_a_letter_whose_text_had_begun_to_leave_is_sent_by_nobody_but_a_person(db, server, keeper, jaan):
    mail = queued()
    begin_content(claim(now=timezone.now()))

    found = [recover(silence=AT_ONCE), recover(silence=AT_ONCE)]
    due_now()
    unsent = send_due()
    mail.refresh_from_db()
    state = mail.state
    retry_mail(mail=mail, by=jaan)

    assert (found, unsent, state) == ([1, 0], 0, State.UNCERTAIN)
    assert (send_due(), len(keeper.letters)) == (1, 1)


def test_a_worker_taken_for_dead_gives_no_text_to_the_server(db, server, keeper):
    mail = queued()
    slow = claim(now=timezone.now())
    recover(silence=AT_ONCE)

    with Transport() as transport:
        outbox.attempt_to_send(slow, transport)

    mail.refresh_from_db()
    assert (keeper.letters, mail.state) == ([], State.QUEUED)


def test_a_slow_worker_that_comes_back_tells_how_it_ended(db, jaan):
    mail = queued()
    slow = claim(now=timezone.now())
    begin_content(slow)
    recover(silence=AT_ONCE)

    outbox.end(slow, Result.ACCEPTED)

    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_a_slow_worker_does_not_overrule_a_person(db, server, keeper, jaan):
    mail = queued()
    slow = claim(now=timezone.now())
    begin_content(slow)
    recover(silence=AT_ONCE)
    retry_mail(mail=mail, by=jaan)
    send_due()

    outbox.end(slow, Result.ACCEPTED)

    assert [attempt.result for attempt in mail.journal.all()] == [Result.UNCERTAIN, Result.ACCEPTED]


@pytest.mark.parametrize(
    ("has_begun", "minutes", "state"),
    [
        (False, 0, State.SENDING), (False, 2, State.SENDING), (False, 4, State.QUEUED),
        (True, 4, State.SENDING), (True, 9, State.SENDING), (True, 11, State.UNCERTAIN),
    ],
)  # fmt: skip
def test_a_worker_that_may_still_work_is_left_alone(db, has_begun, minutes, state):
    queued()
    attempt, past = claim(now=timezone.now()), timezone.now() - timedelta(minutes=minutes)
    if has_begun:
        begin_content(attempt)
    MailAttempt.objects.update(**{"content_begun_at" if has_begun else "started_at": past})

    recover()

    assert OutgoingMail.objects.get().state == state


def test_a_slow_worker_that_has_just_begun_is_not_called_uncertain(db):
    queued()
    attempt = claim(now=timezone.now())
    begin_content(attempt)  # between the look of the sweep and its lock

    assert outbox.take_back(attempt.pk, with_text=timezone.now() - timedelta(minutes=10)) is False
    assert OutgoingMail.objects.get().state == State.SENDING


# --- Deeds


def test_a_failed_letter_is_sent_again_by_a_person(db, server, keeper, jaan):
    mail = queued()
    keeper.answers["client@example.ee"] = "550 Unknown"
    send_due()
    keeper.answers.clear()

    retry_mail(mail=mail, by=jaan)
    send_due()

    mail.refresh_from_db()
    deed = Deed.objects.get(action="mail.retried")
    assert (mail.state, deed.actor, deed.data) == (State.SENT, jaan, {"old": "failed", "purpose": "test.automatic"})


def test_an_uncertain_letter_that_did_arrive_is_settled_and_wiped(db, jaan):
    mail = queued(secret=True)
    begin_content(claim(now=timezone.now()))
    recover(silence=AT_ONCE)

    settled = confirm_arrival(mail=mail, by=jaan)

    assert (settled.state, settled.text) == (State.SENT, "")
    assert Deed.objects.filter(action="mail.confirmed", actor=jaan).exists()


def test_deeds_are_refused_where_they_make_no_sense(db, jaan, mailoutbox):
    waiting, sent = queued(), queued(to="b@example.ee", not_before=timezone.now() - timedelta(hours=1))
    OutgoingMail.objects.filter(pk=waiting.pk).update(due_at=timezone.now() + timedelta(hours=1))
    send_due()
    under_way = queued()
    claim(now=timezone.now())

    for deed, mail in (
        (retry_mail, waiting), (confirm_arrival, waiting), (retry_mail, sent), (cancel_mail, sent), (cancel_mail, under_way),
    ):  # fmt: skip
        with pytest.raises(DeedRefused):
            deed(mail=mail, by=jaan)


def test_the_oldest_letter_that_should_have_left_is_known(db):
    now = timezone.now()
    queued(not_before=now + timedelta(hours=1))
    nothing = outbox_keeping.oldest_unsent(now)
    late = queued()

    assert nothing is None
    assert outbox_keeping.oldest_unsent(timezone.now()) == late


def test_the_tasks_send_and_sweep(db, mailoutbox):
    from bureau.tasks import send_outgoing_mail, sweep_outgoing_mail

    queued()
    send_outgoing_mail()
    queued()
    sweep_outgoing_mail()

    assert len(mailoutbox) == 2
