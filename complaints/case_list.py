"""Rows of the list of cases: only the columns shown are read, each cell is made once as text.

A page of fifty rows costs one statement for the rows, one for the capped count, and nothing for names, which stand in
memory. Cells are finished pieces of HTML so that the template has one loop.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.models import ListSetting, User
from bureau.templatetags.components import badge, deadline, icon
from bureau.templatetags.formats import capped, day, day_short
from bureau.working_calendar import CalendarGap, WorkingCalendar, days_left
from complaints import presence
from complaints.case_ends import with_ended_term
from complaints.filters import standing_status
from complaints.models import OPEN, Case, Status
from complaints.models.visibility import concerning
from complaints.outcomes import Outcome
from complaints.paging import COUNT_CAP, KeyPaging, Order, Page, capped_count
from complaints.reference import kinds
from complaints.transitions import CASE_LIFECYCLE

PAGE = "cases"
SETTING_KEPT_SECONDS = 24 * 60 * 60

# Only an open case has a clock running, so the index of open ones holds every last day.
HAS_DUE = Q(due_on__isnull=False, status__in=OPEN)

ORDERS = {
    "due": Order("due_on", is_date=True, valued=HAS_DUE),
    "-due": Order("due_on", descending=True, is_date=True, valued=HAS_DUE),
    "registered": Order("registered_on", is_date=True),
    "-registered": Order("registered_on", descending=True, is_date=True),
    "number": Order("number"),
    "-number": Order("number", descending=True),
}
DEFAULT_ORDER = "due"
ORDER_OF_ENDED = "-registered"


@dataclass(frozen=True)
class Column:
    """A column one may choose: its heading, what it reads, how one sorts by it."""

    code: str
    label: object
    reads: tuple[str, ...]
    sort: str = ""
    sort_first: str = ""


COLUMNS: dict[str, Column] = {
    column.code: column
    for column in (
        Column("case", gettext_lazy("Case"), ("number", "title", "is_restricted"), "number", "-"),
        Column(
            "due", gettext_lazy("Deadline"), ("due_on", "status", "answered_on", "was_on_time", "ended_term"), "due"
        ),
        Column("status", gettext_lazy("Status"), ("status",)),
        Column("kind", gettext_lazy("Kind"), ("kind_id",)),
        Column("topic", gettext_lazy("Topic"), ("topic_id",)),
        Column("handler", gettext_lazy("Handler"), ("assignee_id",)),
        Column("channel", gettext_lazy("Channel"), ("channel_id",)),
        Column("unit", gettext_lazy("Unit"), ("unit_id",)),
        Column("party", gettext_lazy("Party"), ("party__name",)),
        Column("registered", pgettext_lazy("column", "Registered"), ("registered_on",), "registered", "-"),
        Column("answered", pgettext_lazy("column", "Answered"), ("answered_on", "was_on_time")),
        Column("closed", pgettext_lazy("column", "Closed"), ("closed_on",)),
        Column("outcome", gettext_lazy("Outcome"), ("outcome",)),
        Column("language_", gettext_lazy("Language"), ("language",)),
        Column("reference", gettext_lazy("Register reference"), ("register_reference",)),
    )
}
ALWAYS = ("case",)
# What is read first stands first: on a narrow screen the last ones scroll.
USUAL = ("case", "due", "status", "kind", "topic", "handler", "channel")


@dataclass(slots=True)
class Row:
    """One case as the list shows it. `cells` are its table cells, finished, in the order of the columns."""

    number: str
    is_late: bool
    cells: SafeString


@dataclass(frozen=True)
class Setting:
    """Columns and order that a person chose for a list."""

    columns: tuple[str, ...]
    sort: str


# --- What a person chose ----------------------------------------------------------------------------------------------
def setting_key(user_id: int) -> str:
    return f"list-setting:{user_id}:{PAGE}"


def setting_of(user: User) -> Setting:
    """Kept in the cache until the person changes it."""
    stored = cache.get(setting_key(user.pk))
    if stored is None:
        row = ListSetting.objects.filter(user=user, page=PAGE).values_list("columns", "sort").first()
        stored = row or ([], "")
        cache.set(setting_key(user.pk), stored, SETTING_KEPT_SECONDS)
    columns = tuple(code for code in stored[0] if code in COLUMNS)
    return Setting(
        (*ALWAYS, *(code for code in columns if code not in ALWAYS)) if columns else USUAL,
        stored[1] if stored[1] in ORDERS else DEFAULT_ORDER,
    )


def order_of(query, setting: Setting) -> str:
    """The order asked for, else the person's usual one; where ended cases are shown, newest first, for they have no deadline."""
    if query.get("sort") in ORDERS:
        return query["sort"]
    shows_ended = (query.get("status") or standing_status(query)) not in {"open", *OPEN}
    return ORDER_OF_ENDED if shows_ended and setting.sort.endswith("due") else setting.sort


