"""Duties of improvement actions, indicators and reports on the first page."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.duty_list import MOST, Asked, Duty, register
from bureau.roles import Permission as P
from bureau.templatetags.formats import month
from complaints.models.visibility import keys_seen_by
from quality import monthly_report, passports, waiting
from quality.improvements import DAYS_BEFORE_WARNING
from quality.models import Improvement, Report, ReportIssue
from quality.report_delivery import DAYS_TO_READ, draft_url, issue_url

State = Improvement.State
JUDGED_LATER = ("", Improvement.Effect.TOO_EARLY)
SIGNALS_ONE_BY_ONE = 2  # more of them are one duty
NAMES_TOLD = 3


# --- Improvement actions ----------------------------------------------------------------------------------------------
def actions(asked: Asked) -> Iterator[Duty]:
    """Own ones whose day is near or over, or whose effect is to be judged."""
    near, to_judge = asked.today + timedelta(days=DAYS_BEFORE_WARNING), Q(state=State.CHECK, effect__in=JUDGED_LATER)
    due = Q(due_on__lte=near) & ~Q(state=State.CHECK)
    due |= to_judge & (Q(check_on__lte=asked.today) | Q(check_on__isnull=True, due_on__lte=near))
    found = Improvement.objects.visible_to(asked.user).open().filter(due, owner_id__in=asked.people)
    for one in found.order_by("due_on", "pk")[:MOST]:
        is_check = one.state == State.CHECK
        yield Duty(
            _("Judge the effect of an improvement") if is_check else _("Carry an improvement on"),
            reverse("quality:improvement_detail", args=[one.number]),
            _("Judge the effect") if is_check else _("Open the action"),
            (one.check_on if is_check else None) or one.due_on,
            about=one.title,
            number=one.number,
            behalf=asked.behalf(one.owner_id),
        )


def tasks(asked: Asked) -> Iterator[Duty]:
    near = asked.today + timedelta(days=DAYS_BEFORE_WARNING)
    found = waiting.open_tasks().filter(
        owner_id__in=asked.people,
        due_on__lte=near,
        improvement__in=Improvement.objects.visible_to(asked.user).order_by().values("pk"),
    )
    for task in found.select_related("improvement").order_by("due_on", "pk")[:MOST]:
        yield Duty(
            _("Do a task of an improvement"),
            reverse("quality:improvement_detail", args=[task.improvement.number]),
            _("Open the task"),
            task.due_on,
            about=task.title,
            number=task.improvement.number,
            behalf=asked.behalf(task.owner_id),
        )


def lessons(asked: Asked) -> Iterator[Duty]:
    found = waiting.lessons_not_taken_up().filter(case_id__in=keys_seen_by(asked.user))
    sums = found.aggregate(count=Count("pk"), since=Min("lesson_on"))
    count = sums["count"]
    if count:
        what = ngettext(
            "Plan what %(count)s lesson of a complaint teaches",
            "Plan what %(count)s lessons of complaints teach",
            count,
        )
        yield Duty(
            what % {"count": count},
            reverse("quality:improvement_list"),
            _("Look at the lessons"),
            sums["since"],
            has_last_day=False,
        )


# --- Indicators -------------------------------------------------------------------------------------------------------
def signals(asked: Asked) -> Iterator[Duty]:
    """Each with its month; many of them are one duty that begins with the oldest."""
    found = list(waiting.signals_without_word().select_related("indicator").order_by("found_at", "pk")[:MOST])
    if not found:
        return
    known = passports.passports_in_force()
    names = {
        one.pk: known[one.indicator_id].name if one.indicator_id in known else one.indicator.code for one in found
    }
    shown = found if len(found) <= SIGNALS_ONE_BY_ONE else found[:1]
    for one in shown:
        what, about = _("Say what is behind a signal"), f"{names[one.pk]}, {month(one.first_day)}"
        if len(found) > SIGNALS_ONE_BY_ONE:
            what = ngettext(
                "Say what is behind %(count)s signal", "Say what is behind %(count)s signals", len(found)
            ) % {"count": len(found)}
            different = list(dict.fromkeys(names.values()))
            about = ", ".join(different[:NAMES_TOLD]) + (" …" if len(different) > NAMES_TOLD else "")
        yield Duty(
            what,
            reverse("quality:signal_comment", args=[one.pk]),
            pgettext("button", "Write"),
            timezone.localdate(one.found_at),
            about=about,
            has_last_day=False,
        )


def proposed(asked: Asked) -> Iterator[Duty]:
    for one in waiting.passports_proposed().select_related("indicator").order_by("proposed_at", "pk")[:MOST]:
        yield Duty(
            _("Agree to a changed indicator"),
            reverse("quality:indicator_detail", args=[one.indicator.code]),
            _("Look and agree"),
            timezone.localdate(one.proposed_at),
            about=one.name,
            has_last_day=False,
        )


def restatements(asked: Asked) -> Iterator[Duty]:
    found = (
        waiting.restatements_asked()
        .exclude(asked_by=asked.user)
        .select_related("indicator")
        .order_by("asked_at", "pk")[:MOST]
    )
    for one in found:
        yield Duty(
            _("Decide whether a value is computed again"),
            reverse("quality:indicator_detail", args=[one.indicator.code]),
            _("Decide"),
            timezone.localdate(one.asked_at),
            about=f"{month(one.first_day)}: {one.reason}",
            has_last_day=False,
        )


# --- Reports ----------------------------------------------------------------------------------------------------------
def drafts(asked: Asked) -> Iterator[Duty]:
    """What is not issued: whoever may issue confirms it, others of the bureau comment while it is a draft."""
    may_issue = asked.user.may(P.REPORT_ISSUE)
    states = (
        (Report.State.DRAFT, Report.State.WITH_UNITS, Report.State.WITH_HEAD) if may_issue else (Report.State.DRAFT,)
    )
    for one in waiting.reports_in(*states).filter(last_day__lt=asked.today).order_by("due_on", "pk")[:MOST]:
        what, button, url = _("Comment on a report and issue it"), _("Open the draft"), draft_url(one)
        if not may_issue:
            what = _("Comment on a report")
        elif one.state == Report.State.WITH_HEAD:
            what, button = _("Confirm a report and issue it"), _("Read and confirm")
            url = reverse("quality:report_issue_now", args=[one.number])
        yield Duty(what, url, button, one.due_on, about=monthly_report.period_words(one))


def of_units(asked: Asked) -> Iterator[Duty]:
    """Reports with the units, until somebody has commented on a figure of one's unit."""
    units = asked.user.rights.units_for(P.REPORT_VIEW_UNIT)
    own = set(reference.units()) if units is None else set().union(*map(reference.unit_subtree_ids, units))
    found = waiting.reports_in(Report.State.WITH_UNITS).exclude(comments__unit_id__in=sorted(own))
    lenders = asked.user.rights.lenders_over(P.REPORT_VIEW_UNIT, lambda unit_id: True)
    for one in found.order_by("comments_due_on", "pk")[:MOST]:
        yield Duty(
            _("Comment on your unit's figures in a report"),
            draft_url(one),
            pgettext("button", "Comment"),
            one.comments_due_on,
            about=monthly_report.period_words(one),
            behalf=asked.behalf(*lenders) if lenders else "",
        )


