"""Asking the people of a list: read from a table, every skip with its reason before anything leaves, planned by a worker.

Whom no rule may ask no list may ask either: the one ledger of askings, the wish not to be asked, quiet hours and the draw
hold here as they do for events. The same list brought again invites nobody twice. The table is thrown away when its
invitations are planned; addresses stay in the invitations only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs, outbox, table_uploads
from bureau.audit import record
from bureau.foreign_tables import ForeignTable, UnreadableTable
from bureau.models import Job, JobRow
from bureau.refusals import DeedRefused
from feedback import responses
from feedback.invitations import asked_of_each, declined_among, invite, lock_person
from feedback.models import Anonymity, Invitation, InvitationDecision, Survey
from feedback.sampling import Facts, decide, send_moment

KIND = "invite_recipients"
SETUP_KIND = "recipient_setup"
QUIET_FROM, QUIET_UNTIL = time(20), time(8)
ROWS_SHOWN = 10
MOST_ROWS = 50_000
ROWS_IN_CHUNK = 2000

# What columns of such lists are called; the first that is there is taken.
NAMES = {
    "address": ("e-post", "epost", "email", "e-mail", "mail", "meil", "aadress", "address"),
    "name": ("nimi", "name", "täisnimi", "full name"),
    "language": ("keel", "language", "lang"),
    "stratum": ("kiht", "stratum", "rühm", "group"),
}

REASONS = {
    **{str(code): words for code, words in InvitationDecision.Reason.choices},
    "bad_address": gettext_lazy("Not an e-mail address"),
    "unread": gettext_lazy("The row cannot be read"),
    "twice": gettext_lazy("Stands in the list twice"),
    "already": gettext_lazy("Was invited to this survey before"),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row: whom to ask, in which language, and the part of the list (`stratum`) that they belong to."""

    row: int
    address: str
    name: str = ""
    language: str = "et"
    stratum: str = ""
    unread: bool = False
    """The row itself cannot be read: an open quotation mark, a byte that is no letter, cells beyond the header."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How the list is sent; kept on the job as plain values."""

    rate_percent: int = 100
    expires_days: int = 21
    leaves_at: str = ""  # a moment in ISO form; empty: as soon as the hours allow

    def moment(self, now: datetime) -> datetime:
        wanted = max(now, datetime.fromisoformat(self.leaves_at)) if self.leaves_at else now
        return send_moment(timezone.localtime(wanted), delay_hours=0, quiet_from=QUIET_FROM, quiet_until=QUIET_UNTIL)


