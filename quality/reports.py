"""The life of a report: drafted, commented by units and head, issued, read, asked about and decided on.

What is issued is frozen: its content as sealed text, a pack for each unit, the rows that figures counted, and who it was sent to. A
correction is an issue of its own with its reason; nothing that was issued is ever changed.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.lifecycle import Lifecycle, Need, check_needs
from bureau.models import RoleHolding, User
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from feedback.models import OpenAnswer
from quality import improvements, monthly_report, report_content
from quality.models import (
    Improvement,
    Measurement,
    Report,
    ReportAsk,
    ReportComment,
    ReportDecision,
    ReportIssue,
    ReportPack,
    ReportQuestion,
    ReportQuote,
    ReportRows,
)
from quality.periods import month_end, month_start, months_back
from quality.report_content import Content
from quality.report_delivery import draft_url, holders, issue_url, send, tell, told_of_issue
from quality.report_material import Material
from quality.report_pdf import ReportNotAccessible

State = Report.State
# Working days of the month after: units comment by the fourth, the head of department has it by the sixth.
COMMENTS_BY, ISSUED_BY = 4, 6
# How far back drafts are made up for.
MONTHS_MADE_UP = 12
MONTHS = {Report.Period.MONTH: 1, Report.Period.QUARTER: 3, Report.Period.YEAR: 12}
REPORT_LIFECYCLE = Lifecycle(
    states=State,
    moves={
        State.DRAFT: {State.WITH_UNITS, State.WITH_HEAD, State.ISSUED},
        State.WITH_UNITS: {State.WITH_HEAD, State.ISSUED},
        State.WITH_HEAD: {State.ISSUED},
        # A correction of what was issued is written by the head.
        State.ISSUED: {State.WITH_HEAD},
    },
    tones={State.DRAFT: "neutral", State.WITH_UNITS: "info", State.WITH_HEAD: "warning", State.ISSUED: "good"},
    refusal=gettext_lazy("The report is “%(old)s” and cannot become “%(new)s”."),
)


# --- Drafting ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin(*, period: str, first_day: date, by=None) -> Report:
    """The draft of a period; the same period gives the same report."""
    first = month_start(first_day)
    if period == Report.Period.QUARTER:
        first = first.replace(month=first.month - (first.month - 1) % 3)
    elif period == Report.Period.YEAR:
        first = first.replace(month=1)
    last = month_end(months_back(first, -(MONTHS[Report.Period(period)] - 1)))
    calendar = working_calendar()
    report, is_new = Report.objects.get_or_create(
        period=period, first_day=first,
        defaults={
            "last_day": last, "comments_due_on": calendar.add_working_days(last, COMMENTS_BY),
            "due_on": calendar.add_working_days(last, ISSUED_BY),
        },
    )  # fmt: skip
    if is_new:
        record("report.begun", by=by, on=report, label=report.number)
        tell(report, "report.drafted", holders("head_of_bureau"), url=draft_url(report))
    return report


def begin_due(today: date) -> list[Report]:
    """On and after the first working day of a month: drafts of what ended with the month before, and of earlier months that nothing
    ran in, back to the last report there is. Safe to repeat."""
    last = month_start(today) - timedelta(days=1)
    if today < working_calendar().add_working_days(last, 1):
        last = month_start(last) - timedelta(days=1)
        return [begin(period=period, first_day=first) for period in MONTHS for first in missed_periods(period, last)]
    begun = [begin(period=period, first_day=first) for period in MONTHS for first in missed_periods(period, last)]
    begun += [begin(period=period, first_day=last) for period, months in MONTHS.items() if last.month % months == 0]
    return begun


def missed_periods(period: str, last: date) -> list[date]:
    """First days of the periods without a report that ended by `last`, the end of a month, since the first report of the kind."""
    months = MONTHS[Report.Period(period)]
    began = Report.objects.filter(period=period).aggregate(first=Min("first_day"))["first"]
    if began is None:
        return []
    known = set(Report.objects.filter(period=period).values_list("first_day", flat=True))
    ends = [months_back(month_start(last), back) for back in range(MONTHS_MADE_UP)]
    firsts = [months_back(end, months - 1) for end in ends if end.month % months == 0]
    return sorted(first for first in firsts if first > began and first not in known)


def locked(report: Report) -> Report:
    return Report.objects.select_for_update().get(pk=report.pk)


def being_made(report: Report) -> Report:
    """Locked, and refused once it is issued: a correction is made of a report that is opened again."""
    held = locked(report)
    if held.is_issued:
        raise DeedRefused(_("The report is issued. Begin a correction to change it."))
    return held


def content(report: Report, *, unit_id: int | None = None) -> Content:
    """What the draft says now."""
    return monthly_report.content_of(report, issue=next_number(report), unit_id=unit_id)[0]


def next_number(report: Report) -> int:
    return report.issues.count() + 1


# --- What people write ------------------------------------------------------------------------------------------------
@transaction.atomic
def write_comment(*, report: Report, about: str, unit_id: int | None, what: str, why: str, action: str, owner: User | None, due_on: date | None, by) -> ReportComment:  # fmt: skip
    """One comment on a figure for the bureau or a unit; written again it replaces the former, whose history stays."""
    held = being_made(report)
    made, _is_new = ReportComment.objects.update_or_create(
        report=held, about=about, unit_id=unit_id,
        defaults={"what": what, "why": why, "action": action, "owner": owner, "due_on": due_on, "written_by": by, "written_at": timezone.now()},
    )  # fmt: skip
    record("report.commented", by=by, on=held, label=held.number, about=about, unit=unit_id)
    return made


@transaction.atomic
def ask_decision(*, report: Report, text: str, text_en: str, by) -> ReportAsk:
    held = being_made(report)
    made = ReportAsk.objects.create(report=held, text=text, text_en=text_en, written_by=by)
    record("report.decision_asked", by=by, on=held, label=held.number, text=text)
    return made


@transaction.atomic
def drop_ask(*, ask: ReportAsk, by) -> None:
    held = being_made(ask.report)
    ask.delete()
    record("report.ask_dropped", by=by, on=held, label=held.number, text=ask.text)


@transaction.atomic
def choose_quote(*, report: Report, answer, text: str, by) -> ReportQuote:
    """Words that were released by whoever keeps the survey; chosen twice they stand once."""
    held = being_made(report)
    if answer.state != answer.State.RELEASED:
        raise DeedRefused(_("These words are not released: personal data may still stand in them."))
    made, _is_new = ReportQuote.objects.update_or_create(
        report=held, answer=answer, defaults={"text": text, "chosen_by": by, "chosen_at": timezone.now()}
    )
    record("report.quote_chosen", by=by, on=held, label=held.number)
    return made


@transaction.atomic
def drop_quote(*, quote: ReportQuote, by) -> None:
    held = being_made(quote.report)
    quote.delete()
    record("report.quote_dropped", by=by, on=held, label=held.number)


# --- Moving on --------------------------------------------------------------------------------------------------------
@transaction.atomic
def send_to_units(*, report: Report, by) -> Report:
    """Unit heads are asked for their comments."""
    held = being_made(report)
    if held.state != State.DRAFT:
        raise DeedRefused(_("The units were asked before."))
    move(held, State.WITH_UNITS, by)
    people = holders("unit_head")
    tell(held, "report.units_asked", people, url=draft_url(held), day=f"{held.comments_due_on:%d.%m.%Y}")
    return held


@transaction.atomic
def send_to_head(*, report: Report, by=None) -> Report:
    held = being_made(report)
    if held.state == State.WITH_HEAD:
        return held
    move(held, State.WITH_HEAD, by)
    tell(held, "report.with_head", holders("head_of_bureau"), url=draft_url(held))
    return held


def move(report: Report, state: str, by) -> None:
    REPORT_LIFECYCLE.check_move(report.state, state)
    former, report.state = report.state, state
    report.save(update_fields=["state"])
    record("report.moved", by=by, on=report, label=report.number, former=former, state=state)


def move_due(today: date) -> int:
    """Reports whose units have had their time go to the head of bureau. Safe to repeat."""
    due = Report.objects.filter(state=State.WITH_UNITS, comments_due_on__lt=today)
    for report in due:
        send_to_head(report=report)
    return len(due)


def needed_before_issue(report: Report, *, today: date, material: Material | None = None) -> list[Need]:
    """What is missing; nothing when it may be issued."""
    missing = []
    if report.last_day >= today:
        return [Need("period", _("the period is not over yet"))]
    months = [
        first for back in range(MONTHS[Report.Period(report.period)]) if (first := months_back(month_start(report.last_day), back)) >= report.first_day
    ]  # fmt: skip
    measured = set(
        Measurement.objects.latest().filter(period=Measurement.Period.MONTH, unit__isnull=True, first_day__in=months, last_day__in=[month_end(one) for one in months])
        .values_list("first_day", flat=True)
    )  # fmt: skip
    missing += [
        Need("measurements", _("measurements of %(month)s") % {"month": f"{one:%m.%Y}"}, url=reverse("quality:indicator_list"))
        for one in reversed(months) if one not in measured
    ]  # fmt: skip
    material = material or Material(report, timezone.now())
    missing += [
        Need(
            "comment",
            _("a comment on “%(name)s”") % {"name": known.passport.name},
            url=reverse("quality:report_comment", args=[report.number, known.code]),
        )
        for known in material.worst_first
        if material.is_uncommented(known)
    ]
    withheld = report.quotes.exclude(answer__isnull=True).exclude(answer__state=OpenAnswer.State.RELEASED)
    missing += [
        Need("quote", _("another quote instead of “%(text)s…”, which was withheld") % {"text": one.text[:40]}, url=f"{draft_url(report)}#quote-chosen-{one.pk}")
        for one in withheld
    ]  # fmt: skip
    return missing


# --- Issuing ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def issue(*, report: Report, by, today: date, reason: str = "", now: datetime | None = None, is_sent: bool = True) -> ReportIssue:  # fmt: skip
    """Freeze and send. The second of two at once finds it issued and is refused; a correction needs its reason.

    `is_sent` false: readers are written down and find it at the desk, and no letter goes out (a demo writes to nobody).
    """
    held = being_made(report)
    former = held.issues.order_by("-number").first()
    if former is not None and not reason.strip():
        raise DeedRefused(_("Write what was wrong in the former issue."), field="reason")
    check_needs(needed_before_issue(held, today=today))
    cut_off, number = now or timezone.now(), (former.number if former else 0) + 1
    told, rows = monthly_report.content_of(
        held, issue=number, cut_off=cut_off, corrects=str(former.number) if former else "", reason=reason.strip()
    )
    text = report_content.frozen(told)
    made = ReportIssue.objects.create(
        report=held, number=number, content=text, seal=report_content.seal(text), code_version=told.code_version, cut_off=cut_off,
        issued_at=cut_off, issued_by=by, corrects=former, reason=reason.strip(),
    )  # fmt: skip
    keep_rows(made, None, rows)
    for unit_id in units_told():
        freeze_pack(made, held, unit_id, cut_off)
    move(held, State.ISSUED, by)
    record("report.issued", by=by, on=made, label=str(made), seal=made.seal, reason=made.reason)
    try:
        send(made, told, by=by, is_sent=is_sent)
    except ReportNotAccessible as error:
        raise DeedRefused(
            _("The paper cannot be made so that everybody can read it: %(why)s") % {"why": error}
        ) from error
    if former is not None:
        people = [one.user for one in former.readers.select_related("user")]
        tell(held, "report.corrected", people, url=issue_url(made), reason=made.reason)
    return made


def keep_rows(made: ReportIssue, unit_id: int | None, rows) -> None:
    ReportRows.objects.bulk_create(
        ReportRows(issue=made, unit_id=unit_id, figure=one.figure, kind=one.kind, keys=list(one.keys)) for one in rows
    )


def freeze_pack(made: ReportIssue, report: Report, unit_id: int, cut_off: datetime) -> None:
    """The unit's own figures, where it has any."""
    told, rows = monthly_report.content_of(report, issue=made.number, cut_off=cut_off, unit_id=unit_id)
    if not has_figures(told):
        return
    text = report_content.frozen(told)
    ReportPack.objects.create(issue=made, unit_id=unit_id, content=text, seal=report_content.seal(text))
    keep_rows(made, unit_id, rows)


