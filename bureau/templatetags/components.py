"""Components of the screens: leaves are inclusion tags, those around content are block tags.

Each has its template in `templates/components/`; `docs/components.md` lists them with their parameters and `/ui/`
shows them in every state. A tag turns what it is given into words and tones; no rule of the bureau lives here.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.contrib.messages import constants as levels
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau.templatetags.formats import initials, number

register = template.Library()


def trimmed(content: str) -> SafeString:
    """Content of a block tag without the white space around it; it is already escaped."""
    return mark_safe(content.strip())  # noqa: S308


# --- Signs ------------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A drawing of static/img/icons.svg. Decorative unless it is given a label."""
    css = f"icon icon-{size}" if size else "icon"
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href)


@register.inclusion_tag("components/badge.html")
def badge(text: object, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    return {"text": text, "tone": tone, "icon": icon}


@register.inclusion_tag("components/count.html")
def count(value: int | None, label: str = "", tone: str = "neutral", cap: int = 999) -> dict[str, Any]:
    value = value or 0
    return {"value": value, "shown": f"{cap}+" if value > cap else str(value), "label": label, "tone": tone}


def deadline_state(*, due_on: date, today: date, working_days_left: int | None, met: bool) -> str:
    """Of met, late, today, soon (at most three working days), fine."""
    if met:
        return "met"
    if due_on < today:
        return "late"
    if due_on == today:
        return "today"
    if working_days_left is not None and working_days_left <= 3:
        return "soon"
    return "fine"


DEADLINE_SIGNS = {
    "late": ("bad", "alert"),
    "today": ("warning", "clock"),
    "soon": ("warning", "clock"),
    "fine": ("neutral", "clock"),
    "met": ("good", "check"),
}


def deadline_words(state: str, days: int | None) -> str:
    if state == "met":
        return pgettext("deadline", "met")
    if state == "today":
        return pgettext("deadline", "today")
    if days is None:
        return pgettext("deadline", "late") if state == "late" else pgettext("deadline", "running")
    if state == "late":
        # A deadline on a Friday seen on a Saturday is late although no working day has passed.
        late_by = abs(days)
        if not late_by:
            return pgettext("deadline", "late")
        return ngettext("%(count)s working day late", "%(count)s working days late", late_by) % {"count": late_by}
    return ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}


@register.inclusion_tag("components/deadline.html")
def deadline(
    due_on: date | None,
    working_days_left: int | None = None,
    met: bool = False,
    today: date | None = None,
    show_date: bool = True,
) -> dict[str, Any]:
    """`working_days_left` counts working days after `today` up to the due day; below zero it is late by so many."""
    if due_on is None:
        return {"due_on": None}
    state = deadline_state(
        due_on=due_on, today=today or timezone.localdate(), working_days_left=working_days_left, met=met
    )
    tone, sign = DEADLINE_SIGNS[state]
    return {
        "due_on": due_on,
        "state": state,
        "words": deadline_words(state, working_days_left),
        "tone": tone,
        "icon": sign,
        "show_date": show_date,
    }


@register.inclusion_tag("components/person.html")
def person(who: object, acting_for: object = "", away: str = "", show_avatar: bool = True) -> dict[str, Any]:
    """`acting_for`: for whom this person acts ("Mari eest"). `away`: why and until when, in words."""
    if who in (None, ""):
        return {"name": ""}
    return {
        "name": str(who),
        "initials": getattr(who, "initials", None) or initials(who),
        "acting_for": str(acting_for) if acting_for else "",
        "away": away,
        "show_avatar": show_avatar,
    }


@register.inclusion_tag("components/restriction.html")
def restriction(
    basis: str, marked_on: date | None = None, valid_until: date | None = None, covers: str = "", logged: bool = True
) -> dict[str, Any]:
    return {"basis": basis, "marked_on": marked_on, "valid_until": valid_until, "covers": covers, "logged": logged}


