"""What the desk asks of somebody can be done by them: every kind of asking × the person asked and who stands in.

Each kind of notice that asks (`notice_texts.register(…, asks=True)`) has a row in `ASKED`: how it comes to be, by
the rules of the product, whom it asks, who stands in for that person, and the deed. Of both it is shown that they are told, that the
link opens, that the deed is done by what stands on that page, and that it is recorded, for the substitute on behalf of the person.
A kind without a row fails. First pages show the same duties, each with a button that opens for whom it is shown (`bureau/duty_list.py`). The reverse: kinds that only tell stand in `TELLS`, and nothing is asked of whom it does not open for.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau import duty_list, notice_texts
from bureau.models import Channel, Deed, Notification, OutgoingMail, User
from complaints import assignment, bulk, complaint_escalation, correspondence, mailed_letters, notes, reopening
from complaints import complaint_handling as handling
from complaints.complaint_investigation import Promise, Step, add_step, promise_remedy
from complaints.conflict_of_interest import name_person
from complaints.deadline_warnings import warn_of_deadlines, warn_of_ending_restrictions
from complaints.deeds import DeedRefused
from complaints.extension import Extension, advised, ask_extension, extendable
from complaints.models import Case, Complaint, InvestigationTask, Status
from feedback import follow_ups
from quality import improvements, measurements, passports, reports, signals_found
from quality.models import Improvement, Indicator, Restatement
from tests.complaints.test_deadline_warnings import MONDAY, due_in
from tests.conftest import person
from tests.factories import CaseFactory, PartyFactory, SubstitutionFactory
from tests.factories.complaints import GRAVE, MARKED, assessed, at_stage_1, at_stage_2, decided
from tests.factories.feedback import ResponseFactory, SurveyFactory
from tests.factories.reports import ISSUED_ON, answered_cases, confirmed, draft
from tests.matrix import cases as case_matrix
from tests.matrix import indicators as indicator_matrix
from tests.matrix import reports as report_matrix

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Asked:
    """`make` brings it about and may leave objects on the world; `does` gives the address and the form of the deed.

    `own_right`: the deed is not the person's alone, and the substitute does it by a right of their own.
    """

    kind: str
    person: str
    substitute: str
    make: Callable
    does: Callable
    deed: str
    own_right: bool = False

    def __str__(self):
        return self.kind


# Kinds that only tell: nothing is to be done.
TELLS = {
    "case.unassigned", "case.started", "case.waits", "case.replied", "case.wrote", "case.noted", "case.closed", "case.forwarded",
    "case.changed", "case.clock_started", "case.extended", "case.extension_declined", "case.restricted", "case.unrestricted",
    "case.let_in", "case.linked", "case.challenge_moved", "case.complaint_moved", "case.praise_passed_on", "case.unit_answered",
    "clock.recomputed", "indicator.agreed", "measurement.restated", "report.corrected", "report.answered", "report.decided",
    "report.own", "job.done", "job.failed", "job.cancelled", "substitution.recorded", "substitution.ended", "verify.differs",
}  # fmt: skip


# --- Deeds ------------------------------------------------------------------------------------------------------------
def page(name, **data):
    """The address of a deed on the case of the world, and its form."""

    def does(w):
        values = {key: value(w) if callable(value) else value for key, value in data.items()}
        return reverse(f"complaints:{name}", args=[w.case.number]), values

    return does


def reply(w):
    return reverse("complaints:case_reply", args=[w.case.number]), case_matrix.reply(w)


note = page("case_note", text="Vaatan üle.")


def step_done(name, **data):
    return lambda w: (reverse(f"complaints:{name}", args=[w.case.number, w.task.pk]), data)


def extension(w):
    clock = extendable(w.case)[0]
    channel = Channel.objects.get(code="email").pk
    until = advised(clock)
    return reverse("complaints:case_extend", args=[w.case.number]), {
        "clock": clock.pk, "until": until, "reason": "keeruline", "notice_text": "Teatame.", "notice_channel": channel,
    }  # fmt: skip


def improvement(name, **data):
    return lambda w: (reverse(f"quality:{name}", args=[w.one.number]), data)


def of_report(name, *args, **data):
    return lambda w: (reverse(f"quality:{name}", args=[w.report.number, *args]), data)


def of_issue(name, *args, **data):
    return lambda w: (
        reverse(f"quality:{name}", args=[w.report.number, w.issue.number, *(one(w) for one in args)]),
        data,
    )


DROP = improvement("improvement_move", to="dropped", reason="Seadus muutus")


# --- How it comes to be -------------------------------------------------------------------------------------------------
def assigned(w):
    w.case = CaseFactory()
    assignment.assign_case(case=w.case, to=w.mari, by=w.jaan)


def bulk_assigned(w):
    w.case = CaseFactory()
    bulk.order(numbers=[w.case.number], to=w.mari, by=w.jaan)


def client_wrote(w):
    w.case = CaseFactory(assignee=w.mari)
    channel = Channel.objects.get(code="email").pk
    correspondence.record_turn(case=w.case, by=w.jaan, text="Veel üks asi.", channel_id=channel, at=timezone.now(), key=uuid.uuid4())  # fmt: skip


def reopened(w):
    w.case = CaseFactory(assignee=w.mari)
    Case.objects.filter(pk=w.case.pk).update(status=Status.FORWARDED, ended_on=w.today)
    w.case.refresh_from_db()
    reopening.reopen_case(case=w.case, by=w.jaan, reason="Klient kirjutas uuesti.")


def mentioned(w):
    w.case = CaseFactory(assignee=w.jaan)
    notes.add_note(case=w.case, by=w.jaan, text="@Mari Tamm, palun vaata.")


def mentioned_unit_head(w):
    w.case = CaseFactory(assignee=w.jaan, unit=w.forest_unit)
    notes.add_note(case=w.case, by=w.jaan, text="@Kai Lepp, mida ütled?")


def extension_asked(w):
    w.case = CaseFactory(assignee=w.mari)
    clock = extendable(w.case)[0]
    wanted = Extension(
        clock_id=clock.pk, until=advised(clock), reason="keeruline", notice_text="Teatame.",
        notice_channel_id=Channel.objects.get(code="email").pk, notice_recipient="andres@example.com",
    )  # fmt: skip
    ask_extension(case=w.case, extension=wanted, by=w.mari)


def letter(state):
    def make(w):
        w.case = CaseFactory(assignee=w.mari, party=PartyFactory(name="Andres Kuusk", email="andres@example.com"))
        sent = correspondence.Reply(text="Vastus.", channel_id=Channel.objects.get(code="email").pk, recipient="andres@example.com", key=uuid.uuid4())  # fmt: skip
        correspondence.send_reply(case=w.case, reply=sent, by=w.jaan)
        mail = OutgoingMail.objects.get()
        mail.state = state
        mail.save(update_fields=["state"])
        mailed_letters.letter_settled(mail=mail)

    return make


def urgent(w):
    w.case = assessed(by=w.liis, weighed=GRAVE)


def investigator(w):
    w.case = at_stage_2(by=w.jaan, investigator=w.mari)


def late_complaint(level):
    def make(w):
        w.case = at_stage_1(by=w.liis, assignee=w.mari)
        target = w.case.complaint.targets.get(purpose="stage_1")
        complaint_escalation.escalate(target=target, level=level, today=w.today)

    return make


def left_open(w):
    w.case = decided(by=w.jaan, assignee=w.mari)
    Complaint.objects.filter(pk=w.case.pk).update(decided_on=MONDAY.date() - timedelta(days=40))
    complaint_escalation.remind_of_left_open(now=MONDAY)


def step(w):
    w.case = assessed(by=w.jaan, weighed=MARKED)
    w.task = add_step(case=w.case, step=Step(what="Kuula salvestist", due_on=w.today, owner=w.mari), by=w.jaan)


def unit_asked(w):
    w.case = assessed(by=w.jaan, weighed=MARKED)
    w.task = add_step(case=w.case, step=Step(what="Miks viibis?", due_on=w.today, unit=w.forest_unit), by=w.jaan)


def unit_left_unasked(w):
    w.case = at_stage_2(by=w.jaan, investigator=w.mari)
    w.task = add_step(case=w.case, step=Step(what="Miks viibis?", due_on=w.today, unit=w.forest_unit), by=w.jaan)
    name_person(complaint=w.case.complaint, user=w.kai, by=w.jaan)


def remedy(w):
    w.case = decided(by=w.jaan)
    promise = Promise(kind="apology", owner=w.mari, due_on=date(2040, 1, 1))
    w.task = promise_remedy(case=w.case, promise=promise, by=w.jaan)


def deadline(days):
    def make(w):
        w.case = due_in(days, assignee=w.mari)
        warn_of_deadlines(now=MONDAY)

    return make


def restriction(days):
    def make(w):
        w.case = CaseFactory(restricted=True, assignee=w.mari)
        Case.objects.filter(pk=w.case.pk).update(restricted_until=w.today + timedelta(days=days))
        warn_of_ending_restrictions(today=w.today)

    return make


def follow_up(w):
    response = ResponseFactory(unit=w.forest_unit)
    w.follow_up = follow_ups.open_follow_up(
        survey=response.survey, response=response, why="bad_score", unit_id=w.forest_unit.pk, today=w.today
    )


def given(w, **more):
    w.one = improvements.begin(
        title="Parem kiri", problem="Kiri on segane", source=Improvement.Source.PROPOSAL, owner=w.mari,
        due_on=more.get("due_on", w.today + timedelta(days=30)), by=w.jaan,
    )  # fmt: skip


def moved(w):
    given(w)
    w.one.cause_id, w.one.plan, w.one.effect_note = case_cause(), "Uus näidis", "Näitajat ei ole"
    w.one.save()
    improvements.move(improvement=w.one, to="do", by=w.jaan)


def case_cause() -> int:
    from bureau.models import Cause

    return Cause.objects.filter(parent__isnull=False).first().pk


def reminded(days):
    def make(w):
        given(w, due_on=w.today + timedelta(days=days))
        improvements.remind(today=w.today)

    return make


def task_of(days=30):
    def make(w):
        w.one = improvements.begin(title="Parem kiri", problem="Kiri on segane", source=Improvement.Source.PROPOSAL, owner=w.jaan, due_on=w.today + timedelta(days=90), by=w.jaan)  # fmt: skip
        w.task = improvements.add_task(improvement=w.one, title="Koosta näidis", owner=w.mari, due_on=w.today + timedelta(days=days), by=w.jaan)  # fmt: skip
        improvements.remind(today=w.today)

    return make


def task_done(w):
    return reverse("quality:improvement_task_done", args=[w.one.number, w.task.pk]), {}


def lesson(w):
    w.case = decided(by=w.jaan)
    handling.keep_lesson(case=w.case, lesson="Helistame varem.", by=w.liis)
    improvements.on_lesson_learned(case_id=w.case.pk, cause_id=None)


def taken_up(w):
    return f"{reverse('quality:improvement_new')}?source=complaint&of={w.case.number}", {
        "title": "Helistame varem", "problem": "Teade hilines", "owner": w.jaan.pk, "due_on": w.today + timedelta(days=30),
    }  # fmt: skip


def proposed(w):
    passports.propose(indicator=indicator_matrix.the(), changes={"decimals": 2}, by=w.second_head)


def restatement(w):
    indicator_matrix.measured(w)
    w.restatement = measurements.ask_restatement(
        indicator=indicator_matrix.the(), first_day=indicator_matrix.MONTH, reason="Viga", by=w.second_head
    )


def decide_restatement(w):
    found = Restatement.objects.get()
    return reverse("quality:restatement_decide", args=[indicator_matrix.CODE, found.pk]), {"decision": "refuse"}


def signal(w):
    from quality.models import Signal

    w.signal = Signal.objects.get(pk=indicator_matrix.signal(w)["pk"])
    signals_found.tell_heads(w.signal, name="Vastati õigel ajal", what="langes")


def report(w):
    answered_cases(True, True, True, False, True, unit=w.forest_unit)
    w.report = draft()


def report_with_units(w):
    report(w)
    reports.send_to_units(report=w.report, by=w.second_head)


def report_with_head(w):
    report_with_units(w)
    reports.send_to_head(report=w.report, by=w.second_head)


def report_issued(w):
    report(w)
    w.issue = reports.issue(report=w.report, by=w.second_head, today=ISSUED_ON)


def report_question(w):
    report_issued(w)
    w.question = reports.ask(made=w.issue, about="", text="Miks?", by=w.tiina)


def unit_comment(w):
    url = reverse("quality:report_comment", args=[w.report.number, "answered_on_time"])
    return f"{url}?unit={w.forest_unit.code}", report_matrix.COMMENT


ASKED = [
    Asked("case.assigned", "mari", "liis", assigned, page("case_start"), "case.started"),
    Asked("case.bulk_assigned", "mari", "liis", bulk_assigned, reply, "case.replied"),
    Asked("case.client_wrote", "mari", "liis", client_wrote, reply, "case.replied"),
    Asked("case.reopened", "mari", "liis", reopened, page("case_start"), "case.started"),
    Asked("case.mentioned", "mari", "liis", mentioned, note, "case.noted", own_right=True),
    Asked("case.mentioned", "kai", "vello", mentioned_unit_head, note, "case.noted", own_right=True),
    Asked("case.extension_asked", "peeter", "liis", extension_asked, extension, "clock.extended"),
    Asked("case.letter_failed", "mari", "liis", letter("failed"), note, "case.noted"),
    Asked("case.letter_uncertain", "mari", "liis", letter("uncertain"), note, "case.noted"),
    Asked("case.complaint_urgent", "jaan", "peeter", urgent, note, "case.noted", own_right=True),
    Asked("case.complaint_investigator", "mari", "liis", investigator, page("complaint_evidence", text="Kõne 12.11"), "complaint.evidence_added"),
    Asked("case.investigation_step", "mari", "liis", step, step_done("complaint_step_done", answer="Kuulasin."), "complaint.step_done"),
    Asked("case.unit_asked", "kai", "vello", unit_asked, lambda w: (w.task.get_absolute_url(), {"answer": "Puhkus."}), "complaint.step_done"),
    Asked("case.unit_left_unasked", "mari", "liis", unit_left_unasked, step_done("complaint_step_remove"), "complaint.step_removed"),
    Asked("case.remedy_yours", "mari", "liis", remedy, step_done("complaint_remedy_done", delivered_on=timezone.localdate), "complaint.remedy_delivered"),
    Asked("complaint.escalated", "mari", "liis", late_complaint(1), page("complaint_take_up"), "complaint.escalation_taken_up"),
    Asked("complaint.escalated", "jaan", "peeter", late_complaint(2), page("complaint_take_up"), "complaint.escalation_taken_up", own_right=True),
    Asked("complaint.escalated", "tiina", "jaan", late_complaint(3), page("complaint_take_up"), "complaint.escalation_taken_up", own_right=True),
    Asked("deadline.three_days", "mari", "liis", deadline(3), reply, "case.replied"),
    Asked("deadline.one_day", "mari", "liis", deadline(1), reply, "case.replied"),
    Asked("deadline.late", "mari", "liis", deadline(-1), reply, "case.replied"),
    Asked("complaint.left_open", "mari", "liis", left_open, page("complaint_close", note=""), "complaint.closed"),
    Asked("restriction.ends", "mari", "liis", restriction(20), page("case_unrestrict", reason="alus on möödas"), "case.unrestricted"),
    Asked("restriction.ended", "mari", "liis", restriction(-2), page("case_unrestrict", reason="alus on möödas"), "case.unrestricted"),
    Asked("follow_up.opened", "kai", "vello", follow_up, lambda w: (f"/follow-ups/{w.follow_up.pk}/", {"to": "contacted", "note": "Tuli ise leti äärde."}), "follow_up.moved"),
    Asked("improvement.given", "mari", "liis", given, DROP, "improvement.moved"),
    Asked("improvement.moved", "mari", "liis", moved, improvement("improvement_note", text="Näidis on olemas"), "improvement.noted", own_right=True),
    Asked("improvement.due", "mari", "liis", reminded(2), DROP, "improvement.moved"),
    Asked("improvement.overdue", "mari", "liis", reminded(-2), DROP, "improvement.moved"),
    Asked("improvement.task", "mari", "liis", task_of(), task_done, "improvement.task_done"),
    Asked("improvement.task_due", "mari", "liis", task_of(2), task_done, "improvement.task_done"),
    Asked("improvement.task_overdue", "mari", "liis", task_of(-2), task_done, "improvement.task_done"),
    Asked("improvement.proposed", "jaan", "peeter", lesson, taken_up, "improvement.begun", own_right=True),
    Asked("indicator.proposed", "tiina", "jaan", proposed, lambda w: (reverse("quality:passport_agree", args=[indicator_matrix.CODE]), {}), "indicator.agreed"),
    Asked("measurement.restatement_asked", "tiina", "jaan", restatement, decide_restatement, "measurement.restatement_decided"),
    Asked("signal.found", "jaan", "peeter", signal, lambda w: (reverse("quality:signal_comment", args=[w.signal.pk]), {"text": "Uurime"}), "signal.commented"),
    Asked("report.drafted", "jaan", "peeter", report, of_report("report_comment", "answered_on_time", **report_matrix.COMMENT), "report.commented", own_right=True),
    Asked("report.units_asked", "kai", "vello", report_with_units, unit_comment, "report.commented"),
    Asked("report.with_head", "jaan", "peeter", report_with_head, lambda w: (reverse("quality:report_issue_now", args=[w.report.number]), confirmed(w.report)), "report.issued"),
    Asked("report.issued", "tiina", "jaan", report_issued, of_issue("report_decide", **report_matrix.DECISION), "report.decided"),
    Asked("report.asked", "jaan", "peeter", report_question, of_issue("report_answer", lambda w: w.question.pk, text="Puhkused"), "report.question_answered", own_right=True),
]  # fmt: skip
ROWS = pytest.mark.parametrize("row", ASKED, ids=lambda row: f"{row.kind}-{row.person}")


@pytest.fixture
def world(mari, liis, peeter, jaan, tiina, kai, dora, forest_unit, water_unit, today):
    """Everybody, a second unit head who may stand in for Kai, and a second head of bureau who asks what Jaan may decide."""
    vello = person("vello@example.ee", "Vello", "Jõgi", "unit_head", unit=water_unit)
    second_head = person("reet@example.ee", "Reet", "Kuld", "head_of_bureau")
    return SimpleNamespace(
        mari=mari, liis=liis, peeter=peeter, jaan=jaan, tiina=tiina, kai=kai, dora=dora, vello=vello, second_head=second_head,
        forest_unit=forest_unit, water_unit=water_unit, today=today,
    )  # fmt: skip


def test_every_kind_of_notice_either_asks_and_has_a_row_or_only_tells():
    kinds = {kind: asks for kind, asks in notice_texts.kinds().items() if not kind.startswith("test.")}

    assert {row.kind for row in ASKED} == {kind for kind, asks in kinds.items() if asks}
    assert {kind for kind, asks in kinds.items() if not asks} == TELLS


def told(user, kind) -> str:
    """The address that the person's notice leads to."""
    (url,) = set(Notification.objects.filter(user=user, kind=kind).values_list("url", flat=True))
    return url


