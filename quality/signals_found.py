"""Signals of control charts: found when a month was measured, told once, commented by people."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.models import RoleHolding
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from quality import indicator_charts, passports
from quality.control_chart_kinds import Variation
from quality.indicator_chart import IndicatorChart
from quality.models import Indicator, Measurement, Signal
from quality.periods import month_start

CONCERNS = {Variation.CONCERN_HIGH, Variation.CONCERN_LOW}

notice_texts.register("signal.found", gettext_lazy("“%(name)s”: %(what)s"), asks=True)


def look(first: date, *, today: date) -> int:
    """Whether the month's points stand out; new signals are kept and told to the heads of bureau. Safe to repeat."""
    found = 0
    in_force = passports.passports_in_force()
    for indicator in Indicator.objects.filter(is_in_use=True).prefetch_related("targets", "rebases"):
        passport = in_force.get(indicator.pk)
        if passport is None or passport.chart == "none":
            continue
        chart = indicator_charts.chart_for(indicator, passport, until=month_start(first))
        if chart is None or chart.last.period.first != month_start(first) or chart.last.point.rule is None:
            continue
        if not is_told(indicator, chart):
            found += keep(indicator, passport, chart, first=month_start(first))
    return found


def is_told(indicator: Indicator, chart: IndicatorChart) -> bool:
    """Whether the run or trend that the last point belongs to was told before: a lasting change is one signal, not one a month, also
    where a later look names its rule otherwise."""
    since = chart.since
    if since is None:
        return True
    return Signal.objects.filter(
        indicator=indicator, unit__isnull=True, period=Measurement.Period.MONTH, is_high=chart.last.point.is_high,
        first_day__gte=since.period.first, first_day__lte=chart.last.period.first,
    ).exists()  # fmt: skip


@transaction.atomic
def keep(indicator: Indicator, passport, chart, *, first: date) -> bool:
    mark = chart.last
    made, is_new = Signal.objects.get_or_create(
        indicator=indicator, unit=None, period=Measurement.Period.MONTH, first_day=first, rule=str(mark.point.rule),
        defaults={"is_high": mark.point.is_high, "is_concern": chart.variation in CONCERNS},
    )  # fmt: skip
    if is_new:
        tell_heads(made, name=passport.name_et, what=str(indicator_charts.sentence_of(chart, passport))[:300])
    return is_new


def tell_heads(signal: Signal, *, name: str, what: str) -> None:
    heads = RoleHolding.objects.in_force(timezone.localdate()).filter(role="head_of_bureau").select_related("user")
    url = f"/indicators/{signal.indicator.code}/"
    notify(users=[one.user for one in heads], kind="signal.found", url=url, once_key=f"signal-{signal.pk}", name=name, what=what)  # fmt: skip


@transaction.atomic
def comment(*, signal: Signal, text: str, by) -> Signal:
    """What people know of it; a signal without a comment waits."""
    if not text.strip():
        raise DeedRefused(_("Write what happened, or that it is being looked into."), field="comment")
    held = Signal.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=signal.pk)
    held.comment, held.commented_by, held.commented_at = text.strip(), by, timezone.now()
    held.save(update_fields=["comment", "commented_by", "commented_at"])
    record("signal.commented", by=by, on=held, label=held.indicator.code, first_day=str(held.first_day))
    return held