@register.inclusion_tag("components/notice.html")
def notice(text: str, title: str = "", tone: str = "info", url: str = "", link: str = "") -> dict[str, Any]:
    """One line that needs a look. Tone bad is a signal and carries a diamond, as in the charts."""
    signs = {"bad": "diamond", "warning": "alert", "good": "check", "info": "info"}
    return {"text": text, "title": title, "tone": tone, "url": url, "link": link, "icon": signs.get(tone, "info")}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: object,
    url: str = "",
    unit: str = "",
    note: str = "",
    target: str = "",
    change: object = "",
    change_direction: str = "",
    change_tone: str = "",
    tone: str = "",
    sparkline: str = "",
    signal: str = "",
    id: str = "",
    when: str = "",
    judged: str = "",
    judged_tone: str = "",
) -> dict[str, Any]:
    """`change_direction`: up, down or same. `judged`: how far from the target, in words. `signal`: the word that goes with the tone ("below the usual").

    `when`: beside the label, where a tile speaks of another day than those around it ("today").
    `id`: a tile that is renewed in place keeps its focus by it.
    """
    signs = {"up": "triangle-up", "down": "triangle-down", "same": "minus"}
    value = number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return {
        "label": label, "value": "–" if value in (None, "") else value, "url": url, "unit": unit, "note": note,
        "target": target, "judged": judged, "judged_tone": judged_tone, "change": change, "change_icon": signs.get(change_direction, ""), "change_tone": change_tone,
        "tone": tone, "sparkline": sparkline, "signal": signal, "id": id, "when": when,
    }  # fmt: skip


@register.simple_tag
def sparkline(values: Iterable[float | None]) -> SafeString:
    """Small line of a tile, in the colour of its words; nothing for fewer than two values. Missing values are skipped."""
    points = [(at, float(value)) for at, value in enumerate(values) if value is not None]
    if len(points) < 2:
        return SafeString()
    low, high = min(value for _at, value in points), max(value for _at, value in points)
    first, last = points[0][0], points[-1][0]
    line = " ".join(
        f"{100 * (at - first) / (last - first):.1f},{26 - 24 * (value - low) / ((high - low) or 1):.1f}"
        for at, value in points
    )
    return format_html(
        '<svg viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true" focusable="false"><polyline points="{}" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>',
        line,
    )


