"""The sections of a report after its summary. A part that has nothing to say in the period gives none."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau import reference
from bureau.templatetags.formats import day, month, number
from feedback.models import OpenAnswer
from quality import indicator_charts, indicator_words, passports
from quality.dashboard_words import person_name
from quality.models import Improvement, Passport, ReportComment
from quality.period_values import PeriodValue
from quality.report_content import (
    Block,
    Cell,
    Chart,
    Column,
    Comment,
    Heading,
    Items,
    Paragraph,
    Quote,
    Section,
    Series,
    Table,
)
from quality.report_figures import mark_of
from quality.report_material import Known, Material, other_channels, shown_channels

MONTHS_OF_CHART = 24
CAUSES_SHOWN = 5
THEMES_SHOWN = 5
QUOTES_SHOWN = 3
# As many as a reader looks at; the rest is told in its sentence.
CHARTS_SHOWN = 6
ACTIONS_SHOWN = 12
# What each later section speaks of; the matrix holds them all.
VOLUMES = ("contacts", "cases_registered", "calls_offered", "complaints_per_thousand")
COMPLAINTS = (
    "complaints_per_thousand", "complaints_acknowledged", "complaints_stage_1", "complaints_stage_2", "complaints_upheld", "praise",
)  # fmt: skip
CLIENTS = (
    "satisfaction",
    "effort",
    "recommendation",
    "complaint_handling_satisfaction",
    "response_rate",
    "bad_answers_contacted",
)
WORK = (
    "cases_registered",
    "open_cases",
    "late_open",
    "open_work_hours",
    "days_to_answer",
    "days_to_answer_p85",
    "unassigned_share",
)
CALLS = ("calls_offered", "calls_in_time", "calls_abandoned", "calls_wait", "calls_handling")


# --- 2 Indicators -----------------------------------------------------------------------------------------------------
def indicators(material: Material) -> Section | None:
    told = [one for one in material.worst_first if material.is_told(one)]
    if not told:
        return None
    exceptions = [one for one in told if one.needs_comment]
    blocks: list[Block] = [matrix(material, told)]
    for number_, known in enumerate(exceptions):
        blocks += exception(material, known, with_chart=number_ < CHARTS_SHOWN)
    # What is unusual without worrying is commented only when somebody wished to.
    for known in told:
        if not known.needs_comment and (known.code in material.comments or material.unit_comments.get(known.code)):
            blocks += [Heading(known.passport.name), *said(material, known, is_needed=False)]
    return Section("indicators", _("Indicators"), tuple(blocks))


def matrix(material: Material, told: Sequence[Known]) -> Table:
    book, rows = material.book, []
    marks = set()
    for known in told:
        value = known.value
        mark = mark_of(value.status) if value else ""
        marks |= {mark}
        variation = indicator_words.variation_verdict(known.chart.variation) if known.chart else None
        assurance = indicator_words.assurance_verdict(known.chart.assurance) if known.chart else None
        before = f"{known.code}.year_ago"
        rows.append(
            (
                Cell(known.passport.name), book.cell(known.code, mark=mark),
                Cell(variation.word, tone=variation.tone, icon=variation.icon) if variation else Cell("–"),
                Cell(assurance.word, tone=assurance.tone, icon=assurance.icon) if assurance else Cell("–"),
                Cell(known.words(known.target) if known.target is not None else "–", known.target),
                book.cell(before, mark=mark_of(known.year_ago.status)) if known.year_ago else Cell("–"),
                Cell(interval_words(known)), Cell(quality_word(known)),
            )
        )  # fmt: skip
    notes = []
    if "p" in marks:
        notes.append(_("p: provisional until the day that the definition names; restated values stand in the annex."))
    if any(one.value and one.value.is_hidden for one in told):
        notes.append(_("Too few: fewer rows than may be shown, or the value could be found by subtraction."))
    return Table(
        _("Indicators of the period"),
        (
            Column(_("Indicator")), Column(_("Value"), True), Column(_("Variation")), Column(_("Assurance")),
            Column(pgettext("of an indicator", "Target"), True), Column(_("A year before"), True), Column(_("95% interval"), True), Column(_("Data")),
        ),
        tuple(rows), tuple(notes),
    )  # fmt: skip


def interval_words(known: Known) -> str:
    value = known.value
    if value is None or value.is_hidden or value.lower is None:
        return "–"
    decimals = known.passport.decimals
    return f"{number(value.lower, decimals)}–{number(value.upper, decimals)}"


def quality_word(known: Known) -> str:
    """Mark of the data's quality: agreed or only proposed, and whether the computation is still the agreed one."""
    if known.passport.state != Passport.State.AGREED:
        return _("not agreed yet")
    if passports.computation_changed(known.passport):
        return _("computed anew")
    return _("agreed")