def done_through(client, row, world, user):
    """Open what the notice leads to, do the deed; the deed as it was recorded."""
    opened = client.get(told(user, row.kind), follow=True)
    assert opened.status_code == 200
    before = Deed.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    url, data = row.does(world)
    answer = client.post(url, {key: value() if callable(value) else value for key, value in data.items()})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Deed.objects.filter(pk__gt=before, action=row.deed).latest("pk")


@ROWS
def test_the_person_asked_is_told_opens_it_does_it_and_it_is_recorded(row, world, as_person):
    user = getattr(world, row.person)
    row.make(world)

    deed = done_through(as_person(user), row, world, user)

    assert (deed.actor, deed.on_behalf_of) == (user, None)


@ROWS
def test_who_stands_in_is_told_opens_it_does_it_on_behalf(row, world, as_person):
    absent, user = getattr(world, row.person), getattr(world, row.substitute)
    SubstitutionFactory(absent=absent, substitute=user, starts_on=date(2020, 1, 1), ends_on=date(2040, 1, 1))
    row.make(world)

    deed = done_through(as_person(user), row, world, user)

    assert (deed.actor, deed.on_behalf_of) == (user, None if row.own_right else absent)


# --- First pages ------------------------------------------------------------------------------------------------------
# Kinds of duties that no notice asks for: each has a test of its own, beside the rules of its app.
WITHOUT_NOTICE = {
    "handler", "absent", "draft", "follow_up_owner", "report_decision", "role", "without_role", "mail", "job",
}  # fmt: skip
# The deed of the row is one of several that the duty asks for: a comment before the issue, a call before the end of a follow-up.
WAITS_ON = {"report.drafted", "follow_up.opened", "report.issued", "case.letter_failed", "case.letter_uncertain"}


