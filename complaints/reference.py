"""Kinds of cases kept in memory, beside the kernel's lists."""

from django.db.models.signals import post_delete, post_save

from bureau import reference
from bureau.reference import Entry


def _kinds():
    from complaints.models import CaseKind

    return reference.entries(
        CaseKind.objects.all(),
        "series",
        "law",
        "has_reply_clock",
        "is_complaint",
        "is_urgent",
        "is_environmental_information",
        "needs_identity",
        "what_et",
        "what_en",
        "notices_et",
        "notices_en",
        "refusal_et",
        "refusal_en",
    )


reference.register("kinds", _kinds)


def kinds() -> dict[int, Entry]:
    return reference.listed("kinds")


def _people_concerned():
    from complaints.models import ComplaintPerson

    return frozenset(ComplaintPerson.objects.values_list("user_id", flat=True))


reference.register("people_concerned", _people_concerned)


def is_concerned(*user_ids: int) -> bool:
    """Whether a complaint concerns any of these people; for what is kept for several readers, never as a gate."""
    return not reference.listed("people_concerned").isdisjoint(user_ids)


def connect() -> None:
    from complaints.models import CaseKind, ComplaintPerson

    for model in (CaseKind, ComplaintPerson):
        for signal in (post_save, post_delete):
            signal.connect(reference.changed, sender=model, dispatch_uid=f"reference-{model.__name__}")