def exception(material: Material, known: Known, *, with_chart: bool) -> list[Block]:
    shown: Block = (
        drawn(known)
        if with_chart
        else Paragraph(capfirst(indicator_charts.sentence_of(known.chart, known.passport)) if known.chart else "")
    )
    return [Heading(known.passport.name), shown, *said(material, known, is_needed=True)]


def drawn(known: Known, *, months: int = MONTHS_OF_CHART) -> Chart:
    chart, passport = known.chart, known.passport
    assert chart is not None  # noqa: S101 - only what has a chart is drawn
    marks = chart.marks[-months:]
    words = {"unit": passport.unit, "decimals": passport.decimals, "run_length": passport.run_length}
    series = [
        Series(_("Value"), tuple(one.period.value for one in marks)),
        Series(_("Mean"), tuple(indicator_words.finite(one.band.mean) for one in marks)),
        Series(_("Upper limit"), tuple(indicator_words.finite(one.band.upper) for one in marks), True),
        Series(_("Lower limit"), tuple(indicator_words.finite(one.band.lower) for one in marks), True),
    ]
    if chart.target is not None:
        series.append(Series(pgettext("of an indicator", "Target"), (chart.target,) * len(marks), True))
    return Chart(
        passport.name, capfirst(indicator_words.sentence(chart, **words)), str(indicator_words.drawing(chart, **words)), "control",
        tuple(f"{one.period.first:%m.%Y}" for one in marks), tuple(series), str(indicator_words.UNITS.get(passport.unit, "")),
    )  # fmt: skip


def said(material: Material, known: Known, *, is_needed: bool) -> list[Block]:
    own = material.comments.get(known.code)
    blocks: list[Block] = [comment_block(own, known.code)] if own else []
    if own is None and is_needed:
        blocks.append(Comment(known.code, "", "", "", "", "", "", True))
    blocks += [comment_block(one, known.code) for one in material.unit_comments.get(known.code, ())]
    return blocks


def comment_block(comment: ReportComment, about: str) -> Comment:
    author = comment.written_by.get_full_name()
    if comment.unit_id:
        author = f"{author}, {reference.units()[comment.unit_id].name}"
    owner = comment.owner.get_full_name() if comment.owner else ""
    return Comment(about, comment.what, comment.why, comment.action, owner, day(comment.due_on), author)


