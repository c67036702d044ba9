"""A desk with three cases that some may not see, and with a row of every model that leads to each of them.

Every text of a row bears a mark of its own, "Zzrestrictednote": where it shows, it was this row that showed it.
"""

import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from bureau.audit import record, record_reading
from bureau.exports import rights_behind
from bureau.models import (
    Cause,
    Draft,
    FileRows,
    Job,
    JobRow,
    MailAttempt,
    NextInstance,
    Notification,
    OutgoingAttachment,
    OutgoingMail,
    OutsideBody,
)
from complaints.correspondence import REPLY_DRAFT
from complaints.links import link_cases
from complaints.models import (
    Case,
    CaseAccess,
    CaseFollower,
    CaseNote,
    Clock,
    Complaint,
    ComplaintEscalation,
    ComplaintPerson,
    Evidence,
    Forwarding,
    ImportBatch,
    ImportedRow,
    InvestigationTask,
    Message,
    Remedy,
)
from feedback.models import (
    ConfidentialLink,
    ContactWish,
    InvitationDecision,
    InvitationRule,
    InvitationToken,
    OpenAnswerCause,
    UnfinishedAnswer,
)
from quality import measurements
from quality.models import ImprovementNote, Measurement, ReportRows
from staff.models import WorkEntry
from tests.conftest import person
from tests.factories import CaseFactory, ContactFactory, PartyFactory, UnitFactory
from tests.factories.challenges import passed_on
from tests.factories.complaints import assessed
from tests.factories.feedback import (
    FollowUpFactory,
    InvitationFactory,
    OpenAnswerFactory,
    QuestionnaireFactory,
    ResponseFactory,
    SurveyFactory,
)
from tests.factories.quality import ImprovementFactory, ImprovementTaskFactory, PraiseFactory
from tests.factories.reports import ReportFactory, ReportQuoteFactory, issue

# Whom each case is hidden from; Leo, who keeps the bureau and the data, sees all three.
READERS = ("mari", "peeter", "jaan", "tiina", "kai", "dora", "admin_user", "outi")
HIDDEN_FROM = {
    "concerned": frozenset(READERS),
    "restricted": frozenset({"mari", "kai", "admin_user", "outi"}),
    "foreign": frozenset({"kai", "admin_user", "outi"}),
}
WORD = "metsateade"  # stands in every text, so that a search for it finds what may be found
PHONES = {"concerned": "+37255550171", "restricted": "+37255550172", "foreign": "+37255550173"}


ON_NO_LIST = [
    "access",
    "attached",
    "confidentialasked",
    "confidentialstratum",
    "file",
    "forwarded",
    "identifiedstratum",
    "mailed",
    "planned",
    "refused",
    "sought",
    "subject",
    "worked",
    "draft",
]


@dataclass
class Hidden:
    """One case with what leads to it: `objects` by name, for the addresses."""

    name: str
    case: Case
    marks: set[str] = field(default_factory=set)
    objects: dict = field(default_factory=dict)

    def mark(self, place: str) -> str:
        made = f"Zz{self.name}{place}"
        self.marks.add(made)
        return made

    def not_of_content(self, reader: str) -> set[str]:
        """Whoever keeps the mail and sees no case is told how a letter fares and the domain it went to."""
        return {f"Zz{self.name}domain"} if reader == "admin_user" and self.name != "concerned" else set()

    def on_no_list(self) -> set[str]:
        """Marks of what no page lists for anybody but its own person, or at all."""
        return {f"Zz{self.name}{place}" for place in ON_NO_LIST}

    def text(self, place: str) -> str:
        return f"{WORD} {self.mark(place)}"


