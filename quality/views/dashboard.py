"""The dashboard: of the bureau for its head, of a unit for its head, a calmer one for the head of department."""

from functools import cache as remembered
from hashlib import blake2b

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bureau import reference
from bureau.duty_list import waiting_for
from bureau.models import ListSetting
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.templatetags.formats import day_long
from bureau.toasts import toast
from quality import dashboard_measured
from quality import dashboard_words as words
from quality.arrange_form import ArrangeForm
from quality.dashboard import KEPT_SECONDS, Figures, Filters, dashboard_figures
from quality.dashboard_panels import panels
from quality.dashboard_tiles import (
    SIX,
    USUAL,
    USUAL_OF_THE_MONTH,
    away_lines,
    calm_tiles,
    compared,
    compared_heads,
    dated,
    tiles,
    usual_first,
)
from quality.filters import DashboardFilter, chips_of
from quality.periods import Span, period_of
from quality.row_links import RowLinks

ALL_CHARTS = ("contacts", "topics", "timeliness", "hours", "kinds", "backlog", "channels")
CALM_CHARTS = ("timeliness", "topics", "contacts", "backlog", "kinds")
READS_THE_MONTH = "head_of_department"
SETTING_KEPT_SECONDS = 3600
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
    more = dashboard_measured.extra(user=request.user, filters=form.filters, today=request.today)
    made = calm_tiles if calm else tiles
    shown = [*made(figures, links, more.on_time_target), *more.tiles]
    usual = usual_first(dated(shown, figures), USUAL_OF_THE_MONTH if calm else USUAL)
    arranged = dashboard_measured.arranged(usual, wanted_by(request.user))
    context = {
        "figures": figures, "title": title_of(request.user), "facts": facts_of(figures),
        "notices": [*words.notices(figures, links), *more.notices] or [words.calm_words(figures)],
        "tiles": arranged[:SIX], "more_tiles": arranged[SIX:], "tells_calls": any(one.id in dashboard_measured.OF_CALLS for one in arranged),
        "here": request.get_full_path(), "is_renewal": bool(request.htmx), "may_wall": request.user.may(Permission.DASHBOARD_VIEW),
    }  # fmt: skip
    if request.htmx:
        return render(request, "quality/dashboard.html#now", context)
    context |= {
        "waiting": waiting_for(request.user, today=request.today, as_of=figures.version),
        "form": form, "chips": chips_of(form, request.GET), "kept": kept_in_form(request.GET),
        "charts": charts_of(figures, links, calm=calm), "is_calm": calm, "other_layout": other_layout(request, calm),
    }  # fmt: skip
    return render(request, "quality/dashboard.html", context)


@require_safe
@requires(Permission.DASHBOARD_VIEW)
def dashboard_wall(request):
    """For a screen on the wall: signals and tiles alone, large, renewed each minute. No names and no links to rows."""
    form = DashboardFilter(request.GET, user=request.user, today=request.today)
    filters = form.filters if form.is_valid() else Filters()
    period = form.shown_period if form.is_valid() else period_of(Span.THIS_MONTH, today=request.today)
    figures = dashboard_figures(user=request.user, period=period, filters=filters, today=request.today)
    links = RowLinks.of(user=request.user, filters=filters)
    more = dashboard_measured.extra(user=request.user, filters=filters, today=request.today)
    context = {
        "title": title_of(request.user), "facts": [day_long(figures.today), words.counted_words(figures)], "here": request.get_full_path(),
        "notices": [*words.notices(figures, links), *more.notices] or [words.calm_words(figures)], "is_renewal": bool(request.htmx),
        "tiles": dashboard_measured.arranged(dated([*tiles(figures, links, more.on_time_target), *more.tiles], figures), wanted_by(request.user)),
    }  # fmt: skip
    return render(request, "quality/dashboard_wall.html" + ("#wall" if request.htmx else ""), context)


@requires(Permission.DASHBOARD_VIEW, Permission.UNIT_DASHBOARD_VIEW)
@require_http_methods(["GET", "POST"])
def dashboard_arrange(request):
    """Which tiles a person wants to see, and in which order."""
    today = request.today
    figures = dashboard_figures(
        user=request.user, period=period_of(Span.THIS_MONTH, today=today), filters=Filters(), today=today
    )
    links = RowLinks.of(user=request.user, filters=Filters())
    more = dashboard_measured.extra(user=request.user, filters=Filters(), today=today)
    calm = reads_the_month(request.user)
    found = [*(calm_tiles(figures, links) if calm else tiles(figures, links)), *more.tiles]
    every = usual_first(found, USUAL_OF_THE_MONTH if calm else USUAL)
    first = dashboard_measured.arranged(every, wanted_by(request.user))
    ordered = [*first, *(one for one in every if one not in first)]
    form = ArrangeForm(
        request.POST if request.method == "POST" else None,
        tiles=[(one.id, one.label) for one in ordered],
        shown={one.id for one in first},
    )
    if request.method == "POST" and form.is_valid() and not form.is_move:
        keep_wanted(request.user, form.wanted())
        toast(request, _("Your tiles are arranged.") if form.wanted() else _("The tiles stand as usual."))
        return redirect("quality:dashboard")
    return render(request, "quality/dashboard_arrange.html", {"form": form}, status=422 if form.errors else 200)


PAGE = "dashboard"


def wanted_by(user) -> list[str]:
    """Kept in the cache until the person changes it."""
    key = f"dashboard-tiles:{user.pk}"
    kept = cache.get(key)
    if kept is None:
        kept = ListSetting.objects.filter(user=user, page=PAGE).values_list("columns", flat=True).first() or []
        cache.set(key, kept, SETTING_KEPT_SECONDS)
    return [str(one) for one in kept]


def keep_wanted(user, wanted: list[str]) -> None:
    ListSetting.objects.update_or_create(user=user, page=PAGE, defaults={"columns": wanted})
    cache.delete(f"dashboard-tiles:{user.pk}")


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
    return [
        (name, query[name]) for name in ("unit", "service", "channel", "topic", "compare", "layout") if query.get(name)
    ]