def of_notice(kind) -> str:
    """The kind of duty that shows what this kind of notice asks."""
    return next((code for code, one in duty_list.kinds().items() if kind in one.shows), "notice")


def duties_shown(user, kind, on) -> list[duty_list.Duty]:
    """Those of the kind; of notices, those of this kind alone."""
    user = User.objects.get(pk=user.pk)
    found = [duty for code, duty in duty_list.found_for(user, on) if code == of_notice(kind)]
    notices = Notification.objects.filter(user=user, kind=kind)
    read = {reverse("bureau:notification_read", args=[pk]) for pk in notices.values_list("pk", flat=True)}
    if kind == "indicator.proposed":
        return [
            duty for duty in found if duty.path == reverse("quality:indicator_detail", args=[indicator_matrix.CODE])
        ]
    return [duty for duty in found if not duty.is_sent or duty.url in read]


def test_every_kind_of_duty_shows_a_notice_that_asks_or_has_a_test_of_its_own():
    kinds = duty_list.kinds()
    asked = {kind for kind, asks in notice_texts.kinds().items() if asks}

    assert frozenset().union(*(kind.shows for kind in kinds.values())) <= asked
    assert {code for code, kind in kinds.items() if not kind.shows} - {"notice"} == WITHOUT_NOTICE


