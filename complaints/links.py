"""Cases that belong together. A link is kept once and read from both ends."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bureau.audit import record
from complaints.deeds import DeedRefused, tell
from complaints.models import Case, CaseLink

# The same link read from the other case.
SEEN_FROM_OTHER = {
    CaseLink.Kind.RELATED: pgettext_lazy("link of cases", "Related to"),
    CaseLink.Kind.FOLLOW_UP: pgettext_lazy("link of cases", "Followed up by"),
    CaseLink.Kind.REPEAT: pgettext_lazy("link of cases", "Repeated by"),
    CaseLink.Kind.APPEAL: pgettext_lazy("link of cases", "Appealed by"),
    CaseLink.Kind.CAUSED_BY: pgettext_lazy("link of cases", "Caused"),
    CaseLink.Kind.DUPLICATE: pgettext_lazy("link of cases", "Has a duplicate"),
}


@transaction.atomic
def link_cases(*, case: Case, other: Case, kind: str, by) -> CaseLink:
    if case.pk == other.pk:
        raise DeedRefused(_("A case is not linked to itself."))
    if CaseLink.objects.filter(case=other, other=case, kind=kind).exists():
        raise DeedRefused(_("These two cases are already linked this way, seen from the other one."))
    link, made = CaseLink.objects.get_or_create(case=case, other=other, kind=kind, defaults={"created_by": by})
    if made:
        # Both histories tell of it; neither tells more of the other than its number.
        record("case.linked", by=by, on=case, other=other.number, kind=kind)
        record("case.linked", by=by, on=other, other=case.number, kind=kind, reverse=True)
        tell(case, "linked", by=by)
        tell(other, "linked", by=by)
    return link


@transaction.atomic
def unlink_cases(*, link: CaseLink, by) -> None:
    record("case.unlinked", by=by, on=link.case, other=link.other.number, kind=link.kind)
    record("case.unlinked", by=by, on=link.other, other=link.case.number, kind=link.kind, reverse=True)
    link.delete()
