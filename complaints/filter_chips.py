"""The filter of a list in words: chips that change the address and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bureau import reference
from bureau.models import SavedView
from bureau.templatetags.formats import day
from bureau.typed_numbers import whole
from complaints.filters import NONE, ids_named, standing_status
from complaints.models import Status
from complaints.outcomes import Outcome
from complaints.reference import kinds

# Never part of a filter: where one stands in the list, and how it looks.
BESIDE_FILTER = ("after", "before", "page")


@dataclass
class Chip:
    label: str
    url: str = ""
    is_active: bool = False
    remove_url: str = ""
    options: list["Option"] = field(default_factory=list)


@dataclass(frozen=True)
class Option:
    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class ViewChip:
    label: str
    url: str
    is_current: bool = False


def changed(query: QueryDict, **values: str | None) -> str:
    """The address with some names set anew; None takes a name out."""
    query = query.copy()
    for name, value in values.items():
        query[name] = value or ""
    return f"?{filter_of(query)}"


def chips_of(query: QueryDict, *, user) -> list[Chip]:
    """Quick choices first, then what else the list is narrowed to."""
    standing = standing_status(query)
    status = query.get("status") or standing
    groups = {"open": _("Open"), "ended": _("Ended"), "all": pgettext("cases", "All")}
    labels = {**groups, **dict(Status.choices)}
    options = [
        Option(str(label), changed(query, status=None if code == standing else code), code == status)
        for code, label in labels.items()
    ]
    status_label = labels.get(status) or ", ".join(str(labels.get(word, word)) for word in status.split(","))
    chips = [Chip(label=str(status_label), is_active=status != standing, options=options)]
    for name, value, label in (
        ("handler", "me", _("Mine")),
        ("handler", NONE, _("Unassigned")),
        ("due", "late", _("Late")),
        ("due", "three_days", _("Due in three working days")),
    ):
        is_active = query.get(name) == value
        chips.append(
            Chip(label=label, url=changed(query, **{name: None if is_active else value}), is_active=is_active)
        )
    return chips + [
        Chip(label=label, remove_url=changed(query, **dict.fromkeys(names))) for names, label in in_words(query)
    ]


QUICK = {"handler": {"me", NONE}, "due": {"late", "three_days"}}


def in_words(query: QueryDict) -> list[tuple[list[str], str]]:
    """What the address narrows the list to, besides the quick choices: names in the address and the words for them."""
    found: list[tuple[list[str], str]] = []
    lists = {"kind": (_("Kind"), kinds), "channel": (_("Channel"), reference.channels), "topic": (_("Topic"), reference.topics), "service": (_("Service"), reference.services), "unit": (_("Unit"), reference.units)}  # fmt: skip
    for name, (label, of) in lists.items():
        if query.get(name):
            found.append(([name], f"{label}: {names_of(of(), query[name])}"))
    if query.get("handler") and query["handler"] not in QUICK["handler"]:
        found.append((["handler"], f"{_('Handler')}: {handlers_of(query['handler'])}"))
    if query.get("due") and query["due"] not in QUICK["due"]:
        words = {"today": _("due today"), "week": _("due within seven days"), NONE: _("without a deadline")}
        found.append((["due"], words.get(query["due"], query["due"])))
    for name, label in (
        ("registered", pgettext("column", "Registered")), ("answered", pgettext("column", "Answered")),
        ("closed", pgettext("column", "Closed")), ("forwarded", pgettext("column", "Forwarded")),
    ):  # fmt: skip
        first, last = query.get(f"{name}_from"), query.get(f"{name}_to")
        if first or last:
            span = shown_day(first) if first == last else f"{shown_day(first)}–{shown_day(last)}"
            found.append(([f"{name}_from", f"{name}_to"], f"{label}: {span}"))
    yes_no = {
        "on_time": {
            "yes": _("answered in time"),
            "no": _("answered late"),
            "judged": _("answered, with a deadline"),
            "none": _("answered, without a deadline"),
        },
        "restricted": {"yes": _("restricted"), "no": _("not restricted")},
        "extended": {"yes": _("extended"), "no": _("not extended")},
    }
    for name, words in yes_no.items():
        if query.get(name):
            found.append(([name], words.get(query[name], query[name])))
    if query.get("outcome"):
        labels = dict(Outcome.choices)
        found.append(
            (
                ["outcome"],
                f"{_('Outcome')}: {', '.join(str(labels.get(one, one)) for one in query['outcome'].split(','))}",
            )
        )
    if query.get("batch"):
        found.append((["batch"], _("Import no %(number)s") % {"number": query["batch"]}))
    if query.get("party"):
        found.append((["party"], _("One party")))
    if query.get("followed"):
        found.append((["followed"], _("Followed by me")))
    if query.get("q"):
        found.append((["q"], f"“{query['q']}”"))
    return found


def names_of(of: dict, value: str) -> str:
    ids, wants_none = ids_named(of, value)
    names = [of[one].name for one in of if one in ids]
    if wants_none:
        names.append(_("none"))
    return ", ".join(names) or value


def handlers_of(value: str) -> str:
    words = {"me": _("me"), NONE: _("nobody yet")}
    people = reference.people()
    return ", ".join(words.get(word) or people.get(whole(word), word) for word in value.split(","))


def shown_day(text: str | None) -> str:
    try:
        return day(date.fromisoformat(text)) if text else ""
    except ValueError:
        return text or ""


def views_of(query: QueryDict, *, user, page: str, url: str) -> list[ViewChip]:
    """Saved views, the person's own first, then the team's."""
    mine_or_shared = SavedView.objects.filter(page=page, user=user) | SavedView.objects.filter(
        page=page, is_shared=True
    )
    current = filter_of(query)
    rows = sorted(
        mine_or_shared.values_list("user_id", "name", "query"), key=lambda row: (row[0] != user.pk, row[1].lower())
    )
    return [ViewChip(name, f"{url}?{saved}", saved == current) for _owner, name, saved in rows]


def filter_of(query: QueryDict) -> str:
    """The address without where one stands in the list and without what was left empty: what a saved view keeps."""
    return urlencode([(name, value) for name, value in query.items() if value and name not in BESIDE_FILTER])
