"""Columns of the kernel's lists as files: long work, outgoing mail, the reading trail, absences and substitutions."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import absences, deed_texts, gates, jobs, outbox, reference, substitutes
from bureau.deed_filters import narrowed, shown_to
from bureau.exports import Column, Listing, named, register
from bureau.forms.audit import ReadingFilter
from bureau.forms.outbox import OutgoingMailFilter
from bureau.models import Absence, Job, OutgoingMail, ReadingRecord, Substitution, User
from bureau.roles import Permission as P
from bureau.typed_days import near_day

JOB_COLUMNS = (
    Column(_("Work"), "title", width=40),
    Column(_("Kind"), of=lambda job: str(jobs.page_of(job).words), width=28),
    Column(_("State"), of=lambda job: job.get_state_display()),
    Column(_("Rows"), "done"),
    Column(_("Refused"), "refused"),
    Column(_("Ordered by"), of=lambda job: named(reference.people(), job.owner_id), width=24),
    Column(_("Ordered"), "created_at"),
)
MAIL_COLUMNS = (
    Column(_("Purpose"), of=outbox.purpose_shown, width=40),
    Column(_("Recipient's domain"), "domain_shown", width=24),
    Column(_("State"), of=lambda mail: mail.get_state_display()),
    Column(_("Attempts"), "attempts"),
    Column(_("Added"), "created_at"),
    Column(_("Sent"), "sent_at"),
)
READING_COLUMNS = (
    Column(_("When"), "at"),
    Column(_("Who"), of=lambda row: named(reference.people(), row.user_id), width=24),
    Column(_("on behalf of"), of=lambda row: named(reference.people(), row.on_behalf_of_id), width=24),
    Column(_("How"), of=lambda row: row.get_way_display()),
    Column(_("On what"), of=lambda row: str(deed_texts.object_words(row.object_type)), width=20),
    Column(_("Name"), "object_label", width=30),
)
ABSENCE_COLUMNS = (
    Column(_("Name"), of=lambda row: named(reference.people(), row.user_id), width=24),
    Column(_("Kind"), of=lambda row: row.get_kind_display()),
    Column(_("From"), "starts_on"),
    Column(_("Until"), "ends_on"),
    Column(_("Note"), "note", width=40),
)
SUBSTITUTION_COLUMNS = (
    Column(_("Who is away"), of=lambda row: named(reference.people(), row.absent_id), width=24),
    Column(_("Who stands in"), of=lambda row: named(reference.people(), row.substitute_id), width=24),
    Column(_("From"), "starts_on"),
    Column(_("Until"), "ends_on"),
    Column(_("Ended early"), "ended_early_at"),
    Column(_("Reason"), "reason", width=40),
)


def job_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return Job.objects.visible_to(user).exclude(state=Job.State.PREPARED).order_by("-pk")


def mail_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    found = OutgoingMailFilter(query).narrowed(OutgoingMail.objects.visible_to(user))
    return found.defer("subject", "text", "html").order_by("-pk")


def reading_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    form = ReadingFilter(query)
    if not form.is_valid():
        return ReadingRecord.objects.none()
    found = narrowed(shown_to(ReadingRecord.objects.all(), user), form.cleaned_data, person="user")
    return (found.filter(way=form.cleaned_data["way"]) if form.cleaned_data["way"] else found).order_by("-pk")


def absence_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    """Of the month that the page shows."""
    first = near_day(f"{query.get('month', '')}-01") or today.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Absence.objects.filter(absences.overlapping(first=first, last=last)).order_by("starts_on", "pk")


def substitution_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return substitutes.visible_to(user).order_by("-starts_on", "-pk")


gates.register_apart("bureau.job", lambda user: Job.objects.visible_to(user))
gates.register_apart("bureau.outgoingmail", lambda user: OutgoingMail.objects.visible_to(user))
gates.register_apart("bureau.readingrecord", lambda user: shown_to(ReadingRecord.objects.all(), user))
gates.register_apart("bureau.substitution", substitutes.visible_to)
gates.register_open("bureau.absence")

SEES_JOBS = (P.CASE_EXPORT, P.CASE_IMPORT, P.CASE_ASSIGN, P.JOBS_VIEW_ALL)
for _listing in (
    Listing("jobs", _("Long work"), Job, SEES_JOBS, lambda user: JOB_COLUMNS, job_rows, page="bureau:job_list"),
    Listing("outgoing-mail", _("Outgoing mail"), OutgoingMail, P.MAIL_KEEP, lambda user: MAIL_COLUMNS, mail_rows, page="bureau:outgoing_mail_list"),
    Listing("readings", _("Reading trail"), ReadingRecord, P.READING_TRAIL_VIEW, lambda user: READING_COLUMNS, reading_rows, page="bureau:reading_trail"),
    Listing("absences", _("Absences"), Absence, P.ABSENCE_RECORD, lambda user: ABSENCE_COLUMNS, absence_rows, page="bureau:absence_list"),
    Listing("substitutions", _("Substitutions"), Substitution, P.SUBSTITUTION_RECORD, lambda user: SUBSTITUTION_COLUMNS, substitution_rows, page="bureau:substitution_list"),
):  # fmt: skip
    register(_listing)
