"""The lists the head keeps: dated, in both languages, never deleted once used. The same deeds serve every list.

An entry that nothing uses yet may be deleted; one in use is closed with its last day, so that old rows keep their word.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.models import Cause, Deed, Unit
from bureau.models.structure import Listed
from bureau.refusals import DeedRefused
from bureau.templatetags.formats import day

CODE_LENGTH = 60
# Letters that slugify would drop with their sign: õ, ä, ö, ü go to the nearest plain letter by NFKD; these do not.
PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae"})


def free_code(model: type[Listed], name: str) -> str:
    """A code from the Estonian name that no entry of the list has yet."""
    stem = slugify(name.translate(PLAIN_LETTERS))[: CODE_LENGTH - 4] or "entry"
    taken = set(model.objects.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken:
        return stem
    return next(f"{stem}-{number}" for number in range(2, 10_000) if f"{stem}-{number}" not in taken)


def uses(entry: models.Model) -> Iterable[tuple[str, bool]]:
    """Name of each table that may point at the entry, and whether it does. Other apps' tables are found, not imported."""
    for relation in entry._meta.get_fields(include_hidden=True):
        table = relation.related_model
        if (
            not relation.auto_created
            or relation.concrete
            or table._meta.auto_created
            or hasattr(table, "pgh_tracked_model")
        ):
            continue
        yield (
            str(table._meta.verbose_name_plural),
            table._base_manager.filter(**{relation.field.name: entry.pk}).exists(),
        )


def is_used(entry: models.Model) -> bool:
    return any(used for _name, used in uses(entry))


def facts(entry: models.Model) -> dict[str, Any]:
    """What stands in the entry, in plain values for a deed."""
    return {
        field.attname: plain(getattr(entry, field.attname))
        for field in entry._meta.concrete_fields
        if field.name != "id"
    }


def plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


@transaction.atomic
def add_entry(*, entry: Listed, by, name: str) -> Listed:
    """`name` is the list's word in deeds: unit, topic, channel."""
    if not entry.code:
        entry.code = free_code(type(entry), entry.name_et)
    check_place(entry)
    entry.save(force_insert=True)
    record(f"{name}.added", by=by, on=entry, label=entry.name_et)
    return entry


@transaction.atomic
def change_entry(*, entry: Listed, by, name: str) -> Listed:
    """Save the changed entry; `entry` carries the new values, the stored row the old ones."""
    stored = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    entry.code = stored.code  # other systems know the entry by it
    check_place(entry)
    old, new = facts(stored), facts(entry)
    changed = {field: [old[field], new[field]] for field in old if old[field] != new[field]}
    if changed:
        entry.save()
        record(f"{name}.changed", by=by, on=entry, label=entry.name_et, changed=changed)
    return entry


@transaction.atomic
def close_entry(*, entry: Listed, last_day: date, by, name: str, reason: str = "") -> Listed:
    """Not chosen any more after that day; what was chosen before stays."""
    entry = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.valid_from and last_day < entry.valid_from:
        raise DeedRefused(
            _("This entry is in use only from %(day)s. Choose that day or a later one.")
            % {"day": day(entry.valid_from)},
            field="last_day",
        )
    if (
        hasattr(entry, "parts")
        and entry.parts.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=last_day)).exists()
    ):
        raise DeedRefused(
            _("Parts of this entry are still in use after that day. Close them first."), field="last_day"
        )
    old, entry.valid_to = entry.valid_to, last_day
    entry.save()
    record(
        f"{name}.closed", by=by, on=entry, label=entry.name_et, reason=reason,
        changed={"valid_to": [plain(old), last_day.isoformat()]},
    )  # fmt: skip
    return entry


@transaction.atomic
def delete_unused(*, entry: Listed, by, name: str) -> None:
    """Take away an entry made by mistake. One that anything points at stays and is closed instead."""
    entry = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    used_in = [table for table, used in uses(entry) if used]
    if used_in:
        raise DeedRefused(
            _("This entry is in use (%(tables)s). Close it with a date instead.") % {"tables": ", ".join(used_in)}
        )
    record(f"{name}.deleted", by=by, on=entry, label=entry.name_et, facts=facts(entry))
    entry.delete()


def check_place(entry: Listed) -> None:
    """A tree without circles; topics and causes have two levels."""
    parent = getattr(entry, "parent", None)
    if parent is None:
        return
    if isinstance(entry, Unit):
        above, seen = parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == entry.pk:
                raise DeedRefused(_("A unit cannot be part of itself or of its own part."), field="parent")
            seen.add(above.pk)
            above = above.parent
    elif isinstance(entry, Cause) and (parent.parent_id is not None or (entry.pk and entry.parts.exists())):
        raise DeedRefused(_("Causes have two levels: a group, and the causes in it."), field="parent")
    elif parent.parent_id is not None:
        raise DeedRefused(_("Topics have two levels. Choose a group as the upper level."), field="parent")
    elif entry.pk and entry.parts.exists():
        raise DeedRefused(
            _("This topic is a group with topics of its own and cannot be put into another."), field="parent"
        )


# -- history ---------------------------------------------------------------------------------------------------------


def history_of(entry: models.Model, limit: int = 50) -> list[dict[str, Any]]:
    """Changes of the row, newest first, from the versions that the database keeps; who did it, from the deeds.

    Changes that passed by the desk (a migration, a repair) are here too, without a person.
    """
    versions = list(entry.versions.order_by("-pgh_id")[:limit])
    deeds = list(
        Deed.objects.filter(object_type=entry._meta.label_lower, object_id=entry.pk).select_related("actor", "on_behalf_of")
        .order_by("-id")[: limit + 1]
    )  # fmt: skip
    shown, newer = [], facts(entry)
    for version in versions:
        older = facts_of_version(version, newer)
        changed = [
            {"field": field_label(entry, name), "old": word(entry, name, older[name]), "new": word(entry, name, newer[name])}
            for name in newer if name in older and older[name] != newer[name]
        ]  # fmt: skip
        shown.append(
            {"at": version.pgh_created_at, "deed": nearest(deeds, version.pgh_created_at), "changed": changed}
        )
        newer = {**newer, **older}
    first = next((deed for deed in deeds if deed.action.endswith(".added")), None)
    if first:
        shown.append({"at": first.at, "deed": first, "changed": [], "is_first": True})
    return shown


def facts_of_version(version: models.Model, like: dict[str, Any]) -> dict[str, Any]:
    names = {field.attname for field in version._meta.concrete_fields}
    return {name: plain(getattr(version, name)) for name in like if name in names}


def nearest(deeds: list[Deed], at: datetime) -> Deed | None:
    """The deed of the transaction that made the change: written within seconds of its beginning."""
    close = [deed for deed in deeds if abs(deed.at - at) < timedelta(seconds=5) and not deed.action.endswith(".added")]
    return min(close, key=lambda deed: abs(deed.at - at), default=None)


def field_label(entry: models.Model, attname: str) -> str:
    return str(next(field.verbose_name for field in entry._meta.concrete_fields if field.attname == attname))


def word(entry: models.Model, attname: str, value: Any) -> str:
    """A stored value as a person reads it."""
    field = next(field for field in entry._meta.concrete_fields if field.attname == attname)
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.is_relation:
        other = field.related_model._base_manager.filter(pk=value).first()
        return str(other) if other else str(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return day(date.fromisoformat(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
