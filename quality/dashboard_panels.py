"""The dashboard's charts as they stand on the page, each with its sentence and table. Every number opens its rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau.chart_kinds import (
    Bar,
    BarData,
    Cell,
    ControlData,
    Level,
    LineData,
    MapData,
    Mark,
    bars,
    by_month,
    hour_map,
    with_usual_band,
)
from bureau.charts import draw_all, step_of
from bureau.templatetags.formats import day, day_short, month, number, percent
from quality import dashboard_words as words
from quality.dashboard import Figures, SignalKind
from quality.filters import shown_days
from quality.intake import DayPoint
from quality.periods import Period
from quality.row_links import RowLinks, linked
from quality.small_numbers import Share
from quality.timeliness import MonthPoint

WORDED_SIGNALS = 1  # more words than this would lie over each other


@dataclass(frozen=True)
class Panel:
    """A chart with its sentence and the table of its numbers."""

    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    svg: SafeString | str = ""
    url: str = ""
    link: str = ""
    summary: str = ""


# --- Charts -----------------------------------------------------------------------------------------------------------
def panels(figures: Figures, links: RowLinks, names: Iterable[str]) -> dict[str, Panel]:
    """The charts asked for, drawn together."""
    made = {name: MAKERS[name](figures, links) for name in names}
    made = {name: one for name, one in made.items() if one is not None}
    svgs = draw_all({name: declaration for name, (_panel, declaration) in made.items() if declaration})
    return {name: replace(panel, svg=svgs.get(name, "")) for name, (panel, _declaration) in made.items()}


def contacts_panel(figures: Figures, links: RowLinks):
    marks = tuple(day_mark(point, figures, links) for point in figures.days)
    signals = [at for at, mark in enumerate(marks) if mark.is_signal]
    marks = tuple(
        replace(mark, word=mark.word if at in signals[-WORDED_SIGNALS:] or mark.is_open else "")
        for at, mark in enumerate(marks)
    )
    rows = tuple(
        (
            span_words(point),
            linked(
                links.contacts(Period(point.first, point.last)), number(point.contacts, 1 if figures.is_by_week else 0)
            ),
            f"{number(point.lower, 0)}–{number(point.upper, 0)}" if point.upper is not None else "",
            verdict(point),
        )
        for point in reversed(figures.days)
    )
    title = _("Contacts per working day, by week") if figures.is_by_week else _("Contacts per day")
    columns = (_("Week") if figures.is_by_week else _("Day"), _("Contacts"), _("Usual range"), _("Assessment"))
    unit = _("contacts a working day") if figures.is_by_week else _("contacts a day")
    panel = Panel(title, words.contacts_sentence(figures), columns, rows)
    return panel, (with_usual_band, LineData(marks, unit)) if marks else None


def span_words(point: DayPoint) -> str:
    return day(point.first) if point.first == point.last else f"{day_short(point.first)}–{day(point.last)}"


def verdict(point: DayPoint) -> str:
    if point.is_unfinished and not point.is_above:
        return _("not over yet")
    return _("above the usual") if point.is_above else _("below the usual") if point.is_below else ""


def day_mark(point: DayPoint, figures: Figures, links: RowLinks) -> Mark:
    is_above = point.is_above or (
        point.is_unfinished and SignalKind.INTAKE_ABOVE in {one.kind for one in figures.signals}
    )
    is_below = point.is_below or (
        point.is_unfinished and SignalKind.INTAKE_BELOW in {one.kind for one in figures.signals}
    )
    word = _("above the usual") if is_above else _("below the usual") if is_below else ""
    if point.is_unfinished:
        word = _("today, %(word)s") % {"word": word} if word else pgettext("point of a chart", "today")
    contacts = ngettext("%(count)s contact", "%(count)s contacts", round(point.contacts)) % {
        "count": number(point.contacts)
    }
    return Mark(
        label=day_short(point.first), value=point.contacts, tip=f"{span_words(point)}: {contacts}",
        url=links.contacts(Period(point.first, point.last)), low=point.lower, high=point.upper, is_signal=is_above or is_below,
        is_low=is_below, is_open=point.is_unfinished, word=word,
    )  # fmt: skip


def timeliness_panel(figures: Figures, links: RowLinks):
    shown = [point for point in figures.timeliness.months if point.replies.value is not None]
    flagged = [point for point in shown if point.rule]
    same_side = [point for point in flagged if point.is_high == flagged[-1].is_high]
    # The word stands at the farthest point, where no line crosses it.
    worded = (
        (max if same_side[-1].is_high else min)(same_side, key=lambda point: point.replies.value or 0)
        if flagged
        else None
    )
    marks = tuple(month_mark(point, links, with_word=point is worded) for point in shown)
    limits = figures.timeliness.limits
    levels: tuple[Level, ...] = ()
    if limits:
        levels = (
            Level(limits.mean, _("mean %(value)s") % {"value": number(limits.mean, 0)}, False),
            Level(limits.lower, _("usual from %(value)s") % {"value": number(limits.lower, 0)}, True),
            Level(limits.upper, _("to %(value)s") % {"value": number(limits.upper, 0)}, True),
        )
    rows = tuple(month_row(point, links) for point in reversed(figures.timeliness.months))
    columns = (_("Month"), _("In time"), _("Replies"), _("Late"), _("Assessment"))
    panel = Panel(_("Replies in time, by month"), words.timeliness_sentence(figures), columns, rows)
    return panel, (by_month, ControlData(marks, _("% in time"), levels)) if marks else None


def month_mark(point: MonthPoint, links: RowLinks, *, with_word: bool) -> Mark:
    value, days = 100 * (point.replies.value or 0), Period(point.first, point.last)
    word = (_("above the usual") if point.is_high else _("below the usual")) if with_word else ""
    share = _("%(share)s of %(count)s replies in time") % {
        "share": percent(point.replies.value),
        "count": number(point.replies.whole),
    }
    return Mark(
        label=f"{point.first:%m.%y}", value=value, tip=f"{capfirst(month(point.first))}: {share}", url=links.judged(days),
        is_signal=point.rule is not None, is_low=not point.is_high, is_open=point.is_unfinished and point.rule is None, word=word,
    )  # fmt: skip


def month_row(point: MonthPoint, links: RowLinks) -> tuple[object, ...]:
    days = Period(point.first, point.last)
    if point.rule:
        said = _("above the usual") if point.is_high else _("below the usual")
    elif point.is_unfinished:
        said = _("not over yet")
    else:
        said = pgettext("small number", "few") if point.replies.is_of_few else ""
    return (
        capfirst(month(point.first)), shown_share(point.replies), linked(links.judged(days), number(point.replies.whole)),
        linked(links.answered(days, on_time=False), number(point.replies.rest)), said,
    )  # fmt: skip


def part_of(count: int, whole: int) -> str:
    """12%; what is there but rounds to nothing is "<1%"."""
    share = count / whole if whole else 0
    return f"<{percent(0.01)}" if 0 < share < 0.005 else percent(share)


def shown_share(share: Share | None) -> str:
    """87%; a dash where fewer than five would pretend to be a share."""
    return percent(share.value) if share and share.value is not None else "–"


def kinds_panel(figures: Figures, links: RowLinks):
    shown = [row for row in figures.kinds if row.replies.value is not None][:10]
    data = BarData(
        tuple(
            Bar(
                label=words.kind_name(row.kind_id), value=100 * (row.replies.value or 0),
                shown=f"{percent(row.replies.value)} · {number(row.replies.whole)}",
                tip=f"{words.kind_name(row.kind_id)}: {percent(row.replies.value)}",
                url=links.judged(figures.period, kind_id=row.kind_id), is_pale=row.replies.is_of_few,
            )
            for row in shown
        ),
        highest=100,
        label_width=190,
        width=570,
    )  # fmt: skip
    columns = [_("Kind"), _("In time"), _("Replies"), _("Late")]
    rows = []
    for row in figures.kinds:
        cells = [
            words.kind_name(row.kind_id), shown_share(row.replies),
            linked(links.judged(figures.period, kind_id=row.kind_id), number(row.replies.whole)),
            linked(links.answered(figures.period, kind_id=row.kind_id, on_time=False), number(row.replies.rest)),
        ]  # fmt: skip
        rows.append(tuple(cells + ([shown_share(row.former)] if figures.former else [])))
    if figures.former:
        columns.append(shown_days(figures.former, figures.today))
    panel = Panel(_("Replies in time, by kind"), words.kinds_sentence(figures), tuple(columns), tuple(rows))
    return panel, (bars, data) if data.bars else None


def count_columns(figures: Figures, first: str) -> tuple[str, ...]:
    columns = (first, _("Contacts"), _("Share"))
    return (*columns, shown_days(figures.former, figures.today)) if figures.former else columns


def channels_panel(figures: Figures, links: RowLinks):
    whole = sum(row.contacts for row in figures.channels)
    data = BarData(
        tuple(
            Bar(
                label=capfirst(words.channel_name(row.ids[0])), value=row.contacts, shown=f"{number(row.contacts)} · {part_of(row.contacts, whole)}",
                tip=f"{capfirst(words.channel_name(row.ids[0]))}: {number(row.contacts)}", url=links.contacts_of_channel(figures.period, row.ids[0]),
            )
            for row in figures.channels
        ),
        label_width=160,
        width=570,
    )  # fmt: skip
    rows = tuple(
        (
            capfirst(words.channel_name(row.ids[0])), linked(links.contacts_of_channel(figures.period, row.ids[0]), number(row.contacts)),
            part_of(row.contacts, whole), *former_cell(figures, row.former, lambda period, row=row: links.contacts_of_channel(period, row.ids[0])),
        )
        for row in figures.channels
    )  # fmt: skip
    panel = Panel(
        _("Contacts by channel"), words.channels_sentence(figures), count_columns(figures, _("Channel")), rows
    )
    return panel, (bars, data) if data.bars else None


def former_cell(figures: Figures, count: int | None, url_of) -> tuple[object, ...]:
    if figures.former is None:
        return ()
    return (linked(url_of(figures.former), number(count or 0)),)


def topics_panel(figures: Figures, links: RowLinks):
    whole = sum(row.contacts for row in figures.topics)
    data = BarData(
        tuple(
            Bar(
                label=capfirst(words.topic_name(row)), value=row.contacts, shown=number(row.contacts),
                tip=f"{capfirst(words.topic_name(row))}: {number(row.contacts)}", url=links.contacts_of_topics(figures.period, row.ids),
                is_pale=row.is_rest or not row.ids,
            )
            for row in figures.topics
        ),
        label_width=165,
    )  # fmt: skip
    rows = tuple(
        (
            linked(links.narrower_topic(row.ids), capfirst(words.topic_name(row))),
            linked(links.contacts_of_topics(figures.period, row.ids), number(row.contacts)), part_of(row.contacts, whole),
            *former_cell(figures, row.former, lambda period, row=row: links.contacts_of_topics(period, row.ids)),
        )
        for row in figures.topics
    )  # fmt: skip
    panel = Panel(_("Contacts by topic"), words.topics_sentence(figures), count_columns(figures, _("Topic")), rows)
    return panel, (bars, data) if data.bars else None


def backlog_panel(figures: Figures, links: RowLinks):
    groups = figures.backlog.by_age
    urls = {
        group: links.open_cases(registered_from=group.first, registered_to=group.last if group.from_days else None)
        for group in groups
    }
    labels = {group: words.age_words(group.from_days, group.to_days) for group in groups}
    data = BarData(
        tuple(
            Bar(
                label=labels[group],
                value=group.count,
                shown=number(group.count),
                tip=f"{labels[group]}: {number(group.count)}",
                url=urls[group],
            )
            for group in groups
        ),
        label_width=90,
    )
    rows = tuple(
        (
            labels[group], linked(urls[group], number(group.count)),
            linked(links.open_cases(due="late", registered_from=group.first, registered_to=group.last if group.from_days else None), number(group.late)),
        )
        for group in groups
    )  # fmt: skip
    # Of a period that is over too, it shows what is open today.
    title = _("Age of open cases") if figures.period.holds(figures.today) else _("Age of open cases today")
    panel = Panel(title, words.backlog_sentence(figures), (_("Age"), _("Open"), _("Late")), rows)
    return panel, (bars, data) if figures.backlog.open else None


def hours_panel(figures: Figures, links: RowLinks):
    hours = figures.hours
    if hours is None:
        return None
    highest = max((hours.mean(*at) for at in hours.totals), default=0)
    names = {weekday: str(WEEKDAYS_ABBR[weekday]) for weekday in hours.weekdays}
    cells = tuple(
        Cell(
            column=str(hour), row=names[weekday], step=step_of(hours.mean(weekday, hour), highest),
            shown=number(hours.mean(weekday, hour), 1 if highest < 20 else 0) if (weekday, hour) in hours.totals else "",
            is_dark=step_of(hours.mean(weekday, hour), highest) > 2,
            tip=_("%(weekday)s %(from)s–%(to)s: %(mean)s contacts an hour") % {
                "weekday": capfirst(words.weekday_name(weekday)), "from": words.hour_words(hour), "to": words.hour_words(hour + 1),
                "mean": number(hours.mean(weekday, hour), 1),
            },
            url=links.contacts_of_hour(hours.period, weekday, hour) if (weekday, hour) in hours.totals else "",
        )
        for weekday in hours.weekdays
        for hour in hours.hours
    )  # fmt: skip
    data = MapData(cells, tuple(str(hour) for hour in hours.hours), tuple(names.values()))
    rows = tuple(
        (
            capfirst(words.weekday_name(weekday)),
            *(
                linked(links.contacts_of_hour(hours.period, weekday, hour), number(hours.mean(weekday, hour), 1)) if (weekday, hour) in hours.totals else "–"
                for hour in hours.hours
            ),
        )
        for weekday in hours.weekdays
    )  # fmt: skip
    columns = (_("Weekday"), *(f"{hour}–{hour + 1}" for hour in hours.hours))
    panel = Panel(_("Contacts by hour, a usual week"), words.hours_sentence(figures), columns, rows)
    return panel, (hour_map, data) if cells else None


MAKERS = {
    "contacts": contacts_panel, "timeliness": timeliness_panel, "kinds": kinds_panel, "channels": channels_panel,
    "topics": topics_panel, "backlog": backlog_panel, "hours": hours_panel,
}  # fmt: skip