@dataclass
class Look:
    """What the list would do if it were sent now: how many are asked, and every skip by its reason."""

    asked: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[Recipient, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.asked + self.skipped.total()

    @property
    def reasons(self) -> list[tuple[Any, int]]:
        return [(REASONS[code], n) for code, n in self.skipped.most_common()]


def places_of(columns: list[str]) -> dict[str, int]:
    """Which column holds what, by its heading; raises `UnreadableTable` where no column holds addresses."""
    headings = [heading.strip().casefold() for heading in columns]
    places = {
        what: next(headings.index(name) for name in names if name in headings)
        for what, names in NAMES.items()
        if any(name in headings for name in names)
    }
    if "address" not in places:
        raise UnreadableTable(
            _("No column of the list is called “E-post” or “Email”. Name the column of the addresses so and bring the file again.")
        )  # fmt: skip
    return places


def recipients(table: ForeignTable) -> Iterator[Recipient]:
    places = places_of(list(table.columns))
    for number, cells in table.rows():
        code, _why = table.fault_of(cells)
        if code:
            yield Recipient(number, "", unread=True)
            continue
        values = {
            what: str(cells[place] or "").strip() if place < len(cells) else "" for what, place in places.items()
        }
        language = values.get("language", "").casefold()[:2]
        yield Recipient(
            number, values["address"].casefold(), values.get("name", "")[:200], language if language in ("et", "en", "ru") else "et",
            values.get("stratum", "")[:60],
        )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What stands of some people in the ledgers; by address in small letters, or by the hash of a person."""

    invited: set[str]
    declined: set[str]
    asked_on: dict[str, list[date]]


def known_of(some: Iterable[Recipient], survey: Survey) -> Known:
    addresses = {one.address for one in some if outbox.is_address(one.address)}
    persons = {responses.person_hash(address) for address in addresses}
    invitations = Invitation.objects.filter(survey=survey).exclude(state=Invitation.State.CANCELLED)
    folded = invitations.annotate(folded=Lower("address")).filter(folded__in=addresses)
    return Known(
        invited=set(folded.values_list("folded", flat=True)), declined=declined_among(persons), asked_on=asked_of_each(persons)
    )  # fmt: skip


class Chooser:
    """Decides row by row. `reason_of` answers "invited" or why not; it asks and writes nothing."""

    def __init__(self, survey: Survey, sending: Sending, today: date):
        self.survey, self.sending, self.today = survey, sending, today
        self.seen: set[str] = set()

    def reason_of(self, one: Recipient, known: Known, *, is_running: bool) -> str:
        if one.unread:
            return "unread"
        if not outbox.is_address(one.address):
            return "bad_address"
        if one.address in self.seen:
            return "twice"
        self.seen.add(one.address)
        if one.address in known.invited:
            return "already"
        person = responses.person_hash(one.address)
        facts = Facts(
            event_key=self.key_of(one), on=self.today, is_running=is_running, has_declined=person in known.declined,
            asked_on=tuple(known.asked_on.get(person, ())),
        )  # fmt: skip
        return decide(facts, rate=self.sending.rate_percent, salt=f"list of {self.survey.pk}").reason

    def key_of(self, one: Recipient) -> str:
        return f"list {self.survey.pk} {responses.person_hash(one.address)[:32]}"


# --- Preparing on the pages -------------------------------------------------------------------------------------------
@jobs.register(SETUP_KIND, page=jobs.ResultPage(words=gettext_lazy("List of recipients being prepared")))
def _never_run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    raise jobs.JobRefused(_("A list is sent from its preview."))


def setups_of(user):
    return Job.objects.visible_to(user).filter(kind=SETUP_KIND, state=Job.State.PREPARED)


@transaction.atomic
def begin(*, survey: Survey, file, file_name: str, sending: Sending, by) -> Job:
    """Keep the list until it is sent or thrown away; a table without addresses is refused."""
    if not responses.is_running(survey):
        raise DeedRefused(_("The survey is not running; publish it first."))
    job = Job(
        kind=SETUP_KIND, title=_("List of recipients: %(survey)s") % {"survey": survey.title}, owner=by,
        on_behalf_of_id=getattr(by, "acting_for_id", None), state=Job.State.PREPARED, input_name=file_name[:255],
        parameters={"survey": survey.pk, "sending": asdict(sending)},
    )  # fmt: skip
    table_uploads.bring(job, file)
    record("survey.list_brought", by=by, on=survey, label=survey.title_et, file=file_name[:120])
    return job


def fill(job: Job, table: ForeignTable, wish: dict[str, Any]) -> None:
    """Nothing is chosen, but a table without addresses is refused."""
    places_of(list(table.columns))


table_uploads.register(
    SETUP_KIND,
    fill=fill,
    next_page=lambda job: reverse("feedback:recipient_list", args=[survey_code(job), job.public_id]),
    discard_page=lambda job: reverse("feedback:recipient_list_discard", args=[survey_code(job), job.public_id]),
)


def survey_code(job: Job) -> str:
    return Survey.objects.values_list("code", flat=True).get(pk=job.parameters["survey"])


def look(job: Job, survey: Survey, *, today: date) -> Look:
    """The whole list decided as it stands now."""
    chooser, found = Chooser(survey, Sending(**job.parameters["sending"]), today), Look()
    with table_uploads.opened(job) as table:
        rows, is_running = recipients(table), responses.is_running(survey)
        while chunk := list(islice(rows, ROWS_IN_CHUNK)):
            if found.rows + len(chunk) > MOST_ROWS:
                raise UnreadableTable(_("The list is longer than 50 000 rows; bring it in parts."))
            known = known_of(chunk, survey)
            for one in chunk:
                reason = chooser.reason_of(one, known, is_running=is_running)
                if reason == "invited":
                    found.asked += 1
                else:
                    found.skipped[reason] += 1
                if len(found.shown) < ROWS_SHOWN:
                    found.shown.append((one, REASONS[reason]))
    return found


@transaction.atomic
def discard(*, job: Job, by) -> None:
    """Throw the list away; the job stays as a trace that it was here."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state == Job.State.PREPARED:
        file = held.input_file
        held.state, held.finished_at, held.input_file = Job.State.CANCELLED, timezone.now(), ""
        held.save(update_fields=["state", "finished_at", "input_file"])
        record("import.discarded", by=by, on=held, label=held.input_name)
        transaction.on_commit(lambda: table_uploads.forget(file))


@transaction.atomic
def send(*, job: Job, by) -> Job:
    """Hand the list to a worker; pressed twice it is sent once."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state == Job.State.PREPARED:
        survey = Survey.objects.get(pk=held.parameters["survey"])
        held.kind, held.state = KIND, Job.State.QUEUED
        held.save(update_fields=["kind", "state"])
        record("survey.list_sent", by=by, on=survey, label=survey.title_et, job=str(held.public_id))
        transaction.on_commit(lambda: jobs.hand_over(held))
    return held


# --- Planning ---------------------------------------------------------------------------------------------------------
RESULT_PAGE = jobs.ResultPage(
    words=gettext_lazy("Invitations to a list"),
    template="feedback/recipient_result.html",
    context=lambda job, user: {
        "survey": Survey.objects.visible_to(user).filter(pk=job.parameters["survey"]).first(),
        "reasons": [(REASONS[code], n) for code, n in job.result.get("skipped", {}).items()],
    },
)


@jobs.register(KIND, page=RESULT_PAGE)
def run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Plan each invitation in a transaction of its own: a worker that dies is gone on with, and nobody is asked twice."""
    survey = Survey.objects.get(pk=job.parameters["survey"])
    sending, now = Sending(**job.parameters["sending"]), timezone.now()
    chooser, skipped, asked = Chooser(survey, sending, timezone.localdate(now)), Counter[str](), 0
    is_named = survey.anonymity != Anonymity.ANONYMOUS
    with table_uploads.opened_by_worker(job) as table:
        progress.set_total(table.rows_expected())
        for one in recipients(table):
            with progress.owned():
                reason = plan_one(one, chooser, job=job, now=now)
            if reason == "invited":
                asked += 1
            else:
                skipped[reason] += 1
                # In an anonymous survey the row number must do: the report outlives the list.
                data = {"address": one.address} if is_named else {}
                progress.remark(one.row, JobRow.Level.REFUSED, reason, str(REASONS[reason]), data)
            progress.add()
    file = job.input_file
    job.input_file = ""
    with progress.owned():
        job.save(update_fields=["input_file"])
    table_uploads.forget(file)
    return {"asked": asked, "skipped": dict(skipped)}


@transaction.atomic
def plan_one(one: Recipient, chooser: Chooser, *, job: Job, now: datetime) -> str:
    if outbox.is_address(one.address):
        lock_person(one.address)
    known = known_of([one], chooser.survey)
    reason = chooser.reason_of(one, known, is_running=responses.is_running(chooser.survey))
    if reason == "invited":
        invite(
            survey=chooser.survey, party=None, case=None, address=one.address, name=one.name, language=one.language,
            send_at=chooser.sending.moment(now), expires_days=chooser.sending.expires_days, stratum=one.stratum,
            reference_key=chooser.key_of(one), today=timezone.localdate(now), by=job.owner,
        )  # fmt: skip
    return reason