# --- 3 Volumes --------------------------------------------------------------------------------------------------------
def volumes(material: Material) -> Section | None:
    told = material.has("contacts", "cases_registered", "calls_offered")
    if not told:
        return None
    book = material.book

    def cell(name: str) -> Cell:
        return book.cell(name) if name in book.figures else Cell("–")

    rows = [
        (Cell(one.passport.name), cell(one.code), cell(f"{one.code}.year_ago"), cell(f"{one.code}.ytd"), cell(f"{one.code}.ytd_before"), Cell(change_words(material, one.code)))
        for one in told
    ]  # fmt: skip
    blocks: list[Block] = [
        Table(
            _("Volumes"),
            (
                Column(_("What")), Column(_("Period"), True), Column(_("A year before"), True), Column(_("Year to date"), True),
                Column(_("Year to date, a year before"), True), Column(pgettext("of figures", "Change"), True),
            ),
            tuple(rows),
            (_("Calls are counted by the telephone exchange, contacts by phone are those logged here: the two numbers differ."),)
            if {"contacts", "calls_offered"} <= {one.code for one in told} else (),
        )
    ]  # fmt: skip
    per_day = material.has("contacts_per_working_day")
    if per_day:
        blocks.append(Paragraph(_("Contacts a working day: %(value)s, a year before %(before)s.") % {
            # The unit stands in the sentence, once.
            "value": bare(per_day[0], per_day[0].value), "before": bare(per_day[0], per_day[0].year_ago),
        }, figures=("contacts_per_working_day",)))  # fmt: skip
    channels = shown_channels(material)
    if channels:
        rest = other_channels(material)
        whole = sum(len(keys) for _channel, keys, _before in channels) + rest
        hidden_before = material.hidden("channel_before", material.channels_before)
        others = (Cell(_("Other channels together")), book.cell("contacts.other_channels"), Cell(percent_words(rest, whole), 100 * rest / whole), Cell("–")) if rest else None  # fmt: skip
        blocks.append(
            Table(
                _("Contacts by channel"),
                (Column(_("Channel")), Column(_("Contacts"), True), Column(_("Share"), True), Column(_("A year before"), True)),
                tuple(
                    (
                        Cell(reference.channels()[channel_id].name), book.cell(f"contacts.{reference.channels()[channel_id].code}"),
                        Cell(percent_words(len(keys), whole), 100 * len(keys) / whole),
                        Cell("–") if channel_id in hidden_before else Cell(number(before), float(before)),
                    )
                    for channel_id, keys, before in channels
                ) + ((others,) if others else ()),
                (_("Channels with fewer than five contacts are told together."),) if others else (),
            )
        )  # fmt: skip
    contacts = material.known.get("contacts")
    if contacts and contacts.chart is not None and material.unit_id is None and not contacts.needs_comment:
        blocks.append(drawn(contacts))
    return Section("volumes", _("Volumes and channels"), tuple(blocks))


def bare(known: Known, value: PeriodValue | None) -> str:
    """The number without its unit; a dash where there is none or it is hidden."""
    return number(value.value, known.passport.decimals) if value and value.value is not None else "–"


def percent_words(part: float, whole: float) -> str:
    return indicator_words.value_words(100 * part / whole, "percent", 1) if whole else "–"


def change_words(material: Material, code: str) -> str:
    """Year to date against the year before."""
    figures = material.book.figures
    now, before = figures.get(f"{code}.ytd"), figures.get(f"{code}.ytd_before")
    if now is None or before is None or not before.value or now.value is None:
        return "–"
    change = round(100 * (now.value - before.value) / before.value, 1) or 0.0  # neither +0,0 nor −0,0
    return ("+" if change > 0 else "") + indicator_words.value_words(change, "percent", 1)


# --- 4 Complaints -----------------------------------------------------------------------------------------------------
def compared(material: Material, told: Sequence[Known], caption: str) -> Table:
    book = material.book
    return Table(
        caption,
        (Column(_("Indicator")), Column(_("Value"), True), Column(pgettext("how many rows", "Of"), True), Column(_("95% interval"), True), Column(_("A year before"), True)),
        tuple(
            (
                Cell(one.passport.name), book.cell(one.code),
                Cell(number(one.value.denominator, 0) if one.value and one.value.denominator and not one.value.is_hidden else "–", one.value.denominator if one.value else None),
                Cell(interval_words(one)),
                book.cell(f"{one.code}.year_ago") if one.year_ago is not None else Cell("–"),
            )
            for one in told
        ),
    )  # fmt: skip


def complaints(material: Material) -> Section | None:
    told = material.has(*COMPLAINTS)
    if not told and not material.causes:
        return None
    blocks: list[Block] = [compared(material, told, _("Complaints and how they were settled"))] if told else []
    blocks += groups_table(
        material,
        "cause",
        material.causes,
        _("Root causes of complaints decided"),
        _("Cause"),
        _("Complaints"),
        CAUSES_SHOWN,
    )
    return Section("complaints", _("Complaints"), tuple(blocks))