def build() -> SimpleNamespace:
    world = SimpleNamespace(people=bureau(), hidden={}, today=timezone.localdate(), answers={})
    people = world.people
    world.shown = CaseFactory(title=f"{WORD} nähtav", assignee=people.mari, unit=people.forest_unit, by=people.liis)
    world.surveys = {
        anonymity: SurveyFactory(published=True, anonymity=anonymity, owner=people.leo, code=f"varav-{anonymity}")
        for anonymity in ("identified", "confidential")
    }
    for survey in world.surveys.values():
        QuestionnaireFactory(survey=survey)
        InvitationRule.objects.create(survey=survey, event="case_closed")
    for name, make in (("concerned", a_complaint), ("restricted", a_challenge), ("foreign", a_complaint)):
        hidden = world.hidden[name] = Hidden(name, None)
        unit = people.forest_unit if name == "concerned" else people.water_unit
        make(world, hidden, unit)
        for rows in (rows_of_case, rows_of_feedback, rows_of_bureau, rows_above):
            rows(world, hidden)
    for colleague in READERS:
        ComplaintPerson.objects.create(
            complaint=world.hidden["concerned"].case.complaint, user=getattr(people, colleague), added_by=people.leo
        )
    figures_of(world)
    return world


def bureau() -> SimpleNamespace:
    forest = UnitFactory(code="gate-forest", name_et="Metsa", name_en="Forest")
    water = UnitFactory(code="gate-water", name_et="Vee", name_en="Water")
    roles = {
        "mari": "specialist", "liis": "specialist", "peeter": "chief_specialist", "jaan": "head_of_bureau", "tiina": "head_of_department",
        "dora": "data_protection_officer", "admin_user": "administrator", "outi": None, "leo": "head_of_bureau",
    }  # fmt: skip
    made = {name: person(f"{name}@varav.example", name.title(), "Värav", role) for name, role in roles.items()}
    made["kai"] = person("kai@varav.example", "Kai", "Värav", "unit_head", unit=forest)
    from tests.factories import RoleHoldingFactory

    RoleHoldingFactory(user=made["leo"], role="data_protection_officer")
    return SimpleNamespace(forest_unit=forest, water_unit=water, **made)


# --- Cases ------------------------------------------------------------------------------------------------------------
def party_of(hidden: Hidden):
    email = f"{hidden.mark('mail').lower()}@example.ee"
    hidden.marks.add(email.partition("@")[0])
    return PartyFactory(
        name=hidden.mark("name"), phone=PHONES[hidden.name], email=email, note=hidden.mark("partynote"),
        address=hidden.mark("address"),
    )  # fmt: skip


def given(hidden: Hidden, unit) -> dict:
    hidden.objects["party"] = party_of(hidden)
    return {"unit": unit, "title": hidden.text("title"), "description": hidden.text("words"), "party": hidden.objects["party"]}  # fmt: skip


def a_complaint(world, hidden: Hidden, unit) -> None:
    by = world.people.liis
    case = assessed(by=by, assignee=by, **given(hidden, unit))
    complaint, today = case.complaint, world.today
    Complaint.objects.filter(pk=case.pk).update(
        lesson=hidden.text("lesson"), lesson_on=today, findings=hidden.text("findings"),
        cause=Cause.objects.filter(parent__isnull=False).first(),
    )  # fmt: skip
    complaint.next_instances.add(NextInstance.objects.first())
    step = InvestigationTask.objects.create(
        complaint=complaint, what=hidden.text("step"), owner=by, due_on=today, created_by=by
    )
    hidden.objects["question"] = InvestigationTask.objects.create(
        complaint=complaint, kind="request", what=hidden.text("question"), unit=world.people.water_unit, due_on=today,
        background=hidden.text("background"), shows_words=True, created_by=by,
    )  # fmt: skip
    Evidence.objects.create(complaint=complaint, text=hidden.text("evidence"), added_by=by)
    remedy = Remedy.objects.create(complaint=complaint, kind="apology", what=hidden.text("remedy"), promised_on=today)
    ComplaintEscalation.objects.create(target=complaint.targets.first(), level=1, due_on=today)
    hidden.case = case
    hidden.objects |= {"step": step, "remedy": remedy}


