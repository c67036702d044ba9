"""Everything the page of a case shows, read at once: about a dozen statements, whatever the case holds."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.lifecycle import Need
from bureau.models import Draft
from bureau.reference import Entry
from bureau.roles import Permission
from bureau.working_calendar import CalendarGap, days_left
from complaints import presence, proceedings
from complaints.case_actions import Actions, actions_for
from complaints.case_facts import LinkedCase, PartyCounts, links_of, party_counts, similar_to
from complaints.case_timeline import GROUPS, Ask, Timeline, timeline_of
from complaints.closing import needed_before_closing
from complaints.correspondence import NOTE_DRAFT, REPLY_DRAFT, recipient_of, reply_channel_of
from complaints.deadline_steps import explained, steps_from_json
from complaints.mailed_letters import address_of, button_words
from complaints.models import Case, Clock, DeadlineRule, Status
from complaints.outcomes import clock_ending, outcome_words
from complaints.reference import kinds
from complaints.transitions import CASE_LIFECYCLE

LANGUAGE_NAMES = {"en": gettext_lazy("English"), "ru": gettext_lazy("Russian")}


@dataclass(frozen=True)
class ClockShown:
    """One clock as its row in the table. `why` are the steps in the reader's language."""

    id: int
    label: str
    law: str
    triggered_on: date
    due_on: date
    days_left: int | None
    is_running: bool
    is_met: bool
    was_on_time: bool | None
    met_on: date | None
    ending: str
    advisable_on: date | None
    first_due_on: date
    is_extended: bool
    extension_reason: str
    is_named_day: bool
    is_confirmed: bool
    why: str
    ask: Ask | None


@dataclass(frozen=True)
class CasePage:
    kind: Entry
    channel: Entry
    topic: Entry | None
    unit: Entry | None
    handler: str
    clock_rows: list[Clock]
    clocks: list[ClockShown]
    timeline: Timeline
    counts: PartyCounts | None
    similar: list[Case]
    needs: list[Need]
    links: list[LinkedCase]
    followers: list[str]
    let_in: list[tuple[int, str]]
    present: list[presence.Present]
    actions: Actions
    drafts: list[Draft]
    basis: Entry | None
    further: list[str]
    status_tone: str
    restriction_covers: str
    reply_words: str
    resend_to: str
    outcome: str
    reply_channel: Entry | None
    language: str
    may_restrict: bool
    party_url: str
    panels: list[proceedings.Panel]
    shows_needs: bool


def case_page(*, case: Case, user, today: date, shown=tuple(GROUPS)) -> CasePage:
    clocks = list(Clock.objects.filter(case=case).select_related("rule").order_by("due_on", "pk"))
    timeline = timeline_of(case, user=user, shown=shown)
    people = people_of(case)
    running = [clock for clock in clocks if clock.is_running]
    can_extend = any(
        clock.purpose == DeadlineRule.Purpose.REPLY
        and clock.rule
        and clock.rule.extended_amount
        and not clock.is_named_day
        for clock in running
    )
    panels = proceedings.panels(case=case, user=user, today=today)
    names = reference.people()
    followers = [user_id for what, user_id in people if what == "follows"]
    kind = kinds()[case.kind_id]
    return CasePage(
        kind=kind,
        channel=reference.channels()[case.channel_id],
        topic=reference.topics().get(case.topic_id) if case.topic_id else None,
        unit=reference.units().get(case.unit_id) if case.unit_id else None,
        handler=names.get(case.assignee_id, "") if case.assignee_id else "",
        clock_rows=clocks,
        clocks=[shown_clock(clock, today, timeline.asks.get(clock.pk)) for clock in clocks],
        timeline=timeline,
        counts=party_counts(party=case.party, user=user, today=today) if case.party_id else None,
        similar=similar_to(case=case, user=user),
        needs=needed_before_closing(case, has_running_clock=bool(running)),
        links=links_of(case=case, user=user),
        followers=[names.get(user_id, "") for user_id in followers],
        let_in=[(user_id, names.get(user_id, "")) for what, user_id in people if what == "let in"],
        present=presence.present_at([case.pk], but_not=user.pk)[case.pk],
        actions=actions_for(case=case, user=user, is_followed=user.pk in followers, can_extend=can_extend),
        drafts=list(Draft.objects.filter(user=user, form__in=[REPLY_DRAFT, NOTE_DRAFT], subject=case.number)),
        basis=reference.restriction_bases().get(case.restriction_basis_id) if case.is_restricted else None,
        further=list(dict.fromkeys(
            kinds()[clock.kind_id].name for clock in clocks if clock.kind_id != case.kind_id and clock.purpose == "reply"
        )),
        status_tone=CASE_LIFECYCLE.tones[case.status],
        restriction_covers=" · ".join(part for part in (case.restriction_ends_by, case.restriction_scope) if part),
        reply_words=reply_words(case),
        resend_to=address_of(case) if user.may(Permission.CASE_HANDLE) else "",
        outcome=outcome_words(case.outcome),
        reply_channel=reference.channels().get(case.reply_channel_id) if case.reply_channel_id else None,
        language=LANGUAGE_NAMES.get(case.language, case.language) if case.language != "et" else "",
        may_restrict=user.may(Permission.CASE_RESTRICT),
        party_url=address_of_party(case.party_id) if case.party_id and user.may(Permission.PARTY_VIEW) else "",
        panels=panels, shows_needs=case.status != Status.CLOSED and not any(panel.shows_needs for panel in panels),
    )  # fmt: skip


def reply_words(case: Case) -> str:
    """What the button under the reply says before anything is chosen."""
    channel_id = reply_channel_of(case)
    reached = recipient_of(case.party, reference.channels()[channel_id].code)
    return button_words(channel_id=channel_id, recipient=reached)


def address_of_party(party_id: int) -> str:
    try:
        return reverse("complaints:party_detail", args=[party_id])
    except NoReverseMatch:
        return ""


PEOPLE_SQL = """
    SELECT 'follows', user_id FROM complaints_casefollower WHERE case_id = %s
    UNION ALL
    SELECT 'let in', user_id FROM complaints_caseaccess WHERE case_id = %s
"""


def people_of(case: Case) -> list[tuple[str, int]]:
    """Followers and people let in by name, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, [case.pk, case.pk])
        return cursor.fetchall()


def shown_clock(clock: Clock, today: date, ask: Ask | None = None) -> ClockShown:
    calendar = working_calendar()
    try:
        left = days_left(clock.due_on, today, calendar)
        advisable = calendar.previous_working_day(clock.raw_due_on)
    except CalendarGap:
        left, advisable = None, clock.due_on
    kind = kinds()[clock.kind_id].name
    label = kind if clock.purpose == DeadlineRule.Purpose.REPLY else f"{kind}, {clock.get_purpose_display().lower()}"
    return ClockShown(
        id=clock.pk, label=label, law=clock.law, triggered_on=clock.triggered_on, due_on=clock.due_on, days_left=left,
        is_running=clock.is_running, is_met=clock.state == Clock.State.MET, was_on_time=clock.was_on_time, met_on=clock.met_on,
        ending=clock_ending(clock.end_reason) if clock.state == Clock.State.ENDED else "",
        advisable_on=advisable if clock.is_running and clock.triggered_on < advisable < clock.due_on else None,
        first_due_on=clock.first_due_on, is_extended=clock.is_extended, extension_reason=clock.extension_reason,
        is_named_day=clock.is_named_day, is_confirmed=clock.is_confirmed, why=str(explained(steps_from_json(clock.steps))) if clock.steps else "",
        ask=ask,
    )  # fmt: skip
