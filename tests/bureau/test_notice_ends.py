"""A notice ends when what it asks for is done: each kind that asks, from its making to its end, and the pages that count it."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau import notice_ends, notice_texts
from bureau.digest import send_digests
from bureau.models import Notification, OutgoingMail
from bureau.views.notifications import forget_count
from complaints.models import Case, Complaint, ComplaintEscalation, InvestigationTask, Remedy, Stage, Status
from feedback.models import FollowUp
from quality.models import (
    Improvement,
    ImprovementTask,
    Passport,
    Report,
    ReportQuestion,
    ReportReader,
    Restatement,
    Signal,
)
from tests.test_what_is_asked import ASKED, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

# Kinds that ask and end only when they are read, each with its reason.
ENDS_WHEN_READ = {
    "case.bulk_assigned": "leads to a list of many cases, and each of them warns of its own deadline",
}


# --- What ends each kind ------------------------------------------------------------------------------------------------
def case_ended(w):
    Case.objects.filter(pk=w.case.pk).update(status=Status.FORWARDED, ended_on=w.today)


def complaint_ended(w):
    Complaint.objects.filter(pk=w.case.pk).update(stage=Stage.WITHDRAWN, closed_on=w.today)


def taken_up(w):
    ComplaintEscalation.objects.update(acknowledged_at=timezone.now(), acknowledged_by=w.jaan)


def step_done(w):
    InvestigationTask.objects.update(done_on=w.today, answer="Kuulasin")


def delivered(w):
    Remedy.objects.update(delivered_on=w.today)


def letter_left(w):
    """A second letter of the same message is on its way."""
    failed = OutgoingMail.objects.latest("pk")
    failed.pk, failed.state = None, OutgoingMail.State.QUEUED
    failed.public_id, failed.once_key, failed.message_id = (
        uuid.uuid4(),
        str(uuid.uuid4()),
        f"<{uuid.uuid4()}@example.ee>",
    )
    failed.save()


def unrestricted(w):
    Case.objects.update(is_restricted=False)


def of(model, **values):
    return lambda w: model.objects.update(**values)


def action_ended(w):
    Improvement.objects.update(state=Improvement.State.DROPPED, dropped_because="Seadus muutus")


def lesson_taken_up(w):
    from quality import improvements

    improvements.begin(
        title="Helistame", problem="Hilines", source=Improvement.Source.COMPLAINT, source_id=w.case.pk, owner=w.jaan,
        due_on=w.today, by=w.jaan,
    )  # fmt: skip


ENDS = {
    **dict.fromkeys(
        ["case.assigned", "case.client_wrote", "case.mentioned", "case.reopened", "case.extension_asked",
         "deadline.three_days", "deadline.one_day", "deadline.late"], case_ended),
    **dict.fromkeys(["case.complaint_urgent", "case.complaint_investigator", "complaint.left_open"], complaint_ended),
    **dict.fromkeys(["case.letter_failed", "case.letter_uncertain"], letter_left),
    **dict.fromkeys(["case.investigation_step", "case.unit_asked", "case.unit_left_unasked"], step_done),
    "case.remedy_yours": delivered,
    **dict.fromkeys(["restriction.ends", "restriction.ended"], unrestricted),
    "complaint.escalated": taken_up,
    "follow_up.opened": lambda w: FollowUp.objects.update(state=FollowUp.State.UNREACHABLE, ended_on=w.today),
    **dict.fromkeys(["improvement.given", "improvement.moved", "improvement.due", "improvement.overdue"], action_ended),
    **dict.fromkeys(
        ["improvement.task", "improvement.task_due", "improvement.task_overdue"],
        lambda w: ImprovementTask.objects.update(done_on=w.today)),
    "improvement.proposed": lesson_taken_up,
    "indicator.proposed": lambda w: Passport.objects.filter(state=Passport.State.PROPOSED).delete(),
    "measurement.restatement_asked": lambda w: Restatement.objects.update(state=Restatement.State.REFUSED, decided_by=w.tiina, decided_at=timezone.now()),
    "signal.found": of(Signal, comment="Uurisime"),
    **dict.fromkeys(["report.drafted", "report.units_asked", "report.with_head"], of(Report, state=Report.State.ISSUED)),
    "report.issued": lambda w: ReportReader.objects.update(read_at=timezone.now()),
    "report.asked": of(ReportQuestion, answer="Puhkused"),
}  # fmt: skip


def test_every_kind_that_asks_ends_or_says_why_not():
    asking = {kind for kind, asks in notice_texts.kinds().items() if asks and not kind.startswith("test.")}

    assert notice_ends.kinds() == asking - set(ENDS_WHEN_READ) == set(ENDS)


@pytest.mark.parametrize("row", [row for row in ASKED if row.kind in ENDS], ids=lambda row: f"{row.kind}-{row.person}")
def test_a_notice_ends_when_its_object_is_done(row, world):  # noqa: F811
    user = getattr(world, row.person)
    row.make(world)
    if row.kind.startswith("case.letter_"):
        OutgoingMail.objects.update(state=row.kind.rpartition("_")[2])
    own = Notification.objects.filter(user=user, kind=row.kind)
    before = own.unread().count()

    ENDS[row.kind](world)

    assert before >= 1
    assert own.unread().count() == 0
    assert all(notice.has_ended for notice in own.with_end())
    assert all(notice.read_at is None for notice in own)


def test_what_is_done_is_left_out_of_the_bell_and_the_letter_and_marked_on_the_page(world, as_person):  # noqa: F811
    (row,) = [row for row in ASKED if row.kind == "report.issued"]
    row.make(world)
    client, url = as_person(world.tiina), reverse("bureau:notification_list")
    waiting = client.get(url).content.decode()
    ENDS["report.issued"](world)
    forget_count(world.tiina)

    ended, unread = client.get(url).content.decode(), client.get(url + "?state=unread").content.decode()

    assert ("data-unread" in waiting, "juba tehtud" in waiting) == (True, False)
    assert ("data-unread" in ended, "juba tehtud" in ended) == (False, True)
    assert "Teateid ei ole" in unread
    morning = timezone.localtime().replace(year=2026, month=11, day=24, hour=10, minute=20)
    assert (
        send_digests(now=morning) == 0
        or not OutgoingMail.objects.filter(to=world.tiina.email, purpose="notice.digest").exists()
    )
