"""Internal notes and following: what colleagues tell each other in a case. No letter is ever built from a note."""

from django.db import transaction
from django.utils.translation import gettext as _

from bureau import drafts
from bureau.audit import record
from bureau.reference import people
from complaints import search_index
from complaints.clocks import save_moved
from complaints.correspondence import NOTE_DRAFT
from complaints.deeds import DeedRefused, locked, tell, tell_only, those_who_see
from complaints.models import Case, CaseFollower, CaseNote


@transaction.atomic
def add_note(*, case: Case, by, text: str) -> CaseNote:
    """Notes only ever add to a case, so none is refused for an older page; but the next letter sees that one came."""
    case = locked(case)
    if not text.strip():
        raise DeedRefused(_("The note has no text."))
    note = CaseNote.objects.create(case=case, author=by, on_behalf_of_id=getattr(by, "acting_for_id", None), text=text)
    save_moved(case)
    drafts.discard_draft(user=by, form=NOTE_DRAFT, subject=case.number)
    search_index.refresh(case)
    record("case.noted", by=by, on=case, note=note.pk)
    mentioned = mentioned_in(text)
    tell(case, "noted", by=by, but_not=mentioned)
    tell_only(case, "mentioned", by=by, ids=mentioned)
    return note


def mentioned_in(text: str) -> set[int]:
    """People named after an @ in full, "@Mari Tamm"."""
    if "@" not in text:
        return set()
    lowered = text.lower()
    return {user_id for user_id, name in people().items() if name and f"@{name.lower()}" in lowered}


def mentioned_in_vain(case: Case, text: str) -> list[str]:
    """Names after an @ whose case this is not: they are told nothing of it."""
    mentioned = mentioned_in(text)
    return sorted(people()[pk] for pk in mentioned - those_who_see(case, mentioned))


@transaction.atomic
def follow(*, case: Case, by) -> bool:
    """Hear of every deed on the case. False when the person follows it already."""
    _follower, made = CaseFollower.objects.get_or_create(case=case, user=by)
    if made:
        record("case.followed", by=by, on=case)
    return made


@transaction.atomic
def unfollow(*, case: Case, by) -> bool:
    gone, _rows = CaseFollower.objects.filter(case=case, user=by).delete()
    if gone:
        record("case.unfollowed", by=by, on=case)
    return bool(gone)