def to_read(asked: Asked) -> Iterator[Duty]:
    found = (
        waiting.not_read()
        .filter(user_id__in=asked.people)
        .select_related("issue__report")
        .order_by("issue__issued_at", "pk")
    )
    for one in found[:MOST]:
        last = working_calendar().add_working_days(timezone.localdate(one.issue.issued_at), DAYS_TO_READ)
        yield Duty(
            _("Read a report"),
            issue_url(one.issue),
            pgettext("button", "Read"),
            last,
            about=monthly_report.period_words(one.issue.report),
            behalf=asked.behalf(one.user_id),
        )


def to_decide(asked: Asked) -> Iterator[Duty]:
    """Decisions that issued reports ask for: one duty a report."""
    by_report = defaultdict(list)
    for one in waiting.not_decided().select_related("report").order_by("report__first_day", "pk")[:MOST]:
        by_report[one.report].append(one)
    latest = (
        dict(ReportIssue.objects.filter(report__in=by_report).values_list("report_id").annotate(Max("pk")))
        if by_report
        else {}
    )
    issues = {one.report_id: one for one in ReportIssue.objects.filter(pk__in=latest.values())} if latest else {}
    for report, found in by_report.items():
        issue = issues[report.pk]
        issue.report = report
        what = ngettext(
            "Decide on %(count)s matter of a report", "Decide on %(count)s matters of a report", len(found)
        )
        yield Duty(
            what % {"count": len(found)},
            f"{issue_url(issue)}#decisions",
            _("Decide"),
            timezone.localdate(issue.issued_at),
            about=f"{monthly_report.period_words(report)}: {found[0].worded(get_language() or 'et')}",
            has_last_day=False,
        )


def to_answer(asked: Asked) -> Iterator[Duty]:
    found = waiting.not_answered().select_related("issue__report").order_by("asked_at", "pk")
    for one in found[:MOST]:
        yield Duty(
            _("Answer a question about a report"),
            f"{issue_url(one.issue)}#questions",
            pgettext("button", "Answer"),
            timezone.localdate(one.asked_at),
            about=f"{monthly_report.period_words(one.issue.report)}: {one.text}"[:200],
            has_last_day=False,
        )


SEES_ACTIONS = (P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
register("action", actions, any_of=SEES_ACTIONS, shows=("improvement.due", "improvement.overdue"))
register("task", tasks, any_of=SEES_ACTIONS, shows=("improvement.task_due", "improvement.task_overdue"))
register("lesson", lessons, needs=(P.IMPROVEMENT_EDIT, P.CASE_HANDLE), shows=("improvement.proposed",))
register("signal", signals, needs=(P.INDICATOR_EDIT,), shows=("signal.found",))
register("passport", proposed, needs=(P.INDICATOR_AGREE,), shows=("indicator.proposed",))
register("restatement", restatements, needs=(P.INDICATOR_AGREE,), shows=("measurement.restatement_asked",))
register("report_draft", drafts, needs=(P.REPORT_EDIT,), shows=("report.drafted", "report.with_head"))
register("report_unit", of_units, needs=(P.REPORT_VIEW_UNIT,), shows=("report.units_asked",))
register("report_read", to_read, any_of=(P.REPORT_VIEW, P.REPORT_VIEW_UNIT), shows=("report.issued",))
register("report_decision", to_decide, needs=(P.REPORT_DECIDE,))
register("report_question", to_answer, needs=(P.REPORT_EDIT,), shows=("report.asked",))