def a_challenge(world, hidden: Hidden, unit) -> None:
    by = world.people.liis
    hidden.case = passed_on(by=by, assignee=by, restricted=True, **given(hidden, unit))


def rows_of_case(world, hidden: Hidden) -> None:
    case, by, people = hidden.case, world.people.liis, world.people
    hidden.marks.add(case.number)
    CaseNote.objects.create(case=case, author=by, text=hidden.text("note"))
    letter = Message.objects.create(
        case=case, direction="out", kind="reply", author=by, body=hidden.text("reply"), recipient=hidden.mark("to"), channel=case.channel,
    )  # fmt: skip
    contact = ContactFactory(
        case=case, party=case.party, note=hidden.text("contact"), handled_by=by, unit=case.unit,
        is_restricted=case.is_restricted, outcome="case",
    )  # fmt: skip
    link_cases(case=world.shown, other=case, kind="related", by=by)
    CaseAccess.objects.create(case=case, user=people.leo, granted_by=by, reason=hidden.mark("access"))
    for reader in READERS:
        CaseFollower.objects.create(case=case, user=getattr(people, reader))
    Clock.objects.filter(case=case).update(extension_reason=hidden.mark("extension"))
    Forwarding.objects.create(
        case=case, body=OutsideBody.objects.first(), forwarded_at=timezone.now(), forwarded_by=by, reason=hidden.text("forwarded"),
        is_whole=False,
    )  # fmt: skip
    hidden.objects |= {"letter": letter, "contact": contact}


# --- What clients say -------------------------------------------------------------------------------------------------
def rows_of_feedback(world, hidden: Hidden) -> None:
    case, by, people = hidden.case, world.people.liis, world.people
    for anonymity, survey in world.surveys.items():
        invitation = InvitationFactory(
            survey=survey, case=case, contact=hidden.objects["contact"], party=case.party, name=hidden.mark(f"{anonymity}asked"), unit=case.unit,
            address=f"{hidden.mark(f'{anonymity}sent')}@example.ee", state="answered", specialist=by,
        )  # fmt: skip
        identified = anonymity == "identified"
        response = ResponseFactory(
            questionnaire=survey.questionnaires.get(), invitation=invitation if identified else None, unit=case.unit, specialist=by,
            way="invitation", answers={"satisfaction": 1, "solved": "no"}, stratum=hidden.mark(f"{anonymity}stratum"),
        )  # fmt: skip
        if not identified:
            ConfidentialLink.objects.create(response=response, invitation=invitation)
        new = OpenAnswerFactory(response=response, text=hidden.text(f"{anonymity}said"))
        released = OpenAnswerFactory(
            response=response, question="why#other", text=hidden.text(f"{anonymity}raw"), state="released",
            released_text=hidden.text(f"{anonymity}released"), looked_at_by=by,
        )  # fmt: skip
        OpenAnswerCause.objects.create(open_answer=released, cause=Cause.objects.filter(parent__isnull=False).first(), coded_by=by)  # fmt: skip
        owner = people.kai if hidden.name == "foreign" else people.mari
        follow_up = FollowUpFactory(
            response=response, unit=case.unit, owner=owner, note=hidden.text(f"{anonymity}follow")
        )
        ContactWish.objects.create(
            follow_up=follow_up, name=hidden.mark(f"{anonymity}wisher"), reach=hidden.mark(f"{anonymity}reach"),
            words=hidden.text(f"{anonymity}wish"),
        )  # fmt: skip
        record("survey.call_in_vain", by=by, on=survey, label=survey.title_et, invitation=invitation.pk, reason=hidden.mark(f"{anonymity}vain"))  # fmt: skip
        record("follow_up.moved", by=by, on=follow_up, label=str(follow_up.pk), reason=hidden.mark(f"{anonymity}moved"))  # fmt: skip
        record_reading(user=by, way="view", on=survey, label=hidden.mark(f"{anonymity}opened"), response=str(response.pk))  # fmt: skip
        hidden.objects |= {f"{anonymity}_text": new, f"{anonymity}_follow_up": follow_up, f"{anonymity}_response": response}  # fmt: skip
    survey = world.surveys["identified"]
    planned = InvitationFactory(survey=survey, case=case, name=hidden.mark("planned"), address=f"{hidden.mark('plan')}@example.ee", state="planned", unit=case.unit)  # fmt: skip
    call = InvitationFactory(
        survey=survey, contact=hidden.objects["contact"], way="phone", state="planned", address="", phone=PHONES[hidden.name],
        name=hidden.mark("called"), unit=case.unit,
    )  # fmt: skip
    InvitationToken.objects.create(invitation=planned, token_hash=uuid.uuid4().hex, expires_on=world.today)
    InvitationDecision.objects.create(
        rule=InvitationRule.objects.get(survey=survey), event_key=f"case {case.pk} closed 1", reason="invited", invitation=planned
    )  # fmt: skip
    from feedback.responses import unfinished_key

    UnfinishedAnswer.objects.create(
        key_hash=unfinished_key(f"i{call.pk}"), survey=survey, questionnaire=survey.questionnaires.get(), expires_on=world.today,
        data={"answers": {"satisfaction": 1}, "texts": {"why": hidden.mark("unfinished")}},
    )  # fmt: skip
    hidden.objects |= {"planned": planned, "call": call}