@ROWS
@pytest.mark.parametrize("stands_in", [False, True], ids=["person", "substitute"])
def test_a_first_page_shows_it_with_a_button_that_opens_until_it_is_done(row, stands_in, world, as_person):
    absent, user = getattr(world, row.person), getattr(world, row.substitute if stands_in else row.person)
    if stands_in:
        SubstitutionFactory(absent=absent, substitute=user, starts_on=date(2020, 1, 1), ends_on=date(2040, 1, 1))
    row.make(world)
    on = MONDAY.date() if row.kind.startswith("deadline.") else world.today
    client = as_person(user)

    (shown,) = duties_shown(user, row.kind, on)
    opened = client.post(shown.url) if shown.is_sent else client.get(shown.url)
    assert client.get(opened.url).status_code == 200 if opened.status_code == 302 else opened.status_code == 200
    if not stands_in and not shown.is_sent:
        url, data = row.does(world)
        client.post(url, {key: value() if callable(value) else value for key, value in data.items()})
    if (not stands_in or shown.is_sent) and row.kind not in WAITS_ON:
        assert not duties_shown(user, row.kind, on)


def test_what_the_officers_home_asks_the_officer_and_who_stands_in_can_do(world, as_person):
    second = person("siim@example.ee", "Siim", "Allik", "data_protection_officer")
    SubstitutionFactory(absent=world.dora, substitute=second, starts_on=world.today, ends_on=world.today)

    for user in (world.dora, second):
        case = CaseFactory(restricted=True, assignee=world.mari)
        Case.objects.filter(pk=case.pk).update(restricted_until=world.today - timedelta(days=1))
        client = as_person(user)
        assert case.get_absolute_url() in client.get("/").content.decode()
        assert client.get(case.get_absolute_url()).status_code == 200
        client.post(reverse("complaints:case_unrestrict", args=[case.number]), {"reason": "alus on möödas"})
        assert Deed.objects.filter(action="case.unrestricted", object_id=case.pk, actor=user).exists()