@register.inclusion_tag("components/chart.html")
def chart(
    title: str,
    sentence: str,
    svg: str,
    columns: Iterable[str] = (),
    rows: Iterable[Iterable[object]] = (),
    url: str = "",
    link: str = "",
    summary: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """One sentence, the drawing, the table of its numbers. `summary`: words on the fold of the table."""
    return {
        "title": title, "sentence": sentence, "svg": mark_safe(svg), "columns": list(columns), "rows": rows,  # noqa: S308
        "url": url, "link": link, "summary": summary, "level": f"h{level}",
    }  # fmt: skip


# --- Frames around content --------------------------------------------------------------------------------------------
@register.simple_block_tag
def page_header(
    content: str, title: object, facts: object = "", trail: object = (), status: str = "", status_tone: str = "info"
) -> str:
    """Title, its facts on one line, actions (the content). `trail`: pairs of label and address, from the top."""
    if isinstance(facts, str | Promise):
        facts = [facts] if facts else []
    return render_to_string(
        "components/page_header.html",
        {
            "actions": trimmed(content), "title": title, "facts": [fact for fact in facts if fact not in (None, "")],
            "trail": list(trail), "status": status, "status_tone": status_tone,
        },
    )  # fmt: skip


@register.simple_block_tag
def panel(
    content: str, title: str = "", note: str = "", tone: str = "", flush: bool = False, level: int = 2,
    actions: str = "", id: str = "",
) -> str:  # fmt: skip
    """A white box with a title. `flush`: the content (a table) reaches its edges."""
    return render_to_string(
        "components/panel.html",
        {
            "body": content, "title": title, "note": note, "tone": tone, "flush": flush, "level": f"h{level}",
            "actions": actions, "id": id,
        },
    )  # fmt: skip


@register.simple_block_tag
def empty(content: str, title: str, text: str = "", icon: str = "inbox") -> str:
    """What stands where rows would: says what to do next; the content holds the actions."""
    return render_to_string(
        "components/empty.html", {"actions": trimmed(content), "title": title, "text": text, "icon": icon}
    )


@register.simple_block_tag
def data_table(
    content: str, caption: str, id: str = "", density: str = "", cards: bool = True, rows: bool = True,
    caption_shown: bool = False,
) -> str:  # fmt: skip
    """Table in its own scroll box. `cards`: a row becomes a card on narrow screens (give cells a data-label)."""
    return render_to_string(
        "components/data_table.html",
        {
            "body": content, "caption": caption, "id": id, "density": "compact" if density in {"dense", "compact"} else "",
            "cards": cards, "rows": rows, "caption_shown": caption_shown,
        },
    )  # fmt: skip


@register.inclusion_tag("components/table_tools.html", takes_context=True)
def table_tools(
    context: template.Context,
    action: str,
    columns: Iterable[Any] = (),
    density: str = "",
    export_url: str = "",
    words: str = "",
) -> dict[str, Any]:
    """Over a table: how many, which columns, how dense, export. `columns`: name, label, is_shown; `action` takes the POST."""
    return {
        "action": action, "columns": list(columns), "is_dense": density in {"dense", "compact"}, "has_density": bool(density),
        "export_url": export_url, "words": words, "csrf_token": str(context.get("csrf_token", "")),
        "next": context["request"].get_full_path(),
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def sort_header(context: template.Context, name: str, label: str, number: bool = False, first: str = "") -> SafeString:
    """Heading of a column one may sort by: `?sort=name`, again `?sort=-name`. `first` is "-" when newest comes first."""
    query = context["request"].GET.copy()
    current = query.get("sort", "")
    for key in ("after", "before", "page"):
        query.pop(key, None)
    descending, ascending = f"-{name}", name
    query["sort"] = {ascending: descending, descending: ascending}.get(current, f"{first}{name}")
    order = {ascending: "ascending", descending: "descending"}.get(current, "")
    return mark_safe(  # noqa: S308 (the template escapes)
        render_to_string(
            "components/sort_header.html",
            {
                "label": label, "url": f"?{query.urlencode()}", "order": order, "number": number,
                "icon": {"ascending": "arrow-up", "descending": "arrow-down"}.get(order, "sort"),
            },
        )
    )  # fmt: skip


@register.simple_block_tag
def timeline(content: str, label: str = "") -> str:
    return render_to_string("components/timeline.html", {"body": content, "label": label or _("Timeline")})


@register.simple_block_tag
def timeline_item(
    content: str, title: object, kind: str = "deed", at: object = None, facts: str = "", id: str = "", lang: str = ""
) -> str:
    """`kind`: in, out, note, deed, done, late. The content is the body; a bare deed has none."""
    words = {"in": _("From the client"), "out": _("From us"), "note": _("Internal note"), "late": _("Late")}
    return render_to_string(
        "components/timeline_item.html",
        {
            "body": trimmed(content), "title": title, "kind": kind, "at": at, "facts": facts, "id": id, "lang": lang,
            "kind_words": words.get(kind, ""),
        },
    )  # fmt: skip


@register.simple_block_tag(takes_context=True)
def sheet(context: dict, content: str, title: str, aside: str = "") -> str:
    """Inside of the side sheet: head with title and close; the content brings its own form, body and foot.

    Over a page its title is a second heading; on a page of its own it is the page's first.
    """
    request = context.get("request")
    level = 2 if getattr(request, "htmx", False) else 1
    return render_to_string("components/sheet.html", {"body": content, "title": title, "aside": aside, "level": level})


# --- Forms ------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, label: str = "", help: str = "", chips: bool = False, hide_label: bool = False,
    show_optional: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """A field of a form with its label, help and error. `chips`: radio choices as chips."""
    if help:
        bound.help_text = help  # so that the control is described by it
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        kind = "chips" if chips else "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, FileInput):
        kind = "file"
    else:
        kind = "input"
    return {
        "field": bound, "label": label or bound.label, "help": bound.help_text, "kind": kind,
        "hide_label": hide_label, "hidden": bound.is_hidden,
        "show_optional": (
            show_optional and not bound.field.required and kind not in {"checkbox", "chips"}
            and not getattr(bound.field, "is_one_of_several", False)
        ),
        "needs_one": kind == "choices" and bound.field.required and isinstance(widget, CheckboxSelectMultiple),
    }  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any, kept: str = "") -> dict[str, Any]:
    """What is wrong, with links to the fields. `kept`: what is not lost, in words."""
    if not form.is_bound or not form.errors:
        return {"entries": []}
    entries = [(None, error) for error in form.non_field_errors()]
    entries += [(bound, error) for bound in form for error in bound.errors]
    return {"entries": entries, "kept": kept}


@register.inclusion_tag("components/file_drop.html")
def file_drop(bound: BoundField, accept: str = "", text: str = "") -> dict[str, Any]:
    return {"field": bound, "accept": accept, "text": text, "multiple": bool(bound.field.widget.attrs.get("multiple"))}


# --- Ways through -----------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """`items`: objects or dicts with label, url, is_current and, if there is one, count."""
    return {"tabs": items, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], current: int, done: Iterable[int] | None = None) -> dict[str, Any]:
    """`items`: labels in order; `current`: number of the step under way, from 1; `done`: those gone through, else all before."""
    gone_through = set(range(1, current) if done is None else done)
    return {
        "steps": [
            {"label": label, "state": "current" if at == current else "done" if at in gone_through else "ahead"}
            for at, label in enumerate(items, start=1)
        ]
    }


