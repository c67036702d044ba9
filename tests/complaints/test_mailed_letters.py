"""Letters of a case that leave by e-mail: with the deed, once, with nothing of what is ours alone."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bureau import drafts
from bureau.models import Channel, Deed, MailAttempt, Notification, OutgoingMail, User
from bureau.outbox import claim, recover, send_due
from bureau.outbox_keeping import cancel_mail
from complaints import extension, forwarding
from complaints.case_timeline import timeline_of
from complaints.correspondence import NOTE_DRAFT, Reply, recipient_of, send_reply
from complaints.deeds import DeedRefused
from complaints.mailed_letters import send_letter_again
from complaints.models import Case, Contact, Message
from complaints.notes import add_note
from tests.factories import CaseFactory, PartyFactory
from tests.mail.server import Keeper, LoopbackServer

MARKER = "SISEMÄRKUS-8F31"


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", email="andres@naide.ee", phone="+37255550199", address="Metsa 1, Tartu")


@pytest.fixture
def case(andres, mari):
    return CaseFactory(party=andres, assignee=mari, days_ago=2, title="Pidevalt kaebav klient")


@pytest.fixture
def server(settings):
    keeper = Keeper()
    controller = LoopbackServer(keeper)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield keeper
    controller.stop()


def channel(code):
    return Channel.objects.get(code=code).pk


def reply(case, code="email", **given):
    given = {"text": "Teatis on menetluses.", "key": uuid.uuid4()} | given
    return Reply(channel_id=channel(code), recipient=recipient_of(case.party, code), **given)


def extend(case, by, code="email"):
    clock = extension.extendable(case)[0]
    wanted = extension.Extension(
        clock_id=clock.pk, until=extension.advised(clock), reason="vajab ekspertiisi", notice_text="Vajame rohkem aega.",
        notice_channel_id=channel(code), notice_recipient=recipient_of(case.party, code),
    )  # fmt: skip
    extension.extend_clock(case=case, extension=wanted, by=by)


def forward(case, by, **given):
    from bureau.models import OutsideBody

    sending = forwarding.SendingOn(
        body_id=OutsideBody.objects.first().pk, notice_text="Edastasime kirja.", notice_channel_id=channel("email"),
        notice_recipient=recipient_of(case.party, "email"), **given,
    )  # fmt: skip
    forwarding.forward_case(case=case, sending=sending, by=by)


def delivery(case):
    """Badges of our letters on the timeline, oldest first."""
    return [
        entry.delivery
        for entry in timeline_of(case, user=User.objects.get(email="mari@example.ee")).entries
        if entry.kind == "out"
    ]


# --- What leaves


def test_a_reply_by_email_is_queued_with_the_deed_and_arrives(case, mari, server):
    mari.job_title = "vanemspetsialist"
    message = send_reply(case=case, reply=reply(case), by=mari)

    send_due()

    (letter,) = server.letters
    assert (letter["To"], letter["Subject"]) == ("andres@naide.ee", f"Vastus Teie pöördumisele {case.number}")
    assert (letter["Reply-To"], letter["Auto-Submitted"]) == ("klienditugi@example.ee", None)
    assert letter.get_content().splitlines() == [
        "Teatis on menetluses.", "", "-- ", "Mari Tamm", "vanemspetsialist", "Keskkonnaamet", "klienditugi@example.ee", "",
        f"Kui vastate, jätke number {case.number} kirja teemareale.",
    ]  # fmt: skip
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.queued_by, mail.object_label) == ("case.reply", mari, case.number)
    assert list(OutgoingMail.objects.about(message)) == [mail]


def test_the_desks_address_may_have_a_name_beside_it(case, mari, server, settings):
    settings.DEFAULT_FROM_EMAIL = "Keskkonnaameti klienditugi <info@amet.example.ee>"

    send_reply(case=case, reply=reply(case), by=mari)
    send_due()

    (letter,) = server.letters
    assert letter["From"] == "Keskkonnaameti klienditugi <info@amet.example.ee>"
    assert letter["Reply-To"] == "info@amet.example.ee"
    assert letter["Message-ID"].endswith("@amet.example.ee>")
    assert "\ninfo@amet.example.ee\n" in OutgoingMail.objects.get().text


def test_a_letter_of_a_restricted_case_is_asked_about_once_and_bears_the_mark(as_person, mari, andres):
    """It left at the first press, with no mark."""
    case = CaseFactory(assignee=mari, party=andres, restricted=True)
    given = {"version": case.version, "key": str(uuid.uuid4()), "text": "Teie andmed on parandatud.", "channel": channel("email"), "way": "answers"}  # fmt: skip
    address = f"/cases/{case.number}/reply/"

    asked = as_person(mari).post(address, given)
    assert asked.status_code == 422
    assert andres.email in str(asked.context["reply"].errors["sends_restricted"])
    assert not OutgoingMail.objects.exists()
    as_person(mari).post(address, given | {"sends_restricted": "on"})

    assert OutgoingMail.objects.get().text.splitlines()[:7] == [
        "ASUTUSESISESEKS KASUTAMISEKS", "Teabevaldaja: Keskkonnaamet", f"Märge tehtud: {case.restricted_from:%d.%m.%Y}",
        f"Juurdepääsupiirang kehtib kuni: {case.restricted_until:%d.%m.%Y}", f"Alus: {case.restriction_basis.law}", "",
        "Teie andmed on parandatud.",
    ]  # fmt: skip


@pytest.mark.parametrize("deed", ["forward", "extend"])
def test_notices_of_a_restricted_case_are_asked_about_too(as_person, jaan, andres, deed):
    case = CaseFactory(assignee=jaan, party=andres, restricted=True)
    page = as_person(jaan).get(f"/cases/{case.number}/{deed}/")
    given = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}

    refused = as_person(jaan).post(f"/cases/{case.number}/{deed}/", given | {"notice_channel": channel("email")})

    assert "sends_restricted" in refused.context["form"].errors


def test_a_letter_speaks_the_language_of_the_case(case, mari):
    Case.objects.filter(pk=case.pk).update(language="en")
    case.refresh_from_db()

    send_reply(case=case, reply=reply(case), by=mari)

    assert OutgoingMail.objects.get().subject == f"Reply to your case {case.number}"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("interim", "Teie pöördumisest {}"), ("extension", "Teie pöördumise {} uus tähtaeg"),
        ("forwarding", "Teie pöördumine {} on edastatud"),
    ],
)  # fmt: skip
def test_interim_letters_and_notices_leave_too(case, peeter, kind, subject):
    if kind == "interim":
        send_reply(case=case, reply=reply(case, is_interim=True), by=peeter)
    elif kind == "extension":
        extend(case, peeter)
    else:
        forward(case, peeter)

    mail = OutgoingMail.objects.get()
    assert (mail.subject, mail.is_automatic, mail.to) == (subject.format(case.number), False, "andres@naide.ee")


@pytest.mark.parametrize("code", ["letter", "phone", "visit"])
def test_what_goes_another_way_is_only_recorded(case, peeter, code):
    send_reply(case=case, reply=reply(case, code, is_interim=True), by=peeter)
    extend(case, peeter, code)

    assert OutgoingMail.objects.count() == 0
    assert delivery(case) == [None, None]


def test_without_an_address_the_letter_is_only_recorded(mari):
    case = CaseFactory(party=PartyFactory(name="Tundmatu", email=""), assignee=mari, days_ago=2)

    send_reply(case=case, reply=reply(case), by=mari)

    assert OutgoingMail.objects.count() == 0


def test_a_letter_recorded_afterwards_is_not_sent_once_more(case, mari, peeter, andres):
    yesterday = timezone.now() - timedelta(days=1)
    send_reply(case=case, reply=reply(case, at=yesterday), by=mari)
    forward(CaseFactory(party=andres, days_ago=2), peeter, at=yesterday)

    assert OutgoingMail.objects.count() == 0


def test_the_same_filling_of_the_form_sends_one_letter(case, mari):
    one = reply(case)

    send_reply(case=case, reply=one, by=mari)
    send_reply(case=case, reply=one, by=mari)

    assert OutgoingMail.objects.count() == 1


def test_a_refused_deed_sends_nothing(case, mari):
    with pytest.raises(DeedRefused):
        send_reply(case=case, reply=reply(case, text="  "), by=mari)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_reply(case=case, reply=reply(case), by=mari)
        1 / 0  # noqa: B018

    assert OutgoingMail.objects.count() == 0


def test_the_day_that_counts_is_that_of_the_deed(case, mari, server, time_machine):
    evening = timezone.make_aware(datetime(2031, 3, 3, 23, 50))
    time_machine.move_to(evening, tick=False)
    send_reply(case=case, reply=reply(case), by=mari)

    time_machine.move_to(evening + timedelta(hours=1), tick=False)
    send_due()

    case.refresh_from_db()
    assert (case.answered_at, case.answered_on) == (evening, evening.date())
    assert OutgoingMail.objects.get().sent_at == evening + timedelta(hours=1)
    assert case.clocks.filter(met_on=evening.date()).exists()


# --- What stays


def test_nothing_that_is_ours_alone_gets_into_a_letter(case, mari, peeter, andres):
    add_note(case=case, by=mari, text=f"{MARKER} märkus")
    drafts.save_draft(user=mari, form=NOTE_DRAFT, subject=case.number, data={"text": f"{MARKER} mustand"})
    Contact.objects.filter(case=case).update(note=f"{MARKER} kõne")
    Case.objects.filter(pk=case.pk).update(title=f"{MARKER} pealkiri", description=f"{MARKER} kirjeldus")
    case.refresh_from_db()

    send_reply(case=case, reply=reply(case, is_interim=True), by=mari)
    extend(case, peeter)
    send_reply(case=case, reply=reply(case), by=mari)
    add_note(case=case, by=mari, text=f"{MARKER} hiljem")
    other = CaseFactory(party=andres, days_ago=2, title=MARKER)
    forward(other, peeter, reason=f"{MARKER} põhjus")

    mails = OutgoingMail.objects.all()
    assert len(mails) == 4
    assert [mail.pk for mail in mails if MARKER in f"{mail.subject}{mail.text}{mail.html}{mail.headers}"] == []


# --- How it fares


def test_the_timeline_tells_how_the_letter_fares(case, mari, server, jaan):
    send_reply(case=case, reply=reply(case), by=mari)
    waiting = delivery(case)
    server.answers["andres@naide.ee"] = "550 5.1.1 andres@naide.ee unknown"
    send_due()
    failed = delivery(case)
    cancel_mail(mail=OutgoingMail.objects.get(), by=jaan)
    cancelled = delivery(case)

    assert [(badge.words, badge.tone) for (badge,) in (waiting, failed, cancelled)] == [
        ("E-kiri ootab saatmist", "info"),
        ("E-kirja ei saadetud; kontrolli aadressi (vastus 550 5.1.1)", "bad"),
        ("E-kirja ei saadetud: see tühistati", "warning"),
    ]  # fmt: skip


def test_a_sent_letter_bears_its_moment(case, mari, server):
    send_reply(case=case, reply=reply(case), by=mari)
    send_due()
    OutgoingMail.objects.update(sent_at=timezone.make_aware(datetime(2026, 11, 25, 14, 5)))

    (badge,) = delivery(case)

    assert (badge.words, badge.tone) == ("E-kiri saadetud 25.11.2026\xa014.05", "good")


def test_the_page_of_the_case_shows_it(case, mari, as_person):
    send_reply(case=case, reply=reply(case), by=mari)

    page = as_person(mari).get(case.get_absolute_url()).content.decode()

    assert "E-kiri ootab saatmist" in page


def test_the_writer_and_the_handler_hear_of_a_letter_that_did_not_leave(
    case, mari, peeter, liis, server, django_capture_on_commit_callbacks
):
    send_reply(case=case, reply=reply(case), by=peeter)
    server.answers["andres@naide.ee"] = "550 Unknown"
    Notification.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        send_due()

    told = Notification.objects.filter(kind="case.letter_failed")
    assert {notice.user for notice in told} == {mari, peeter}
    assert {notice.url for notice in told} == {case.get_absolute_url()}


def test_of_a_restricted_case_only_those_hear_who_see_it(
    case, mari, peeter, liis, jaan, django_capture_on_commit_callbacks
):
    message = send_reply(case=case, reply=reply(case), by=liis)
    case.refresh_from_db()
    Case.objects.filter(pk=case.pk).update(**restricted_fields())
    attempt = claim(now=timezone.now())
    MailAttempt.objects.filter(pk=attempt.pk).update(content_begun_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        recover(silence=timedelta(0))

    assert Message.objects.get(pk=message.pk).author == liis
    assert {notice.user for notice in Notification.objects.filter(kind="case.letter_uncertain")} == {mari}


def restricted_fields():
    from bureau.models import RestrictionBasis

    return {
        "is_restricted": True, "restriction_basis": RestrictionBasis.objects.first(), "restricted_from": timezone.localdate(),
        "restricted_until": timezone.localdate() + timedelta(days=300),
    }  # fmt: skip


# --- On the page


def form_of(case, code="email", **more):
    return {
        "key": uuid.uuid4(), "text": "Teatis on menetluses.", "channel": channel(code), "way": "answers",
        "version": case.version, "seen": 0,
    } | more  # fmt: skip


def test_the_button_says_whether_it_sends_or_records(case, mari, as_person):
    page = as_person(mari).get(case.get_absolute_url()).content.decode()

    assert 'data-words="Saada: andres@naide.ee"' in page
    assert 'data-words="Märgi vastus saadetuks: Andres Kuusk, Metsa 1, Tartu"' in page
    assert 'data-words-afterwards="Märgi vastus saadetuks: andres@naide.ee"' in page


@pytest.mark.parametrize(
    ("code", "more", "said", "letters"),
    [
        ("email", {}, "Kiri on teel: andres@naide.ee", 1), ("letter", {}, "Vastus on kirjas", 0),
    ],
)  # fmt: skip
def test_what_the_press_did_is_said(case, mari, as_person, code, more, said, letters):
    page = as_person(mari).post(
        reverse("complaints:case_reply", args=[case.number]), form_of(case, code, **more), follow=True
    )

    assert said in page.content.decode()
    assert OutgoingMail.objects.count() == letters


# --- Sent again


def refused_letter(case, mari, server):
    server.answers["andres@naide.ee"] = "550 5.1.1 Unknown"
    message = send_reply(case=case, reply=reply(case), by=mari)
    send_due()
    return message


def test_a_refused_letter_goes_to_the_corrected_address_once(case, andres, mari, liis, server, jaan):
    message = refused_letter(case, mari, server)
    answered_at = Case.objects.get(pk=case.pk).answered_at
    andres.email = "andres.kuusk@naide.ee"
    andres.save()

    send_letter_again(case=case, key=message.key, by=liis)
    send_due()

    message.refresh_from_db()
    case.refresh_from_db()
    assert [letter["To"] for letter in server.letters] == ["andres.kuusk@naide.ee"]
    assert message.recipient == "andres.kuusk@naide.ee"
    assert case.answered_at == answered_at
    assert [mail.state for mail in OutgoingMail.objects.order_by("pk")] == ["cancelled", "sent"]
    assert [badge.tone for badge in delivery(case)] == ["good"]
    assert Deed.objects.filter(action="case.letter_resent", actor=liis, object_id=case.pk).exists()


def test_a_letter_on_its_way_or_there_is_not_sent_again(case, mari, server):
    waiting = send_reply(case=case, reply=reply(case, is_interim=True), by=mari)
    with pytest.raises(DeedRefused):
        send_letter_again(case=case, key=waiting.key, by=mari)
    send_due()
    with pytest.raises(DeedRefused):
        send_letter_again(case=case, key=waiting.key, by=mari)

    assert OutgoingMail.objects.count() == 1


def test_without_an_address_a_letter_is_not_sent_again(case, andres, mari, server):
    message = refused_letter(case, mari, server)
    andres.email = ""
    andres.save()

    with pytest.raises(DeedRefused):
        send_letter_again(case=case, key=message.key, by=mari)


def test_a_letter_of_another_case_is_not_sent_from_this_one(case, mari, server):
    message = refused_letter(case, mari, server)

    with pytest.raises(DeedRefused):
        send_letter_again(case=CaseFactory(party=case.party, days_ago=2), key=message.key, by=mari)


def test_the_page_offers_to_send_it_again_only_where_it_helps(case, mari, tiina, as_person, server):
    refused_letter(case, mari, server)
    button = "Saada uuesti: andres@naide.ee"

    assert button in as_person(mari).get(case.get_absolute_url()).content.decode()
    assert button not in as_person(tiina).get(case.get_absolute_url()).content.decode()
    server.answers.clear()
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    assert button not in as_person(mari).get(case.get_absolute_url()).content.decode()


def test_pressing_it_sends_it_again(case, mari, as_person, server):
    message = refused_letter(case, mari, server)
    case.refresh_from_db()
    address = reverse("complaints:case_letter_resend", args=[case.number, message.key])

    page = as_person(mari).post(address, {"version": case.version}, follow=True).content.decode()

    assert "Kiri on uuesti teel" in page
    assert "E-kiri ootab saatmist" in page