def has_figures(told: Content) -> bool:
    return any(one.measurements for one in told.figures.values())


def readers_now(report: Report) -> list[tuple[User, str, int | None]]:
    """Who would get the issue if it were frozen now, with role and unit."""
    packed = {unit_id for unit_id in units_told() if has_figures(content(report, unit_id=unit_id))}
    return told_of_issue(packed)


def units_told() -> list[int]:
    """Units that have a head today."""
    held = RoleHolding.objects.in_force(timezone.localdate()).filter(role="unit_head", unit__isnull=False)
    return sorted(set(held.values_list("unit_id", flat=True)))


@transaction.atomic
def begin_correction(*, report: Report, by) -> Report:
    """An issued report is opened again; its issues stay as they are."""
    held = locked(report)
    if not held.is_issued:
        raise DeedRefused(_("Only an issued report is corrected."))
    move(held, State.WITH_HEAD, by)
    return held


# --- Answering ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, made: ReportIssue, about: str, text: str, by) -> ReportQuestion:
    question = ReportQuestion.objects.create(issue=made, about=about, text=text, asked_by=by)
    record("report.question_asked", by=by, on=made, label=str(made), about=about)
    tell(made.report, "report.asked", holders("head_of_bureau"), url=f"{issue_url(made)}#questions")
    return question