@register.inclusion_tag("components/paging.html", takes_context=True)
def paging(context: template.Context, page: Any, noun: str = "", target: str = "") -> dict[str, Any]:
    """Next and previous by key. `page`: next_key, previous_key (empty when there is none) and, if known, words (a count)."""

    def address(name: str, key: object) -> str:
        query = context["request"].GET.copy()
        for other in ("after", "before", "page"):
            query.pop(other, None)
        query[name] = str(key)
        return f"?{query.urlencode()}"

    next_key, previous_key = getattr(page, "next_key", None), getattr(page, "previous_key", None)
    return {
        "next_url": address("after", next_key) if next_key else "",
        "previous_url": address("before", previous_key) if previous_key else "",
        "words": noun or getattr(page, "words", ""),
        "target": target,
    }


@register.inclusion_tag("components/progress.html")
def progress(
    title: str,
    state: str,
    percent: int | None = None,
    done: int = 0,
    total: int | None = None,
    poll_url: str = "",
    url: str = "",
    cancel_url: str = "",
    csrf_token: str = "",
    words: str = "",
    id: str = "progress",
) -> dict[str, Any]:
    """Long work: `state` queued, running, done, failed or cancelled; asks `poll_url` again every two seconds while it runs."""
    shown = {
        "queued": _("Waiting for its turn"), "running": _("Under way"), "done": _("Done"), "failed": _("Stopped by an error"),
        "cancelled": _("Cancelled"),
    }  # fmt: skip
    tones = {"done": "good", "failed": "bad", "cancelled": "warning"}
    running = state in {"queued", "running"}
    return {
        "title": title, "state": state, "state_words": shown.get(state, state), "tone": tones.get(state, "info"),
        "percent": percent, "done": done, "total": total, "poll_url": poll_url if running else "", "url": url,
        "cancel_url": cancel_url if running else "", "csrf_token": csrf_token, "words": words, "id": id,
    }  # fmt: skip


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 4) -> dict[str, Any]:
    return {"lines": range(lines)}


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(
    chips: Iterable[Any] = (), views: Iterable[Any] = (), clear_url: str = "", save_url: str = "", label: str = ""
) -> dict[str, Any]:
    """`chips`: label, url, is_active, and options (label, url, is_current) when a chip opens a choice, or remove_url."""
    return {
        "chips": chips, "views": list(views), "clear_url": clear_url, "save_url": save_url,
        "label": label or _("Filters"),
    }  # fmt: skip


# --- Toasts -----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/toast.html")
def toast(
    text: object, tone: str = "info", undo_url: str = "", csrf_token: str = "", seconds: int = 10, kept: bool = False
) -> dict[str, Any]:
    """A short word on what was done, with its undo. An error stays until it is closed."""
    signs = {"good": "check", "bad": "alert", "warning": "alert", "info": "info"}
    return {
        "text": text, "tone": tone, "icon": signs.get(tone, "info"), "undo_url": undo_url, "csrf_token": csrf_token,
        "seconds": 0 if kept or tone == "bad" else seconds,
    }  # fmt: skip


@register.inclusion_tag("components/toast.html", takes_context=True)
def message_toast(context: template.Context, message: Any) -> dict[str, Any]:
    """A message of django.contrib.messages as a toast; `bureau.toasts.toast` puts its undo into the extra tags."""
    tones = {levels.SUCCESS: "good", levels.WARNING: "warning", levels.ERROR: "bad"}
    _mark, _is_undo, undo_url = (message.extra_tags or "").partition("undo=")
    return toast(
        conditional_escape(message.message),
        tone=tones.get(message.level, "info"),
        undo_url=undo_url,
        csrf_token=str(context.get("csrf_token", "")),
    )


@register.simple_tag(takes_context=True)
def onward(context, thing) -> SafeString:
    """Links that higher apps have registered for the thing, as buttons."""
    from bureau.onward import onward_from

    found = onward_from(thing, context["user"])
    return format_html_join(
        "", '<a class="button" href="{}">{}{}</a>', ((one.url, icon(one.icon), one.label) for one in found)
    )