# --- What the bureau keeps --------------------------------------------------------------------------------------------
def done_job(**facts) -> Job:
    now = timezone.now()
    return Job.objects.create(state="done", started_at=now, finished_at=now, title="Töö", **facts)


def rows_of_bureau(world, hidden: Hidden) -> None:
    case, people = hidden.case, world.people
    batch = ImportBatch.objects.create(source="vana", file_name="vana.csv", file_sha256="0", map_text="", job=done_job(kind="import", owner=people.leo))  # fmt: skip
    Case.objects.filter(pk=case.pk).update(import_batch=batch)
    ImportedRow.objects.create(source="vana", fingerprint=uuid.uuid4().hex, batch=batch, case=case)
    hidden.objects |= {"files": {}, "reports": {}, "notices": {}}
    for name in (*READERS, "leo"):
        reader = getattr(people, name)
        hidden.objects["reports"][name] = report_of_job(hidden, reader)
        hidden.objects["files"][name] = [file_of(hidden, reader, world.shown, about) for about in (case, case.party, hidden.objects["contact"])]  # fmt: skip
        hidden.objects["notices"][name] = Notification.objects.create(user=reader, kind="case.closed", url=case.get_absolute_url(), arguments={"number": case.number})  # fmt: skip
        Draft.objects.create(user=reader, form=REPLY_DRAFT, subject=case.number, data={"text": hidden.text("draft")})
    letter = hidden.objects["letter"]
    mail = OutgoingMail.objects.create(
        purpose="case.reply", to=f"klient@{hidden.mark('domain')}.example", subject=hidden.mark("subject"), text=hidden.mark("mailed"),
        message_id=f"<{letter.key}@example.ee>", state="failed", object_type="complaints.message", object_id=letter.pk,
        object_label=case.number,
    )  # fmt: skip
    MailAttempt.objects.create(mail=mail, started_at=timezone.now(), ended_at=timezone.now(), result="refused", answer=hidden.mark("refused"))  # fmt: skip
    OutgoingAttachment.objects.create(mail=mail, name=hidden.mark("attached"), content_type="text/plain", content=b"x")
    record("mail.failed", by=None, on=mail, label=mail.domain, purpose=mail.purpose, code="550")
    # A deed and a reading about something else that name the case.
    if hidden.name == "concerned":
        record("person.changed", by=people.liis, on=people.liis, reason=f"{case.number}: {hidden.mark('elsewhere')}")
    record("praise.put_up", by=people.liis, on=people.liis, label=hidden.mark("praised"), case=case.number)
    record("party.changed", by=people.liis, on=case.party, label=hidden.mark("deedofparty"))
    record_reading(
        user=people.liis, way="search", object_type="complaints.party", label=case.number, page=hidden.mark("sought")
    )
    hidden.objects["mail"] = mail


