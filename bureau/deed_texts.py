"""The sentence of each kind of deed, in the reader's language. Apps register their own in `deed_texts.py`.

A sentence has named places: `%(label)s` is the object's name as it was, the others come from the deed's data and are
turned into words: days, roles, names of units.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau import outbox, reference
from bureau.models import CalendarDay, Deed
from bureau.roles import ROLES
from bureau.templatetags.formats import day, day_range

_texts: dict[str, Any] = {}
_groups: dict[str, Any] = {}


def register(action: str, sentence) -> None:
    _texts[action] = sentence


def register_group(prefix: str, name) -> None:
    """What the deeds of one kind of object are called in the filter."""
    _groups[prefix] = name


def known_actions() -> set[str]:
    return set(_texts)


def groups() -> list[tuple[str, str]]:
    return sorted(((prefix, str(name)) for prefix, name in _groups.items()), key=lambda group: group[1])


def sentence_of(deed: Deed) -> str:
    text = _texts.get(deed.action)
    if text is None:
        return f"{deed.action} {deed.object_label}"
    return str(text) % words_of(deed)


def words_of(deed: Deed) -> dict[str, str]:
    words: dict[str, str] = defaultdict(lambda: "–", label=deed.object_label or "–")
    for name, value in deed.data.items():
        words[name] = word(name, value)
    if deed.data.get("starts_on"):
        words["days"] = day_range(as_day(deed.data["starts_on"]), as_day(deed.data.get("ends_on"))).rstrip()
    return words


def word(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if name == "role":
        return str(ROLES[value].name) if value in ROLES else str(value)
    if name == "purpose":
        return outbox.purpose_words(str(value))
    if name == "kind" and value in CalendarDay.Kind.values:
        return str(CalendarDay.Kind(value).label)
    if name in {"unit", "unit_id"} and value in reference.units():
        return reference.units()[value].name
    if isinstance(value, str) and (name.endswith("_on") or name in {"old", "new", "day", "valid_from", "valid_to"}):
        return day(as_day(value)) or value
    return str(value)


def as_day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


register_group("person", _("People"))
register_group("role", _("Roles"))
register_group("substitution", _("Substitutions"))
register_group("absence", _("Absences"))
register_group("calendar", _("Working calendar"))
register_group("job", _("Long work"))
register_group("mail", _("Outgoing mail"))
register_group("history", _("History"))
register_group("unit", _("Units"))
register_group("service", _("Services"))
register_group("topic", _("Topics"))
register_group("channel", _("Channels"))
register_group("outside_body", _("Other bodies"))
register_group("cause", _("Root causes"))
register_group("next_instance", _("Next instances"))
register_group("restriction_basis", _("Bases of restriction"))

for _action, _text in {
    "history.emptied": _("What history kept of people was emptied for good: %(label)s"),
    "person.signed_in": _("%(label)s signed in"),
    "person.added": _("%(label)s was added"),
    "person.changed": _("Facts of %(label)s were changed"),
    "person.closed": _("%(label)s was closed"),
    "person.opened": _("%(label)s was opened again"),
    "person.invited": _("A new sign-in letter was sent to %(label)s"),
    "person.second_factor_reset": _("The second factor of %(label)s was taken away"),
    "role.granted": _("%(label)s was given the role %(role)s, %(days)s"),
    "role.ended": _("The role %(role)s of %(label)s ends on %(ends_on)s"),
    "substitution.recorded": _("%(substitute)s stands in for %(label)s, %(days)s"),
    "substitution.ended": _("%(substitute)s no longer stands in for %(label)s"),
    "absence.recorded": _("%(label)s is away %(days)s"),
    "absence.changed": _("The absence of %(label)s is now %(days)s"),
    "absence.removed": _("The absence of %(label)s %(days)s was taken back"),
    "calendar.day_set": _("%(label)s was entered in the calendar: %(kind)s, %(name)s"),
    "calendar.day_removed": _("%(label)s was taken out of the calendar"),
    "calendar.year_added": _("The holidays of %(label)s were added"),
    "calendar.hours_set": _("New opening hours from %(valid_from)s"),
    "job.ordered": _("Long work was ordered: %(label)s"),
    "job.cancelled": _("Long work was asked to stop: %(label)s"),
    "job.done": _("Long work is done: %(label)s"),
    "job.failed": _("Long work failed: %(label)s"),
    "mail.failed": _("A letter was not sent: %(purpose)s, %(label)s, answer %(code)s"),
    "mail.uncertain": _("A letter was perhaps sent: %(purpose)s, %(label)s"),
    "mail.retried": _("A letter was ordered to be sent again: %(purpose)s, %(label)s"),
    "mail.cancelled": _("A letter was cancelled: %(purpose)s, %(label)s"),
    "mail.confirmed": _("A letter was found to have arrived: %(purpose)s, %(label)s"),
    "unit.added": _("Unit %(label)s was added"),
    "unit.changed": _("Unit %(label)s was changed"),
    "unit.closed": _("Unit %(label)s was closed"),
    "unit.deleted": _("Unit %(label)s, never used, was deleted"),
    "service.added": _("Service %(label)s was added"),
    "service.changed": _("Service %(label)s was changed"),
    "service.closed": _("Service %(label)s was closed"),
    "service.deleted": _("Service %(label)s, never used, was deleted"),
    "topic.added": _("Topic %(label)s was added"),
    "topic.changed": _("Topic %(label)s was changed"),
    "topic.closed": _("Topic %(label)s was closed"),
    "topic.deleted": _("Topic %(label)s, never used, was deleted"),
    "channel.added": _("Channel %(label)s was added"),
    "channel.changed": _("Channel %(label)s was changed"),
    "channel.closed": _("Channel %(label)s was closed"),
    "channel.deleted": _("Channel %(label)s, never used, was deleted"),
    "outside_body.added": _("Other body %(label)s was added"),
    "outside_body.changed": _("Other body %(label)s was changed"),
    "outside_body.closed": _("Other body %(label)s was closed"),
    "outside_body.deleted": _("Other body %(label)s, never used, was deleted"),
    "cause.added": _("Cause %(label)s was added"),
    "cause.changed": _("Cause %(label)s was changed"),
    "cause.closed": _("Cause %(label)s was closed"),
    "cause.deleted": _("Cause %(label)s, never used, was deleted"),
    "next_instance.added": _("Next instance %(label)s was added"),
    "next_instance.changed": _("Next instance %(label)s was changed"),
    "next_instance.closed": _("Next instance %(label)s was closed"),
    "next_instance.deleted": _("Next instance %(label)s, never used, was deleted"),
    "restriction_basis.added": _("Basis of restriction %(label)s was added"),
    "restriction_basis.changed": _("Basis of restriction %(label)s was changed"),
    "restriction_basis.closed": _("Basis of restriction %(label)s was closed"),
    "restriction_basis.deleted": _("Basis of restriction %(label)s, never used, was deleted"),
}.items():
    register(_action, _text)


# -- objects ---------------------------------------------------------------------------------------------------------

_finders: dict[str, Callable[[str], Iterable[int]]] = {}


def register_finder(object_type: str, find: Callable[[str], Iterable[int]]) -> None:
    """`find` gives the ids of the objects that a person means by a text: a case number, a name."""
    _finders[object_type] = find


def found_objects(text: str) -> Q:
    """Rows about the objects a text means; their ids are found first, so that the index of objects serves."""
    found = Q(pk__in=[])
    for object_type, find in _finders.items():
        ids = list(find(text.strip()))[:50]
        if ids:
            found |= Q(object_type=object_type, object_id__in=ids)
    return found


def object_words(object_type: str) -> str:
    """What kind of thing it is, in the reader's language."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def people_called(text: str) -> list[int]:
    wanted = text.casefold()
    return [pk for pk, name in reference.people().items() if wanted and name.casefold() == wanted]


register_finder("bureau.user", people_called)
