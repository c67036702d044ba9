"""The sentence of each deed on a challenge, for the audit pages, and its short word on the timeline of the case."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.deed_texts import register, register_group

register_group("challenge", _("Challenges"))

for _action, _sentence in {
    "opened": _("%(label)s is handled as a challenge"),
    "examined": _("Term and contents of the challenge %(label)s were examined"),
    "term_restored": _("The missed term of the challenge %(label)s was restored"),
    "cure_asked": _("A term to cure the defects of the challenge %(label)s was given"),
    "cured_in_part": _("Part of the defects of the challenge %(label)s was cured"),
    "cured": _("The defects of the challenge %(label)s were cured"),
    "passed_on": _("The challenge %(label)s was passed on to who decides"),
    "suspended": _("The act challenged in %(label)s was suspended"),
    "suspension_ended": _("The suspension of the act challenged in %(label)s ended"),
    "decided": _("The challenge %(label)s was decided"),
    "returned": _("The challenge %(label)s was returned"),
    "withdrawn": _("The challenge %(label)s was withdrawn by the person"),
    "in_court": _("The matter of the challenge %(label)s was brought before the court"),
    "court_ended": _("The court ruled in the matter of the challenge %(label)s"),
}.items():
    register(f"challenge.{_action}", _sentence)

TIMELINE = {
    "challenge.opened": pgettext_lazy("deed", "Treats it as a challenge"),
    "challenge.examined": pgettext_lazy("deed", "Examined the challenge"),
    "challenge.term_restored": pgettext_lazy("deed", "Restored the missed term"),
    "challenge.cure_asked": pgettext_lazy("deed", "Asked to cure the defects"),
    "challenge.cured_in_part": pgettext_lazy("deed", "Part of the defects was cured"),
    "challenge.cured": pgettext_lazy("deed", "The defects were cured"),
    "challenge.passed_on": pgettext_lazy("deed", "Passed the challenge on to be decided"),
    "challenge.suspended": pgettext_lazy("deed", "Suspended the challenged act"),
    "challenge.suspension_ended": pgettext_lazy("deed", "Ended the suspension"),
    "challenge.decided": pgettext_lazy("deed", "Decided the challenge"),
    "challenge.returned": pgettext_lazy("deed", "Returned the challenge"),
    "challenge.withdrawn": pgettext_lazy("deed", "The person took the challenge back"),
    "challenge.in_court": pgettext_lazy("deed", "The matter went to court"),
    "challenge.court_ended": pgettext_lazy("deed", "The court ruled"),
}
