"""The register of complaints: figures that open their rows, and the rows as a file."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bureau.charts import draw
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.templatetags.formats import percent
from bureau.views.exports import list_export
from complaints.complaint_register import Register, filter_of, register_of
from complaints.complaint_register_chart import MOST_BARS, Bar, ParetoData, pareto
from complaints.forms.complaint_register import RegisterFilterForm


@requires(Permission.COMPLAINT_VIEW)
@require_GET
def complaint_register(request):
    kept = filter_of(request.GET)
    register = register_of(request.GET, user=request.user, today=request.today)
    context = {
        "register": register, "chart": pareto_of(register),
        "form": RegisterFilterForm(request.GET, today=request.today),
        "clear_url": reverse("complaints:complaint_register") if kept else "",
        "export_url": f"{reverse('complaints:complaint_export')}?{urlencode(kept)}" if request.user.may(Permission.CASE_EXPORT) else "",
    }  # fmt: skip
    return render(request, "complaints/complaint_register.html", context)


def pareto_of(register: Register) -> dict | None:
    """The chart of causes with its sentence and the table of its numbers; none where no cause is known."""
    if not register.causes:
        return None
    rows = [(line.label, line.count, share_words(line)) for line in register.causes]
    bars = tuple(
        Bar(line.label, line.count, " · ".join(part for part in (str(line.count), share_words(line)) if part), f"{line.label}: {line.count}", line.url)
        for line in register.causes[:MOST_BARS]
    )  # fmt: skip
    first = register.causes[0]
    sentence = ngettext(
        "The most frequent root cause is “%(cause)s”: %(count)s complaint.",
        "The most frequent root cause is “%(cause)s”: %(count)s complaints.", first.count,
    ) % {"cause": first.label, "count": first.count}  # fmt: skip
    return {
        "sentence": sentence, "svg": draw(pareto, ParetoData(bars)), "rows": rows,
        "columns": [_("Root cause"), _("Complaints"), _("Cumulative")],
    }  # fmt: skip


def share_words(line) -> str:
    value = line.cumulative.value if line.cumulative else None
    return "" if value is None else percent(value)


@requires(Permission.CASE_EXPORT)
@require_http_methods(["GET", "POST"])
def complaint_export(request):
    return list_export(request, code="complaints", back="complaints:complaint_register")
