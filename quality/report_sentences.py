"""The computed sentences of a report: how the period went, in five. Made in the language in force."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau import reference
from bureau.templatetags.formats import month, number
from quality.dashboard_words import listing
from quality.report_content import (
    Block,
    Heading,
    Items,
    Paragraph,
    Section,
)
from quality.report_material import Known, Material, action_groups
from quality.signals_found import CONCERNS


# --- 1 Summary --------------------------------------------------------------------------------------------------------
def summary(material: Material) -> Section:
    sentences = [words for make in SENTENCES if (words := make(material))]
    blocks: list[Block] = (
        [Items(tuple(sentences))] if sentences else [Paragraph(_("Nothing was recorded in this period."))]
    )
    if material.asks:
        language = translation.get_language() or "et"
        blocks += [
            Heading(_("Decisions asked")),
            Items(tuple(one.worded(language) for one in material.asks)),
        ]
    return Section("summary", _("Summary"), tuple(blocks))


def of_time(material: Material) -> str:
    known = material.known.get("answered_on_time")
    if known is None or known.value is None or not known.value.denominator:
        return ""
    facts = {"count": number(known.value.denominator, 0), "share": material.book.text("answered_on_time")}
    said = ngettext("We answered %(count)s case, %(share)s of them in time", "We answered %(count)s cases, %(share)s of them in time", int(known.value.denominator)) % facts  # fmt: skip
    return f"{said}; {variation_words(known)}."


def variation_words(known: Known) -> str:
    """What the control chart says, within a sentence."""
    chart = known.chart
    if chart is None or chart.last.point.rule is None:
        return _("as usual")
    since = chart.since
    worse = chart.variation in CONCERNS
    what = (
        _("worse than usual")
        if worse
        else _("better than usual")
        if "improvement" in str(chart.variation)
        else _("unlike the usual")
    )
    if since is not None and since.period.first != chart.last.period.first:
        return _("%(what)s since %(month)s, and not by chance") % {"what": what, "month": month(since.period.first)}
    return _("%(what)s, and not by chance") % {"what": what}


def of_complaints(material: Material) -> str:
    known = material.known.get("complaints_per_thousand")
    if known is None or known.value is None or known.value.value is None:
        return ""
    count = int(known.value.numerator or 0)
    said = ngettext("There was %(count)s complaint, %(rate)s of the contacts (%(variation)s)", "There were %(count)s complaints, %(rate)s of the contacts (%(variation)s)", count) % {
        "count": number(count), "rate": material.book.text("complaints_per_thousand"), "variation": variation_words(known),
    }  # fmt: skip
    top = top_groups(material, "cause", material.causes, 2)
    if not top:
        return f"{said}."
    return _("%(said)s; of those decided the most frequent causes were: %(causes)s.") % {
        "said": said,
        "causes": listing(top),
    }


def top_groups(material: Material, name: str, found, count: int) -> list[str]:
    causes = reference.causes()
    named = [
        (len(keys), causes[key].name) for key, keys in found.items()
        if key in causes and f"{name}.{causes[key].code}" in material.book.figures
    ]  # fmt: skip
    return [words for _n, words in sorted(named, key=lambda row: (-row[0], row[1]))[:count]]


def of_clients(material: Material) -> str:
    known = material.known.get("satisfaction")
    if known is None or known.value is None or known.value.value is None:
        return ""
    return ngettext(
        "Satisfaction was %(value)s (%(low)s to %(high)s, %(count)s answer), %(variation)s.",
        "Satisfaction was %(value)s (%(low)s to %(high)s, %(count)s answers), %(variation)s.", known.value.rows,
    ) % {
        "value": material.book.text("satisfaction"), "low": known.words(known.value.lower), "high": known.words(known.value.upper),
        "count": number(known.value.rows), "variation": variation_words(known),
    }  # fmt: skip


def of_calls(material: Material) -> str:
    known = material.known.get("calls_in_time")
    if known is None or known.value is None or known.value.value is None:
        return ""
    return ngettext(
        "Of %(count)s call %(share)s was answered within the promised time; %(variation)s.",
        "Of %(count)s calls %(share)s were answered within the promised time; %(variation)s.", int(known.value.denominator or 0),
    ) % {
        "count": number(known.value.denominator, 0), "share": material.book.text("calls_in_time"), "variation": variation_words(known),
    }  # fmt: skip


def of_work(material: Material) -> str:
    known = material.known.get("open_cases")
    if known is None or known.value is None or known.value.value is None:
        return ""
    late = material.known.get("late_open")
    words = ngettext("At the end %(count)s case was open", "At the end %(count)s cases were open", int(known.value.value)) % {"count": material.book.text("open_cases")}  # fmt: skip
    if late and late.value and late.value.numerator is not None and not late.value.is_hidden:
        words += _(", %(late)s of them late") % {"late": number(late.value.numerator, 0)}
    groups = action_groups(material)
    if groups["open"]:
        words += "; " + _("improvement actions: %(open)s open, %(overdue)s of them overdue, %(closed)s closed in the period") % {
            name: number(len(found)) for name, found in groups.items()
        }  # fmt: skip
    return f"{words}."


SENTENCES = (of_time, of_complaints, of_clients, of_calls, of_work)
