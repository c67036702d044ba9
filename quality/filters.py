"""What the dashboard is narrowed to: period, unit, service, channel, topic and what it is compared with, all in the address.

Names in the address: period (month, last_month, 30_days, quarter, year, days), from, to, unit, service, channel,
topic (codes), compare (former, year, none). What does not exist, or is not the person's to see, is refused with a sentence: a mistyped
filter never shows more.
"""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bureau import reference
from bureau.forms.fields import near_enough
from bureau.templatetags.formats import day, day_range, day_short, month
from complaints.filter_chips import Chip, Option, changed
from quality.dashboard import Filters, units_of
from quality.periods import Compare, Period, Span, compared_with, period_of

LONGEST_PERIOD_DAYS = 3660


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class DashboardFilter(forms.Form):
    period = forms.ChoiceField(
        required=False, label=gettext_lazy("Period"), choices=[(span.value, span.value) for span in Span]
    )
    unit = forms.CharField(required=False, label=gettext_lazy("Unit"))
    service = forms.CharField(required=False, label=gettext_lazy("Service"))
    channel = forms.CharField(required=False, label=gettext_lazy("Channel"))
    topic = forms.CharField(required=False, label=gettext_lazy("Topic"))

    def __init__(self, data: QueryDict, *, user, today: date):
        super().__init__(data)
        self.user, self.today = user, today
        self.own_units = units_of(user)
        # "from" is a word of Python; in the address it is a word of people.
        self.fields["from"] = forms.DateField(
            required=False, label=_("From"), widget=DayInput(), validators=[near_enough]
        )
        self.fields["to"] = forms.DateField(required=False, label=_("To"), widget=DayInput(), validators=[near_enough])
        self.fields["compare"] = forms.ChoiceField(
            required=False, label=_("Comparison"), choices=[(one.value, one.value) for one in Compare]
        )

    # --- Cleaning ---------------------------------------------------------------------------------------------------
    def clean_unit(self) -> reference.Entry | None:
        unit = self.listed("unit", reference.units(), _("There is no unit “%(code)s”."))
        if unit and self.own_units is not None and unit.id not in self.own_units:
            raise forms.ValidationError(_("The unit “%(code)s” is not yours."), params={"code": unit.code})
        return unit

    def clean_service(self) -> reference.Entry | None:
        return self.listed("service", reference.services(), _("There is no service “%(code)s”."))

    def clean_channel(self) -> reference.Entry | None:
        return self.listed("channel", reference.channels(), _("There is no channel “%(code)s”."))

    def clean_topic(self) -> reference.Entry | None:
        return self.listed("topic", reference.topics(), _("There is no topic “%(code)s”."))

    def listed(self, name: str, of: dict[int, reference.Entry], refusal: str) -> reference.Entry | None:
        code = self.cleaned_data[name]
        entry = reference.by_code(of).get(code)
        if code and entry is None:
            raise forms.ValidationError(refusal, params={"code": code})
        return entry

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from"), cleaned.get("to")
        if (first and first > self.today) or (first and last and first > last):
            self.add_error("from", _("The period must begin today or earlier, and not after its end."))
        elif first and ((last or self.today) - first).days > LONGEST_PERIOD_DAYS:
            self.add_error("from", _("The period may be ten years long at most."))
        return cleaned

    # --- Meaning ----------------------------------------------------------------------------------------------------
    @property
    def span(self) -> Span:
        given = self.cleaned_data.get("period")
        if self.cleaned_data.get("from") and given in {"", Span.CHOSEN.value, None}:
            return Span.CHOSEN
        return Span(given) if given and given != Span.CHOSEN.value else Span.THIS_MONTH

    @property
    def shown_period(self) -> Period:
        return period_of(
            self.span, today=self.today, first=self.cleaned_data.get("from"), last=self.cleaned_data.get("to")
        )

    @property
    def compare(self) -> Compare:
        return Compare(self.cleaned_data.get("compare") or Compare.FORMER)

    @property
    def filters(self) -> Filters:
        chosen = {name: self.cleaned_data.get(name) for name in ("unit", "service", "channel", "topic")}
        former = compared_with(self.shown_period, self.span, self.compare)
        return Filters(**{f"{name}_id": entry.id if entry else None for name, entry in chosen.items()}, former=former)


# --- In words ---------------------------------------------------------------------------------------------------------
def period_words(period: Period, span: Span | None = None) -> str:
    """november 2026 · 2026 · 01.10.2026–15.10.2026"""
    if span in {Span.THIS_MONTH, Span.LAST_MONTH} or period.is_whole_month:
        return month(period.first)
    if span is Span.THIS_QUARTER:
        return _("quarter %(number)s of %(year)s") % {
            "number": (period.first.month + 2) // 3,
            "year": period.first.year,
        }
    if span is Span.THIS_YEAR:
        return str(period.first.year)
    if span is Span.LAST_30_DAYS:
        return _("last 30 days")
    return day_range(period.first, period.last)


