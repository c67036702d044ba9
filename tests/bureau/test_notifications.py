"""Notices in the desk, and the daily letter with those unread."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.digest import is_working_time, send_digests
from bureau.models import Notification, OutgoingMail, User
from bureau.notifications import notify
from bureau.outbox import send_due
from bureau.tasks import send_digests as task

WORKING = timezone.make_aware(datetime(2026, 11, 24, 10, 20))  # a Tuesday
KIND = "substitution.ended"


def give(*people, **more):
    return notify(users=people, kind=KIND, absent="Jaan Kask", **more)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ((2026, 11, 24, 10, 20), True), ((2026, 11, 24, 7, 59), False), ((2026, 11, 24, 18, 0), False),
        ((2026, 11, 22, 10, 20), False), ((2026, 12, 24, 10, 20), False), ((2026, 12, 23, 14, 20), False),
    ],
    ids=["tuesday", "too early", "too late", "sunday", "christmas eve", "shortened day"],
)  # fmt: skip
def test_working_hours_are_asked_from_the_calendar(moment, is_open, db):
    assert is_working_time(timezone.make_aware(datetime(*moment))) is is_open


def test_one_letter_a_day_with_what_is_unread(mari, liis, mailoutbox):
    give(mari, liis)
    Notification.objects.filter(user=liis).update(read_at=WORKING)

    sent = [send_digests(now=WORKING), send_digests(now=WORKING + timedelta(hours=1))]
    give(mari)
    sent.append(send_digests(now=WORKING + timedelta(hours=2)))
    sent.append(send_digests(now=WORKING + timedelta(days=1)))
    send_due()

    assert sent == [1, 0, 0, 1]
    assert [mail.to for mail in mailoutbox] == [["mari@example.ee"], ["mari@example.ee"]]
    assert mailoutbox[0].subject == "Sinu lugemata teated"
    assert "Jaan Kask" in mailoutbox[0].body
    assert reverse("bureau:notification_list") in mailoutbox[0].body


def test_nothing_is_sent_outside_working_hours(mari):
    give(mari)

    assert send_digests(now=timezone.make_aware(datetime(2026, 11, 22, 10, 20))) == 0
    assert OutgoingMail.objects.count() == 0


def test_a_closed_person_gets_no_letter(mari):
    give(mari)
    mari.is_active = False
    mari.save()

    assert send_digests(now=WORKING) == 0


def test_the_letter_speaks_the_language_of_its_reader(mari, mailoutbox):
    mari.language = "en"
    mari.save()
    give(mari)

    send_digests(now=WORKING)
    send_due()

    assert mailoutbox[0].subject == "Your unread notices"
    assert "You no longer stand in for Jaan Kask" in mailoutbox[0].body


def test_a_long_letter_is_cut_and_what_is_left_needs_no_letter_of_its_own(mari, mailoutbox):
    for number in range(40):
        notify(users=[mari], kind="substitution.recorded", absent=f"Keegi {number}", days="1.–2.")

    send_digests(now=WORKING)
    again = send_digests(now=WORKING + timedelta(days=1))
    send_due()

    assert mailoutbox[0].body.count("Keegi ") == 30
    assert "…" in mailoutbox[0].body
    assert again == 0


def test_a_person_without_an_address_of_use_stops_no_other(mari, liis, mailoutbox):
    give(mari, liis)
    User.objects.filter(pk=mari.pk).update(email="õ@example.ee")

    first = send_digests(now=WORKING)
    send_due()

    assert first == 1
    assert [mail.to for mail in mailoutbox] == [["liis@example.ee"]]
    assert Notification.objects.get(user=mari).digested_at is None


def test_the_task_asks_the_clock(mari, mailoutbox, time_machine):
    give(mari)
    time_machine.move_to(WORKING)

    task()
    send_due()

    assert len(mailoutbox) == 1


def test_opening_a_notice_marks_it_read_and_goes_where_it_points(as_person, mari):
    give(mari, url="/me/")
    notice = Notification.objects.get()

    response = as_person(mari).post(reverse("bureau:notification_read", args=[notice.pk]))

    notice.refresh_from_db()
    assert response.url == "/me/"
    assert notice.read_at is not None


def test_a_foreign_address_is_not_gone_to(as_person, mari):
    give(mari, url="https://evil.example/")

    response = as_person(mari).post(reverse("bureau:notification_read", args=[Notification.objects.get().pk]))

    assert response.url == reverse("bureau:notification_list")


def test_the_bell_forgets_its_count_at_once(as_person, mari):
    give(mari)
    client = as_person(mari)
    before = "1 lugemata" in client.get(reverse("bureau:notification_list")).content.decode()

    client.post(reverse("bureau:notification_read_all"))
    after = client.get(reverse("bureau:notification_list")).content.decode()

    assert before
    assert "0 lugemata" in after


def test_the_page_shows_only_ones_own_newest_first(as_person, mari, liis):
    give(liis)
    notify(users=[mari], kind="substitution.recorded", absent="Esimene", days="1.")
    notify(users=[mari], kind="substitution.recorded", absent="Teine", days="2.")
    Notification.objects.filter(user=mari).order_by("pk")[:1].get().delete()

    rows = as_person(mari).get(reverse("bureau:notification_list")).context["rows"]

    assert [row["notice"].arguments["absent"] for row in rows] == ["Teine"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(count, as_person, mari, django_assert_num_queries):
    for _number in range(count):
        give(mari)
    client = as_person(mari)
    client.get(reverse("bureau:notification_list"))

    with django_assert_num_queries(3):  # user, rights, notices
        client.get(reverse("bureau:notification_list"))