# --- The reverse ------------------------------------------------------------------------------------------------------
def test_nothing_is_asked_of_whom_it_does_not_open_for(world, outi):
    case = assessed(by=world.jaan, weighed=MARKED, restricted=True)
    for asking in (
        lambda: add_step(case=case, step=Step(what="x", due_on=world.today, owner=world.mari), by=world.jaan),
        lambda: add_step(case=case, step=Step(what="x", due_on=world.today, owner=outi), by=world.jaan),
        lambda: add_step(case=case, step=Step(what="x", due_on=world.today, unit=case.kind and unheaded()), by=world.jaan),
        lambda: improvements.begin(title="x", problem="x", source="proposal", owner=outi, due_on=world.today, by=world.jaan),
        lambda: improvements.begin(title="x", problem="x", source="proposal", owner=world.dora, due_on=world.today, by=world.jaan),
    ):  # fmt: skip
        with pytest.raises(DeedRefused):
            asking()

    notes.add_note(case=case, by=world.jaan, text="@Outi Rollita ja @Kai Lepp")

    assert not InvestigationTask.objects.exists()
    assert not Notification.objects.filter(user__in=[outi, world.kai]).exists()


def unheaded():
    from tests.factories import UnitFactory

    return UnitFactory(code="test-without-head")


def test_an_answer_that_leads_to_no_case_is_asked_of_whom_it_opens_for(world):
    survey = SurveyFactory(published=True)

    made = follow_ups.open_follow_up(
        survey=survey, why="contact_wish", today=world.today, unit_id=world.forest_unit.pk
    )

    assert made.owner == world.kai
    assert follow_ups.visible_to(world.kai).get() == made
    assert Indicator.objects.filter(code=indicator_matrix.CODE).exists()
