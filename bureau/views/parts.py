"""What pages of the kernel share: where one is, links back, what was sent."""

from django.urls import reverse
from django.utils.translation import gettext as _


def trail_of(*names: str) -> list[tuple[str, str]]:
    """The way from the settings page to here."""
    places = {
        "settings": (_("Settings"), "bureau:settings"),
        "people": (_("People"), "bureau:person_list"),
        "structure": (_("Structure"), "bureau:structure"),
        "calendar": (_("Working calendar"), "bureau:calendar"),
        "absences": (_("Absences"), "bureau:absence_list"),
        "substitutions": (_("Substitutions"), "bureau:substitution_list"),
        "audit": (_("Deeds"), "bureau:audit"),
    }
    return [(places[name][0], reverse(places[name][1])) for name in names]


def sent(request):
    """What was sent with a form; nothing when the page is merely opened."""
    return request.POST if request.method == "POST" else None
