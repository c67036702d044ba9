"""Bringing an issue to its readers: who they are, the letter with its paper, the reminder, and what is written down of reading."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.models import RoleHolding, User
from bureau.notifications import notify
from bureau.outbox import About, Attached, queue_mail, register_purpose
from quality import report_content
from quality.models import Report, ReportIssue, ReportReader
from quality.report_content import Content

DAYS_TO_READ = 3
# Whose letter carries the paper itself; others get the link alone.
WITH_ATTACHMENT = frozenset({"head_of_department"})
ABOUT = ReportIssue._meta.label_lower

register_purpose("report.issued", gettext_lazy("Report to its readers"))
register_purpose("report.reminder", gettext_lazy("Reminder of a report that was not read"))
for _kind, _text, _asks in (
    ("drafted", gettext_lazy("The report %(number)s is drafted: comment on what is unusual"), True),
    ("units_asked", gettext_lazy("The report %(number)s waits for your comments until %(day)s"), True),
    ("with_head", gettext_lazy("The comments of units on the report %(number)s are in"), True),
    ("issued", gettext_lazy("The report %(number)s was issued"), True),
    ("corrected", gettext_lazy("The report %(number)s was corrected: %(reason)s"), False),
    ("asked", gettext_lazy("A question about the report %(number)s waits for your answer"), True),
    ("answered", gettext_lazy("Your question about the report %(number)s was answered"), False),
    ("decided", gettext_lazy("A decision was made on the report %(number)s"), False),
):
    notice_texts.register(f"report.{_kind}", _text, asks=_asks)


def draft_url(report: Report) -> str:
    return reverse("quality:report_draft", args=[report.number])


def issue_url(issue: ReportIssue) -> str:
    return reverse("quality:report_issue", args=[issue.report.number, issue.number])


def holders(role: str) -> list[User]:
    held = RoleHolding.objects.in_force(timezone.localdate()).filter(role=role, user__is_active=True)
    return [one.user for one in held.select_related("user")]


def tell(report: Report, kind: str, people: Iterable[User], *, url: str, **facts: Any) -> None:
    notify(users=list(people), kind=kind, url=url, number=report.number, **facts)


# --- Delivery ---------------------------------------------------------------------------------------------------------
def readers_of(made: ReportIssue) -> list[ReportReader]:
    packed = set(made.packs.values_list("unit_id", flat=True))
    return [
        ReportReader(issue=made, user=user, role=role, unit_id=unit_id, with_attachment=role in WITH_ATTACHMENT)
        for user, role, unit_id in told_of_issue(packed)
    ]


def told_of_issue(packed: set[int]) -> list[tuple[User, str, int | None]]:
    """Who gets it: the head of department the whole, unit heads the pack of their unit. One person once, with role and unit."""
    found: dict[int, tuple[User, str, int | None]] = {}
    held = RoleHolding.objects.in_force(timezone.localdate()).filter(
        role__in=["head_of_department", "unit_head"], user__is_active=True
    )
    for one in held.select_related("user").order_by("role", "pk"):
        unit_id = one.unit_id if one.role == "unit_head" else None
        if one.user_id in found or (one.role == "unit_head" and unit_id not in packed):
            continue
        found[one.user_id] = (one.user, one.role, unit_id)
    return list(found.values())


def send(made: ReportIssue, told: Content, *, by, is_sent: bool = True) -> None:
    """A letter to each reader in the outbox, in the transaction of the issue."""
    for reader in readers_of(made):
        own = told
        if reader.unit_id is not None:
            own = report_content.thawed(made.packs.get(unit_id=reader.unit_id).content)
        reader.save()
        if is_sent:
            letter(reader, own, purpose="report.issued", once_key=f"report-{made.pk}-{reader.user_id}", by=by)
        tell(made.report, "report.issued", [reader.user], url=issue_url(made))


def letter(reader: ReportReader, told: Content, *, purpose: str, once_key: str, by=None) -> None:
    from quality import report_forms, report_mail

    if not reader.user.email:
        return
    language = reader.user.language or "et"
    url = settings.SITE_URL.rstrip("/") + issue_url(reader.issue)
    subject, text, html = report_mail.mail(told, language, url)
    attachments = ()
    if reader.with_attachment:
        form = report_forms.FORMS["pdf"]
        attachments = (
            Attached(file_name(told, language, form.suffix), form.content_type, form.write(told, language)),
        )
    reader.mail = queue_mail(
        to=reader.user.email, subject=subject, text=text, html=html, purpose=purpose, about=About(ABOUT, reader.issue_id, str(reader.issue)), by=by, once_key=once_key,
        attachments=attachments,
    )  # fmt: skip
    reader.save(update_fields=["mail"])


def file_name(told: Content, language: str, suffix: str) -> str:
    """aruanne-2026-10-1.pdf"""
    unit = f"-{told.unit}" if told.unit else ""
    word = "aruanne" if language == "et" else "report"
    return f"{word}-{told.number}-{told.issue}{unit}.{suffix}"


def remind(today: date) -> int:
    """Who has not read an issue three working days after it came is reminded once. Safe to repeat."""
    calendar = working_calendar()
    waiting = ReportReader.objects.filter(
        read_at__isnull=True,
        reminded_at__isnull=True,
        issue__corrected_by__isnull=True,
        user__is_active=True,
        mail__isnull=False,  # to whom no letter went no reminder goes
    )
    done = 0
    for reader in waiting.select_related("issue__report", "user"):
        if calendar.add_working_days(timezone.localdate(reader.issue.issued_at), DAYS_TO_READ) > today:
            continue
        done += remind_one(reader)
    return done


@transaction.atomic
def remind_one(reader: ReportReader) -> int:
    held = (
        ReportReader.objects.select_for_update(of=("self",)).select_related("issue__report", "user").get(pk=reader.pk)
    )
    if held.reminded_at is not None or held.read_at is not None or not held.user.email:
        return 0
    held.reminded_at = timezone.now()
    held.save(update_fields=["reminded_at"])
    with translation.override(held.user.language or "et"):
        url = settings.SITE_URL.rstrip("/") + issue_url(held.issue)
        queue_mail(
            to=held.user.email, subject=_("Report %(number)s waits to be read") % {"number": held.issue.report.number},
            text=_("The report %(number)s was issued on %(day)s and you have not marked it as read yet:\n\n%(url)s") % {
                "number": held.issue.report.number, "day": f"{timezone.localtime(held.issue.issued_at):%d.%m.%Y}", "url": url,
            },
            purpose="report.reminder", about=About(ABOUT, held.issue_id, str(held.issue)), once_key=f"report-reminder-{held.pk}",
        )  # fmt: skip
    return 1


# --- Reading ----------------------------------------------------------------------------------------------------------
def readers_among(made: ReportIssue, user) -> Iterable[ReportReader]:
    """The person's own entry, and that of whom the person stands in for."""
    return made.readers.filter(user_id__in=[user.pk, *user.rights.acting_for])


def opened(made: ReportIssue, *, user) -> None:
    readers_among(made, user).filter(opened_at__isnull=True).update(opened_at=timezone.now())


@transaction.atomic
def mark_read(made: ReportIssue, *, by) -> None:
    now = timezone.now()
    changed = 0
    for reader in readers_among(made, by).filter(read_at__isnull=True):
        reader.read_at, reader.opened_at = now, reader.opened_at or now
        reader.save(update_fields=["read_at", "opened_at"])
        changed += 1
    if changed:
        record("report.read", by=by, on=made, label=str(made))