def groups_table(
    material: Material, name: str, found, caption: str, label: str, counted: str, most: int
) -> list[Block]:
    """The most frequent first; groups of few are told together."""
    book, causes = material.book, reference.causes()
    shown = [
        (f"{name}.{causes[key].code}" if key is not None else f"{name}.none", causes[key].name if key is not None else _("not said"), len(keys))
        for key, keys in found.items() if key is None or key in causes
    ]  # fmt: skip
    listed = sorted((row for row in shown if row[0] in book.figures), key=lambda row: (-row[2], row[1]))[:most]
    if not listed:
        return []
    notes = (_("Groups of fewer than five, and what is rarer, are left out."),) if len(listed) < len(found) else ()
    return [
        Table(
            caption, (Column(label), Column(counted, True)),
            tuple((Cell(words), book.cell(figure)) for figure, words, _n in listed), notes,
        )
    ]  # fmt: skip


# --- 5 Clients --------------------------------------------------------------------------------------------------------
def clients(material: Material) -> Section | None:
    told = material.has(*CLIENTS)
    if not told:
        return None
    blocks: list[Block] = [compared(material, told, _("What clients say"))]
    blocks += groups_table(
        material, "theme", material.themes, _("Themes of what clients wrote"), _("Theme"), _("Answers"), THEMES_SHOWN
    )
    if material.unit_id is None:
        # What was withheld after it was chosen is not told any more.
        released = Q(answer__isnull=True) | Q(answer__state=OpenAnswer.State.RELEASED)
        quotes = list(material.report.quotes.filter(released)[:QUOTES_SHOWN])
        if quotes:
            blocks.append(Heading(_("In clients' words")))
            blocks += [Quote(one.text, _("from a survey")) for one in quotes]
    return Section("clients", _("Satisfaction"), tuple(blocks))


# --- 6 Work -----------------------------------------------------------------------------------------------------------
def work(material: Material) -> Section | None:
    told = material.has(*WORK)
    if not told:
        return None
    book = material.book
    blocks: list[Block] = [compared(material, told, _("Work"))]
    if "open_age.p50" in book.figures:
        blocks.append(
            Table(
                _("Age of open cases at the end, days"),
                (Column(_("Cases")), Column(_("half up to"), True), Column(_("85% up to"), True), Column(_("95% up to"), True)),
                ((Cell(_("Open cases")), *(book.cell(f"open_age.{name}") for name in ("p50", "p85", "p95"))),),
            )
        )  # fmt: skip
    calls = material.has(*CALLS) if material.unit_id is None else []
    if calls:
        blocks.append(compared(material, calls, _("Telephone")))
    return Section("work", _("Workload and telephone"), tuple(blocks))


# --- 7 Actions --------------------------------------------------------------------------------------------------------
def actions(material: Material) -> Section | None:
    found = material.actions
    if not found:
        return None
    book = material.book
    names = {
        "new": _("Begun in the period"),
        "open": _("Open"),
        "overdue": _("Overdue"),
        "closed": _("Closed in the period"),
    }
    counts = Table(
        _("Improvement actions"), (Column(_("What")), Column(_("Actions"), True)),
        tuple((Cell(words), book.cell(f"actions.{name}")) for name, words in names.items()),
    )  # fmt: skip
    # A report is one for all its readers: an action made of a case that some of them may not see is counted and not named.
    named = [one for one in found if not one.is_of_closed_case]
    notes = []
    if len(named) > ACTIONS_SHOWN:
        notes.append(_("The first %(shown)s of %(count)s; the rest stand in the register.") % {"shown": ACTIONS_SHOWN, "count": len(named)})  # fmt: skip
    if left_out := len(found) - len(named):
        notes.append(ngettext("%(count)s action is not named here: it comes from a case that not every reader may see.", "%(count)s actions are not named here: they come from cases that not every reader may see.", left_out) % {"count": left_out})  # fmt: skip
    listed = Table(
        _("Register of actions"),
        (Column(pgettext("a deed", "Action")), Column(_("Owner")), Column(_("Due")), Column(_("State")), Column(_("Effect"))),
        tuple(
            (
                Cell(f"{one.number} {one.title}"), Cell(person_name(one.owner_id)),
                Cell(day(one.due_on), tone="bad" if material.is_overdue(one) else "", icon="clock" if material.is_overdue(one) else ""),
                Cell(str(one.get_state_display())), Cell(str(Improvement.Effect(one.effect).label)),
            )
            for one in named[:ACTIONS_SHOWN]
        ),
        tuple(notes),
    )  # fmt: skip
    return Section("actions", _("Improvement actions"), (counts, listed))


