"""A deed as an entry of a timeline: its sentence, who did it and on whose behalf."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bureau import reference
from bureau.deed_texts import sentence_of
from bureau.models import Deed
from bureau.templatetags.components import timeline_item

register = template.Library()


@register.simple_tag
def deed_item(deed: Deed) -> SafeString:
    reason = conditional_escape(deed.reason) if deed.reason else ""
    return mark_safe(timeline_item(reason, title=sentence_of(deed), kind="deed", at=deed.at, facts=by_words(deed)))  # noqa: S308


@register.filter
def by_words(deed: Deed) -> str:
    """Who did it: "Mari Tamm", "Mari Tamm (Jaan Kask eest)", or the system."""
    names = reference.people()
    if deed.actor_id is None:
        return _("the system")
    actor = names.get(deed.actor_id, "")
    if deed.on_behalf_of_id is None:
        return actor
    return _("%(actor)s for %(lender)s") % {"actor": actor, "lender": names.get(deed.on_behalf_of_id, "")}
