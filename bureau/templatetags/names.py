"""Names of what rows only hold the id of, from the lists kept in memory: no query for a name."""

from django import template

from bureau import reference

register = template.Library()


def named(of: dict, entry_id: int | None) -> str:
    entry = of.get(entry_id) if entry_id else None
    return entry.name if entry else ""


@register.filter
def channel_name(channel_id: int | None) -> str:
    return named(reference.channels(), channel_id)


@register.filter
def channel_icon(channel_id: int | None) -> str:
    channel = reference.channels().get(channel_id)
    return channel.icon if channel else "contact"


@register.filter
def topic_name(topic_id: int | None) -> str:
    return named(reference.topics(), topic_id)


@register.filter
def unit_name(unit_id: int | None) -> str:
    return named(reference.units(), unit_id)


@register.filter
def body_name(body_id: int | None) -> str:
    return named(reference.outside_bodies(), body_id)


@register.filter
def staff_name(user_id: int | None) -> str:
    return reference.people().get(user_id, "") if user_id else ""