def figures_as_of(material: Material) -> list[str]:
    """The moment of the issue, and when the measured values were taken, which what breaks them down rests on too."""

    def said(moment) -> str:
        return f"{timezone.localtime(moment):%d.%m.%Y %H.%M}"

    words = [_("Figures as of %(moment)s.") % {"moment": said(material.cut_off)}]
    if material.measured_between is not None:
        first, last = map(said, material.measured_between)
        words.append(
            _(
                "Indicators and their parts count the rows as they stood when they were measured, %(first)s to %(last)s; what changed since is told only by a restatement."
            )
            % {"first": first, "last": last}
        )
    return words


# --- Annex ------------------------------------------------------------------------------------------------------------
def annex(material: Material) -> Section:
    blocks: list[Block] = []
    if material.restated:
        blocks.append(
            Table(
                _("Restated values"),
                (Column(_("Indicator")), Column(_("Month")), Column(_("Before"), True), Column(_("Now"), True), Column(_("Reason"))),
                tuple(
                    (
                        Cell(material.known[one["indicator"]].passport.name), Cell(month(date.fromisoformat(one["first_day"]))),
                        Cell(material.known[one["indicator"]].words(one["old"]), one["old"]), Cell(material.known[one["indicator"]].words(one["new"]), one["new"], mark="r"),
                        Cell(one["reason"]),
                    )
                    for one in material.restated
                ),
            )
        )  # fmt: skip
    if material.checks:
        blocks.append(
            Table(
                _("Quality of the data"), (Column(pgettext("of data", "Check")), Column(_("Rows"), True), Column(pgettext("how many rows", "Of"), True), Column(_("Share"), True)),
                tuple(
                    (Cell(str(one.check.words)), material.book.cell(f"check.{one.check.code}"), Cell(number(one.of), float(one.of)), Cell(percent_words(len(one.keys), one.of)))
                    for one in material.checks
                ),
            )
        )  # fmt: skip
    hidden = sum(one.is_hidden for one in material.book.figures.values())
    english = translation.get_language() == "en"
    blocks.append(
        Items(
            (
                *figures_as_of(material),
                ngettext("%(count)s figure is hidden because it counts too few.", "%(count)s figures are hidden because they count too few.", hidden) % {"count": hidden},
                _("Intervals: Wilson for shares, Byar for rates, 95%. Variation and assurance are judged by control charts (methods of NHS England, Making Data Count)."),
            )
        )
    )  # fmt: skip
    told = [one for one in material.known.values() if material.is_told(one)]
    blocks.append(
        Table(
            _("Definitions"), (Column(_("Indicator")), Column(_("Numerator")), Column(_("Denominator"))),
            tuple(
                (Cell(one.passport.name), Cell(one.passport.numerator_en if english else one.passport.numerator_et), Cell((one.passport.denominator_en if english else one.passport.denominator_et) or "–"))
                for one in told
            ),
        )
    )  # fmt: skip
    notes = dict.fromkeys((one.passport.quality_note_en if english else one.passport.quality_note_et) for one in told)
    blocks += [Heading(_("Known limits of the data")), Items(tuple(note for note in notes if note))]
    return Section("annex", _("Annex"), tuple(blocks))
