"""What a report says: its sections, figures and computed sentences, in both languages. Questions, no deeds.

Figures come from kept measurements; what none holds (channels, causes, themes, actions, checks) is counted here with the keys of its
rows. Sentences about figures are computed; what people think of them is theirs and only taken in. A part of the product that has
nothing to say in the period gives no section.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau import reference
from bureau.templatetags.formats import month
from quality.dashboard import code_fingerprint
from quality.models import Report
from quality.report_content import (
    Content,
    Edition,
    Paragraph,
    Section,
)
from quality.report_figures import LANGUAGES, CountedRows
from quality.report_material import Material, collect, definitions
from quality.report_sections import actions, annex, clients, complaints, indicators, volumes, work
from quality.report_sentences import summary


# --- Content ------------------------------------------------------------------------------------------------------------
def content_of(report: Report, *, issue: int = 0, cut_off: datetime | None = None, unit_id: int | None = None, corrects: str = "", reason: str = "") -> tuple[Content, list[CountedRows]]:  # fmt: skip
    """What the report would say now, and the rows of the figures that no measurement holds. `issue` 0 is a draft."""
    material = Material(report, cut_off or timezone.now(), unit_id)
    collect(material)
    editions = {}
    for language in LANGUAGES:
        with translation.override(language):
            editions[language] = edition(material, language, corrects=corrects, reason=reason)
    book = material.book
    content = Content(
        report.number, issue, report.period, report.first_day.isoformat(), report.last_day.isoformat(),
        timezone.localtime(material.cut_off).isoformat(timespec="seconds"), code_fingerprint(),
        reference.units()[unit_id].code if unit_id else "", dict(book.figures), editions, definitions(material),
        tuple(material.restated), tuple({"code": one.check.code, "count": len(one.keys), "of": one.of} for one in material.checks), corrects,
    )  # fmt: skip
    return content, book.rows


# --- An edition -------------------------------------------------------------------------------------------------------
def edition(material: Material, language: str, *, corrects: str, reason: str) -> Edition:
    report = material.report
    unit = reference.units()[material.unit_id].name if material.unit_id else ""
    makers: list[Callable[[Material], Section | None]] = [
        summary, indicators, volumes, complaints, clients, work, actions, annex,
    ]  # fmt: skip
    sections = [section for make in makers if (section := make(material)) is not None]
    if reason:
        told = Paragraph(
            _("This issue corrects issue %(issue)s: %(reason)s") % {"issue": corrects, "reason": reason}, True
        )
        first = sections[0]
        sections[0] = Section(first.code, first.title, (told, *first.blocks))
    return Edition(language, unit_title(report, unit), subtitle(report), tuple(sections))


def unit_title(report: Report, unit: str) -> str:
    title = period_words(report)
    return f"{title}: {unit}" if unit else title


def period_words(report: Report) -> str:
    """Oktoober 2026; 3. kvartal 2026; 2026. aasta"""
    if report.period == Report.Period.QUARTER:
        return _("Quarter %(quarter)s of %(year)s") % {
            "quarter": (report.first_day.month + 2) // 3,
            "year": report.first_day.year,
        }
    if report.period == Report.Period.YEAR:
        return _("The year %(year)s") % {"year": report.first_day.year}
    words = month(report.first_day)
    return words[:1].upper() + words[1:]


def subtitle(report: Report) -> str:
    kind = {
        Report.Period.MONTH: _("Monthly report"), Report.Period.QUARTER: _("Quarterly report"), Report.Period.YEAR: _("Yearly report"),
    }[Report.Period(report.period)]  # fmt: skip
    return f"{kind} · {_('Customer-service bureau')} · {settings.AGENCY_NAME}"
