"""The sentence of each deed on contacts and parties. No name and no words of a person: deeds are kept for ever."""

from django.utils.translation import gettext_lazy as _

from bureau.deed_texts import register, register_finder, register_group
from complaints.models import Case

register_group("contact", _("Contacts"))
register_group("party", _("Parties"))

register("contact.logged", _("The contact of %(label)s was logged"))
register("contact.changed", _("The contact of %(label)s was corrected"))
register("contact.undone", _("The contact of %(label)s was taken back"))
register("party.added", _("Party %(label)s was added"))
register("party.changed", _("Party %(label)s was changed"))

register_group("case", _("Cases"))
register_group("clock", _("Deadlines"))

register("case.registered", _("%(label)s was registered"))
register("case.started", _("Work on %(label)s was started"))
register("case.waits", _("%(label)s was set waiting"))
register("case.assigned", _("%(label)s was assigned"))
register("case.unassigned", _("%(label)s was returned to the queue"))
register("case.replied", _("%(label)s was answered"))
register("case.letter_resent", _("A letter of %(label)s was sent again"))
register("case.wrote", _("An interim letter was sent in %(label)s"))
register("case.client_wrote", _("A further turn of the client was recorded in %(label)s"))
register("case.noted", _("An internal note was added to %(label)s"))
register("case.closed", _("%(label)s was closed"))
register("case.reopened", _("%(label)s was reopened"))
register("case.forwarded", _("%(label)s was forwarded to %(body)s"))
register("case.changed", _("The facts of %(label)s were changed"))
register("case.restricted", _("Access to %(label)s was restricted"))
register("case.restriction_changed", _("The restriction of %(label)s was changed"))
register("case.unrestricted", _("The restriction of %(label)s was lifted"))
register("case.let_in", _("A person was let in to %(label)s by name"))
register("case.shut_out", _("A person's access to %(label)s by name was taken back"))
register("case.linked", _("%(label)s was linked to %(other)s"))
register("case.unlinked", _("%(label)s was unlinked from %(other)s"))
register("case.followed", _("%(label)s was followed"))
register("case.unfollowed", _("%(label)s was no longer followed"))
register("clock.started", _("A deadline was started on %(label)s"))
register("clock.extended", _("A deadline of %(label)s was extended from %(old)s to %(new)s"))
register("clock.extension_asked", _("An extension was asked for in %(label)s"))
register("clock.extension_declined", _("An extension was not granted in %(label)s"))
register("clock.recomputed", _("A deadline of %(label)s was recomputed from %(old)s to %(new)s"))

register_group("kind", _("Kinds of cases"))
register_group("term", _("Terms"))

register("kind.added", _("Kind %(label)s was added"))
register("kind.changed", _("Kind %(label)s was changed"))
register("kind.closed", _("Kind %(label)s was closed"))
register("kind.deleted", _("Kind %(label)s, never used, was deleted"))
register("term.added", _("A new version of a term of %(label)s is in force from %(valid_from)s"))
register("term.ended", _("A term of %(label)s ends on %(last_on)s"))
register("term.annotated", _("Sources or remarks of a term of %(label)s were changed"))
register("term.deleted", _("A version of a term of %(label)s, never used, was deleted"))


def cases_called(text: str) -> list[int]:
    return list(Case.objects.filter(number=text.upper()).values_list("pk", flat=True))


register_finder("complaints.case", cases_called)
