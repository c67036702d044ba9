"""Columns of the lists of indicators and reports as files. The content of a report leaves with its own forms."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import gates, reference
from bureau.exports import Column, Listing, named, register
from bureau.models import User
from bureau.roles import Permission as P
from quality import indicator_pages, monthly_report, passports
from quality.models import Indicator, OwnReport, Report

REPORT_COLUMNS = (
    Column(_("Report"), of=monthly_report.period_words, width=28),
    Column(_("Period"), of=lambda one: one.get_period_display()),
    Column(_("State"), of=lambda one: one.get_state_display(), width=24),
    Column(_("To be issued by"), "due_on", width=12),
)
OWN_COLUMNS = (
    Column(_("Name"), "name", width=40),
    Column(_("Whose"), of=lambda one: named(reference.people(), one.owner_id), width=24),
)
INDICATOR_COLUMNS = (
    Column(_("Indicator"), width=40),
    Column(_("Value")),
    Column(_("Month"), width=12),
    Column(pgettext_lazy("of an indicator", "Target")),
)
SEES_REPORTS, SEES_INDICATORS = (P.REPORT_VIEW, P.REPORT_VIEW_UNIT), (P.INDICATOR_VIEW, P.INDICATOR_VIEW_UNIT)


def indicator_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return Indicator.objects.filter(is_in_use=True, pk__in=passports.passports_in_force())


def indicator_cells(user: User, today: date) -> Callable[[Any], Sequence[Any]]:
    """As the page tells them: the last whole month of the whole bureau, and what may be shown of it."""
    lines = {line.indicator.pk: line for line in indicator_pages.lines(user=user, unit_id=None, today=today)}

    def cells(indicator: Indicator) -> Sequence[Any]:
        line = lines[indicator.pk]
        return line.passport.name, line.value, line.last.first_day if line.last else None, line.target

    return cells


def report_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return Report.objects.visible_to(user).order_by("-first_day", "-pk")


def own_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return OwnReport.objects.visible_to(user).order_by("-pk")


gates.register_open("quality.indicator")
gates.register_apart("quality.report", lambda user: Report.objects.visible_to(user))
gates.register_apart("quality.ownreport", lambda user: OwnReport.objects.visible_to(user))
for _listing in (
    Listing("indicators", _("Indicators"), Indicator, P.INDICATOR_VIEW, lambda user: INDICATOR_COLUMNS, indicator_rows, page="quality:indicator_list", cells=indicator_cells),
    Listing("reports", _("Reports"), Report, SEES_REPORTS, lambda user: REPORT_COLUMNS, report_rows, page="quality:report_list"),
    Listing("own-reports", _("Own reports"), OwnReport, SEES_INDICATORS, lambda user: OWN_COLUMNS, own_rows, page="quality:own_report_list"),
):  # fmt: skip
    register(_listing)