@transaction.atomic
def answer(*, question: ReportQuestion, text: str, by) -> ReportQuestion:
    held = (
        ReportQuestion.objects.select_for_update(of=("self",))
        .select_related("issue__report", "asked_by")
        .get(pk=question.pk)
    )
    if held.answer == text:
        return held  # sent twice
    if held.answered_at is not None:
        raise DeedRefused(
            _("This was answered before; the answer stands. What is to be added is a question of its own.")
        )
    held.answer, held.answered_by, held.answered_at = text, by, timezone.now()
    held.save(update_fields=["answer", "answered_by", "answered_at"])
    record("report.question_answered", by=by, on=held.issue, label=str(held.issue))
    tell(held.issue.report, "report.answered", [held.asked_by], url=f"{issue_url(held.issue)}#questions")
    return held


@transaction.atomic
def decide(*, made: ReportIssue, asked: str, outcome: str, text: str, owner: User | None, due_on: date | None, by, today: date | None = None) -> ReportDecision:  # fmt: skip
    """On what was asked, once in all issues of a report; with an owner it becomes an improvement action that the decision names."""
    locked(made.report)  # the second of two at once finds the first
    before = ReportDecision.objects.filter(issue__report=made.report)
    if asked and before.filter(asked=asked).exists():
        raise DeedRefused(_("This was decided before."))
    if before.filter(asked=asked, outcome=outcome, text=text, owner=owner, due_on=due_on).exists():
        raise DeedRefused(_("The same decision was made before."))
    if owner is not None and due_on is None:
        raise DeedRefused(_("Say by when it is to be done."), field="due_on")
    if due_on is not None and due_on < (today or timezone.localdate()):
        raise DeedRefused(_("That day is over. Choose today or a later day."), field="due_on")
    action: Improvement | None = None
    if owner is not None and due_on is not None and outcome == ReportDecision.Outcome.AGREED:
        action = improvements.begin(
            title=(asked or text)[:200], problem=_("Asked: %(asked)s\nDecided: %(text)s") % {"asked": asked, "text": text} if asked else text, source=Improvement.Source.REPORT, source_id=made.pk, owner=owner, due_on=due_on, by=by,
        )  # fmt: skip
    decision = ReportDecision.objects.create(
        issue=made,
        asked=asked,
        outcome=outcome,
        text=text,
        owner=owner,
        due_on=due_on,
        improvement=action,
        decided_by=by,
    )
    record("report.decided", by=by, on=made, label=str(made), outcome=outcome, asked=asked)
    tell(made.report, "report.decided", holders("head_of_bureau"), url=f"{issue_url(made)}#decisions")
    return decision


# --- Asking back ------------------------------------------------------------------------------------------------------
def content_for(made: ReportIssue, user, unit_id: int | None = None) -> Content | None:
    """The whole for those who see the whole; a unit's pack for its head and for those; else nothing."""
    sees_whole = user.may(Permission.REPORT_VIEW)
    if unit_id is None:
        return report_content.thawed(made.content) if sees_whole else None
    own = units_of(user)
    if not sees_whole and unit_id not in own:
        return None
    pack = made.packs.filter(unit_id=unit_id).first()
    return report_content.thawed(pack.content) if pack else None


def units_of(user) -> frozenset[int]:
    """Units whose pack is the person's to read."""
    if not user.rights.grants(Permission.REPORT_VIEW_UNIT):
        return frozenset()
    return frozenset(user.rights.units_for(Permission.REPORT_VIEW_UNIT) or reference.units())


def is_whole(made: ReportIssue | ReportPack) -> bool:
    """Whether the text still bears its seal."""
    return report_content.seal(made.content) == made.seal