def shown_days(period: Period, today: date) -> str:
    """november 2026 when it is a whole month, else its days: 01.11–23.11, with the year when it is another one."""
    if period.is_whole_month:
        return capfirst(month(period.first))
    if period.first.year == period.last.year == today.year:
        return f"{day_short(period.first)}–{day_short(period.last)}"
    return (
        f"{day_short(period.first) if period.first.year == period.last.year else day(period.first)}–{day(period.last)}"
    )


def chips_of(form: DashboardFilter, query: QueryDict) -> list[Chip]:
    """Period, unit, service, channel, topic and comparison, each a choice; the choice made stands on the chip."""
    return [
        Chip(
            label=capfirst(period_words(form.shown_period, form.span)),
            is_active=True,
            options=period_options(form, query),
        ),
        *unit_chip(form, query),
        *service_chip(form, query),
        list_chip(
            query, "channel", form.cleaned_data.get("channel"), reference.channels(), _("All channels"), form.today
        ),
        topic_chip(form, query),
        Chip(label=compare_words(form), is_active=False, options=compare_options(form, query)),
    ]


def period_options(form: DashboardFilter, query: QueryDict) -> list[Option]:
    spans = [span for span in Span if span is not Span.CHOSEN]
    return [
        Option(
            capfirst(period_words(period_of(span, today=form.today), span)),
            changed(query, period=None if span is Span.THIS_MONTH else span.value, **{"from": None, "to": None}),
            is_current=span is form.span,
        )
        for span in spans
    ]


def unit_chip(form: DashboardFilter, query: QueryDict) -> list[Chip]:
    """Units of the person, in their tree; no chip where there is nothing to choose."""
    shown = [
        (depth, unit)
        for depth, unit in reference.in_tree(reference.units(), form.today)
        if form.own_units is None or unit.id in form.own_units
    ]
    if len(shown) < 2:
        return []
    chosen = form.cleaned_data.get("unit")
    everything = _("All units") if form.own_units is None else _("All my units")
    top = min(depth for depth, _unit in shown)
    options = [Option(everything, changed(query, unit=None), chosen is None)]
    options += [
        Option(
            "\N{EM SPACE}" * (depth - top) + unit.name,
            changed(query, unit=unit.code),
            chosen is not None and unit.id == chosen.id,
        )
        for depth, unit in shown
    ]
    return [Chip(label=chosen.name if chosen else everything, is_active=chosen is not None, options=options)]


def list_chip(
    query: QueryDict, name: str, chosen, of: dict[int, reference.Entry], everything: str, today: date
) -> Chip:
    options = [Option(everything, changed(query, **{name: None}), chosen is None)]
    options += [
        Option(
            capfirst(entry.name), changed(query, **{name: entry.code}), chosen is not None and entry.id == chosen.id
        )
        for entry in of.values()
        if entry.in_use(today)
    ]
    return Chip(label=capfirst(chosen.name) if chosen else everything, is_active=chosen is not None, options=options)


def service_chip(form: DashboardFilter, query: QueryDict) -> list[Chip]:
    """Services that a topic is about; what nothing is counted under is not offered."""
    chosen = form.cleaned_data.get("service")
    counted = {topic.service_id for topic in reference.topics().values()}
    services = {one.id: one for one in reference.services().values() if one.id in counted or one is chosen}
    return [list_chip(query, "service", chosen, services, _("All services"), form.today)] if services else []


def topic_chip(form: DashboardFilter, query: QueryDict) -> Chip:
    """Groups of topics; a topic chosen on a chart stands here to be taken away again."""
    chosen = form.cleaned_data.get("topic")
    groups = {one.id: one for one in reference.topics().values() if one.parent_id is None or one is chosen}
    return list_chip(query, "topic", chosen, groups, _("All topics"), form.today)


def compare_words(form: DashboardFilter) -> str:
    former = form.filters.former
    if former is None:
        return _("Compare with nothing")
    return _("Compare: %(period)s") % {"period": shown_days(former, form.today)}


def compare_options(form: DashboardFilter, query: QueryDict) -> list[Option]:
    labels = {
        Compare.FORMER: _("With the former period"), Compare.YEAR_AGO: _("With the same time a year ago"),
        Compare.NOTHING: pgettext("compare", "With nothing"),
    }  # fmt: skip
    options = []
    for one, label in labels.items():
        former = compared_with(form.shown_period, form.span, one)
        words = f"{label} · {shown_days(former, form.today)}" if former else label
        options.append(
            Option(words, changed(query, compare=None if one is Compare.FORMER else one.value), one is form.compare)
        )
    return options
