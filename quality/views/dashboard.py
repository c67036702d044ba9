"""The dashboard: of the bureau for its head, of a unit for its head, a calmer one for the head of department."""

from functools import cache as remembered
from hashlib import blake2b

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau import reference
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.templatetags.formats import day_long
from quality import dashboard_words as words
from quality.dashboard import KEPT_SECONDS, Figures, dashboard_figures
from quality.dashboard_panels import panels
from quality.dashboard_tiles import away_lines, calm_tiles, compared, compared_heads, tiles
from quality.filters import DashboardFilter, chips_of
from quality.row_links import RowLinks

ALL_CHARTS = ("contacts", "topics", "timeliness", "hours", "kinds", "backlog", "channels")
CALM_CHARTS = ("timeliness", "topics", "contacts", "backlog", "kinds")
READS_THE_MONTH = "head_of_department"
RUNS_THE_DAY = {"head_of_bureau", "chief_specialist"}


@require_safe
@requires(Permission.DASHBOARD_VIEW, Permission.UNIT_DASHBOARD_VIEW)
def dashboard(request):
    form = DashboardFilter(request.GET, user=request.user, today=request.today)
    if not form.is_valid():
        refused = [(f"{form.fields[name].label}:", errors) for name, errors in form.errors.items()]
        context = {"form": form, "title": title_of(request.user), "refused": refused}
        return render(request, "quality/dashboard_refused.html", context, status=422)
    figures = dashboard_figures(user=request.user, period=form.shown_period, filters=form.filters, today=request.today)
    links = RowLinks.of(user=request.user, filters=form.filters, query=request.GET)
    calm = is_calm(request)
    context = {
        "figures": figures, "title": title_of(request.user), "facts": facts_of(figures),
        "notices": words.notices(figures, links) or [words.calm_words(figures)],
        "tiles": calm_tiles(figures, links) if calm else tiles(figures, links),
        "here": request.get_full_path(), "is_renewal": bool(request.htmx),
    }  # fmt: skip
    if request.htmx:
        return render(request, "quality/dashboard.html#now", context)
    context |= {
        "form": form, "chips": chips_of(form, request.GET), "kept": kept_in_form(request.GET),
        "charts": charts_of(figures, links, calm=calm), "is_calm": calm, "other_layout": other_layout(request, calm),
    }  # fmt: skip
    return render(request, "quality/dashboard.html", context)


def charts_of(figures: Figures, links: RowLinks, *, calm: bool) -> SafeString:
    """The part of the page with charts and tables, made once for the same figures, addresses and language."""
    said = f"{figures.key} {links!r} {calm} {get_language()} {template_fingerprint()}"
    key = f"dashboard-charts:{blake2b(said.encode(), digest_size=20).hexdigest()}"
    kept = cache.get(key) if figures.key else None
    if kept is None:
        kept = render_to_string(
            "quality/dashboard_calm.html" if calm else "quality/dashboard_whole.html",
            {
                "figures": figures, "charts": panels(figures, links, CALM_CHARTS if calm else ALL_CHARTS),
                "compared": compared(figures, links), "compared_heads": compared_heads(figures), "away": away_lines(figures),
            },
        )  # fmt: skip
        cache.set(key, kept, KEPT_SECONDS)
    return mark_safe(kept)  # noqa: S308 (rendered by our own template)


@remembered
def template_fingerprint() -> str:
    """What an older release made is not shown by a newer one."""
    sources = [
        path
        for name in ("quality", "components")
        for path in sorted((settings.BASE_DIR / "templates" / name).glob("*.html"))
    ]
    return blake2b(b"".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()


def title_of(user) -> str:
    """Of the whole bureau, or the names of the person's units."""
    if user.rights.grants(Permission.DASHBOARD_VIEW):
        return _("State of the bureau")
    units, own = reference.units(), user.rights.units_for(Permission.UNIT_DASHBOARD_VIEW) or frozenset()
    return words.listing(sorted(units[one].name for one in own if one in units))


def facts_of(figures: Figures) -> list[str]:
    facts = [day_long(figures.today), words.counted_words(figures)]
    if figures.is_whole_bureau:
        facts.append(words.away_words(figures))
    return facts


def reads_the_month(user) -> bool:
    return READS_THE_MONTH in user.rights.role_codes and not RUNS_THE_DAY & user.rights.role_codes


def is_calm(request) -> bool:
    """The head of department reads how the month went; who runs the day, or stands in, gets everything."""
    return reads_the_month(request.user) and request.GET.get("layout") != "whole"


def other_layout(request, calm: bool) -> str:
    """Address of the same figures in the other layout, for whom there are two."""
    if not reads_the_month(request.user):
        return ""
    query = request.GET.copy()
    query.pop("layout", None)
    if calm:
        query["layout"] = "whole"
    return f"?{query.urlencode()}" if query else "?"


def kept_in_form(query) -> list[tuple[str, str]]:
    """What the form of chosen days must not lose."""
    return [(name, query[name]) for name in ("unit", "channel", "topic", "compare", "layout") if query.get(name)]