def report_of_job(hidden: Hidden, reader) -> Job:
    job = done_job(
        kind="import", owner=reader, refused=1, result={"layout": {"columns": ["tekst"], "header": ["tekst"]}}
    )
    for level in JobRow.Level:
        JobRow.objects.create(
            job=job, row_number=1, level=level, reason_code="x", reason=hidden.mark("why"), data={"tekst": hidden.mark("row")},
            object_type="complaints.case", object_id=hidden.case.pk,
        )  # fmt: skip
    return job


def file_of(hidden: Hidden, reader, shown: Case, about) -> Job:
    job = Job(kind="export", owner=reader, state="done", title="Fail", started_at=timezone.now(), finished_at=timezone.now(), output_name="a.xlsx")  # fmt: skip
    job.result = {"rows": 2, "made_with": rights_behind(reader), "keeps_keys": True}
    job.output_file.save("a.xlsx", ContentFile(hidden.mark("file").encode()), save=False)
    job.save()
    FileRows.objects.create(job=job, object_type="complaints.case", keys=[shown.pk])
    FileRows.objects.create(job=job, object_type=about._meta.label_lower, keys=[about.pk])
    return job


# --- What is learnt ---------------------------------------------------------------------------------------------------
def rows_above(world, hidden: Hidden) -> None:
    case, people = hidden.case, world.people
    facts = {"unit": case.unit, "owner": people.liis}
    for source, key in (("complaint", case.pk), ("follow_up", hidden.objects["identified_follow_up"].pk)):
        made = ImprovementFactory(
            number=f"T-{hidden.name[0]}-{source}", source=source, source_id=key, title=hidden.text(f"{source}action"),
            problem=hidden.text(f"{source}problem"), source_words=hidden.mark(f"{source}quoted"), **facts,
        )  # fmt: skip
        ImprovementTaskFactory(improvement=made, title=hidden.text(f"{source}task"))
        ImprovementNote.objects.create(improvement=made, text=hidden.text(f"{source}remark"), written_by=people.liis)
        record("improvement.noted", by=people.liis, on=made, label=hidden.mark(f"{source}noted"))
        hidden.objects[source] = made
    if hidden.name != "foreign":
        # Praise of an open case is on the board for everybody.
        hidden.objects["praise"] = PraiseFactory(case=case, text=hidden.text("praise"), put_by=people.liis)
    hidden.objects["worked"] = WorkEntry.objects.create(
        user=people.mari, day=world.today, minutes=5, case=case, note=hidden.mark("worked"), key=uuid.uuid4()
    )
    ReportQuoteFactory(
        report=a_draft(world), answer=hidden.objects["identified_text"], text="Sõnad, mis on avaldamiseks valitud.", chosen_by=people.leo
    )  # fmt: skip


def a_draft(world):
    first = world.today.replace(day=1)
    return ReportFactory(first_day=first, last_day=world.today)


def figures_of(world) -> None:
    """Rows behind the figures of this month, and behind one of an issue."""
    measurements.measure_month(world.today.replace(day=1), today=world.today)
    by_kind = Measurement.objects.filter(unit=None).order_by("counted__kind").values_list("counted__kind", "pk")
    world.measured = list(Measurement.objects.filter(pk__in=dict(by_kind).values()))
    world.draft = a_draft(world)
    world.issue = issue(by=world.people.leo)
    ReportRows.objects.create(issue=world.issue, figure="gate", kind="case", keys=[one.case.pk for one in world.hidden.values()])  # fmt: skip