def keep_setting(*, user: User, columns: list[str], sort: str, density: str) -> None:
    ListSetting.objects.update_or_create(user=user, page=PAGE, defaults={"columns": columns, "sort": sort})
    if density in User.Density.values and density != user.density:
        user.density = density
        user.save(update_fields=["density"])
    cache.delete(setting_key(user.pk))


# --- Rows -------------------------------------------------------------------------------------------------------------
def case_page(
    *,
    cases,
    sort: str,
    columns: tuple[str, ...],
    after: str,
    before: str,
    user: User,
    today: date,
    is_counted: bool = True,
) -> Page:
    """One page of `cases` (seen and narrowed already) with its rows made."""
    reads = list(dict.fromkeys(name for code in columns for name in COLUMNS[code].reads))
    if "status" not in reads:
        reads.append("status")
    if "due_on" not in reads:
        reads.append("due_on")
    page = KeyPaging(with_ended_term(cases), ORDERS[sort], reads, after=after, before=before).page()
    present = presence.present_at([row[1] for row in page.rows], but_not=user.pk)
    cells = Cells(today=today, language=get_language(), present=present)
    makers = [(f'<td data-label="{escape(COLUMNS[code].label)}">', getattr(cells, code)) for code in columns]
    rows = []
    for values in page.rows:
        facts = dict(zip(reads, values[2:], strict=True), id=values[1])
        due_on = facts["due_on"]
        made = "".join([f"{opening}{make(facts)}</td>" for opening, make in makers])
        rows.append(Row(facts["number"], due_on is not None and due_on < today, SafeString(made)))
    if not (page.next_key or page.previous_key):
        words = count_words(len(rows))
    else:
        words = count_words(capped_count(cases)) if is_counted else ""
    return Page(rows, page.next_key, page.previous_key, words)


def count_words(count: int) -> str:
    return ngettext("%(shown)s case", "%(shown)s cases", count) % {"shown": capped(count, COUNT_CAP)}


@lru_cache(maxsize=1)
def address_pattern() -> str:
    return reverse("complaints:case_detail", args=["NUMBER"])


def address_of(number: str) -> str:
    return address_pattern().replace("NUMBER", number)


# --- Cells: facts of a row → HTML -------------------------------------------------------------------------------------
class Names(dict):
    """Names of a list in memory by id, escaped once a page."""

    def __init__(self, of: dict):
        super().__init__({None: ""})
        self.of = of

    def __missing__(self, key):
        entry = self.of.get(key)
        self[key] = name = escape(getattr(entry, "name", entry) or "")
        return name


class Cells:
    """One method a column, named as its code; each gives finished HTML from the facts of a row."""

    def __init__(self, *, today: date, language: str, present: dict):
        self.today, self.language, self.present = today, language, present
        self.kinds, self.channels = Names(kinds()), Names(reference.channels())
        self.topics, self.units = Names(reference.topics()), Names(reference.units())
        self.people = Names(reference.people())
        self.people[None] = nobody(language)
        self.pattern, self.calendar = address_pattern(), working_calendar()

    def case(self, facts: dict) -> str:
        number = facts["number"]
        lock = lock_sign(self.language) if facts["is_restricted"] else ""
        here = present_words(self.present[facts["id"]], self.language) if facts["id"] in self.present else ""
        url = self.pattern.replace("NUMBER", number)
        return (
            f'<a href="{url}" data-open>{number}</a>{lock}{here}<span class="second">{escape(facts["title"])}</span>'
        )

    def kind(self, facts: dict) -> str:
        return self.kinds[facts["kind_id"]]

    def status(self, facts: dict) -> str:
        return status_badge(facts["status"], self.language)

    def channel(self, facts: dict) -> str:
        return self.channels[facts["channel_id"]]

    def topic(self, facts: dict) -> str:
        return self.topics[facts["topic_id"]]

    def unit(self, facts: dict) -> str:
        return self.units[facts["unit_id"]]

    def handler(self, facts: dict) -> str:
        return self.people[facts["assignee_id"]]

    def party(self, facts: dict) -> str:
        return escape(facts["party__name"] or "")

    def registered(self, facts: dict) -> str:
        return day(facts["registered_on"])

    def answered(self, facts: dict) -> str:
        return (
            answered_words(facts["answered_on"], facts["was_on_time"], self.language) if facts["answered_on"] else ""
        )

    def closed(self, facts: dict) -> str:
        return day(facts["closed_on"])

    def outcome(self, facts: dict) -> str:
        code = facts["outcome"]
        return escape(Outcome(code).label if code in Outcome.values else code)

    def language_(self, facts: dict) -> str:
        return escape(facts["language"])

    def reference(self, facts: dict) -> str:
        return escape(facts["register_reference"])

    def due(self, facts: dict) -> str:
        if facts["due_on"] is not None:
            return drawn_pill(facts["due_on"], self.today, self.language, self.calendar)
        return ended_words(facts["ended_term"], self.language, self.calendar) or self.answered(facts)


def present_words(present, language: str) -> str:
    names = ", ".join(one.name for one in present)
    writing = any(one.is_writing for one in present)
    words = _("%(names)s is writing a reply") if writing else _("%(names)s has it open")
    return f' <span class="here" title="{escape(words % {"names": names})}">{eye_sign(language)}{escape(names)}</span>'


@lru_cache(maxsize=4)
def eye_sign(language: str) -> str:
    return icon("eye", label=_("Open at"), size="small")


@lru_cache(maxsize=4)
def lock_sign(language: str) -> str:
    return f" {icon('lock', label=_('Access restricted'), size='small')}"


@lru_cache(maxsize=4)
def nobody(language: str) -> SafeString:
    return mark_safe(f'<span class="muted">{escape(_("nobody yet"))}</span>')  # noqa: S308


def drawn(template: str, context: dict) -> SafeString:
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 (the template escapes)


@lru_cache(maxsize=64)
def status_badge(status: str, language: str) -> SafeString:
    return drawn("components/badge.html", badge(Status(status).label, tone=CASE_LIFECYCLE.tones[status]))


def due_pill(due_on: date, today: date, language: str) -> SafeString:
    return drawn_pill(due_on, today, language, working_calendar())


@lru_cache(maxsize=4096)
def drawn_pill(due_on: date, today: date, language: str, calendar: WorkingCalendar) -> SafeString:
    """Many rows share a day. Working days left are unknown in a year whose holidays nobody has stored (old requests)."""
    try:
        left = days_left(due_on, today, calendar)
    except CalendarGap:
        left = None
    return drawn("components/deadline.html", deadline(due_on, working_days_left=left, today=today))


def ended_words(term: dict | None, language: str, calendar: WorkingCalendar) -> SafeString | str:
    """The last day that there was, and how it ended: "30.10.2026 answered 02.11., 1 working day late"."""
    return drawn_end(term["due"], term["met"] or "", language, calendar) if term else ""


@lru_cache(maxsize=4096)
def drawn_end(due: str, met: str, language: str, calendar: WorkingCalendar) -> SafeString:
    due_on, met_on = date.fromisoformat(due), date.fromisoformat(met) if met else None
    if met_on is None:
        pill = drawn("components/badge.html", badge(_("ended without a reply"), tone="neutral"))
    elif met_on <= due_on:
        pill = drawn("components/badge.html", badge(_("answered %(day)s, in time") % {"day": day_short(met_on)}, tone="good", icon="check"))  # fmt: skip
    else:
        pill = drawn("components/badge.html", badge(late_words(due_on, met_on, calendar), tone="bad", icon="alert"))
    return mark_safe(f'<span class="deadline"><time datetime="{due}">{day(due_on)}</time> {pill}</span>')  # noqa: S308


def late_words(due_on: date, met_on: date, calendar: WorkingCalendar) -> str:
    """Working days as the pill counts them; unknown in a year whose holidays nobody has stored."""
    try:
        late_by = abs(days_left(due_on, met_on, calendar))
    except CalendarGap:
        late_by = 0
    if not late_by:
        return _("answered %(day)s, late") % {"day": day_short(met_on)}
    return ngettext("answered %(day)s, %(count)s working day late", "answered %(day)s, %(count)s working days late", late_by) % {"day": day_short(met_on), "count": late_by}  # fmt: skip


@lru_cache(maxsize=4096)
def answered_words(answered_on: date, was_on_time: bool | None, language: str) -> SafeString:
    words = {True: _("in time"), False: _("late"), None: _("answered")}[was_on_time]
    tone = {True: "good", False: "bad", None: "neutral"}[was_on_time]
    pill = drawn("components/badge.html", badge(words, tone=tone, icon="check" if was_on_time else ""))
    return mark_safe(f'<span class="deadline">{day(answered_on)} {pill}</span>')  # noqa: S308


def open_count_of(user: User) -> int:
    """Open cases of the person and of those they stand in for; for the navigation."""
    mine = [user.pk, *user.rights.acting_for]
    return capped_count(Case.objects.open().filter(~concerning(*mine), assignee_id__in=mine), 999)
