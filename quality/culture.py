"""Client-minded culture: campaigns with their reach, praise on the board, pledges kept or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import reference
from bureau.audit import record
from bureau.models import User
from bureau.refusals import DeedRefused
from quality.models import Campaign, CampaignReach, Pledge, Praise

FEWEST_PEOPLE = 5


@transaction.atomic
def save_campaign(*, campaign: Campaign, units: Iterable, by) -> Campaign:
    is_new = campaign.pk is None
    if is_new:
        campaign.made_by = by
    campaign.save()
    campaign.units.set(units)
    record("campaign.begun" if is_new else "campaign.changed", by=by, on=campaign, label=campaign.title_et)
    return campaign


@transaction.atomic
def say(*, campaign: Campaign, how: str, by) -> bool:
    """I have read it, or I took part; once a person."""
    if how not in CampaignReach.How.values:
        raise DeedRefused(_("Say whether you read it or took part."))
    try:
        with transaction.atomic():
            CampaignReach.objects.create(campaign=campaign, user=by, unit=by.unit, how=how)
    except IntegrityError:
        return False
    record("campaign.reached", by=by, on=campaign, label=campaign.title_et, how=how)
    return True


@dataclass(frozen=True)
class Reach:
    """How many of those meant read it and took part; by unit only where five or more are meant."""

    people: int
    read: int
    took_part: int
    by_unit: tuple[tuple[str, int, int, int], ...]


def reach_of(campaign: Campaign) -> Reach:
    """Four statements."""
    chosen = {unit.pk for unit in campaign.units.all()}
    meant_units = set().union(*(reference.unit_subtree_ids(pk) for pk in chosen)) if chosen else None
    people = User.objects.filter(is_active=True)
    if meant_units is not None:
        people = people.filter(unit_id__in=sorted(meant_units))
    meant = dict(people.order_by().values_list("unit_id").annotate(n=Count("pk")))
    said: dict[tuple[int | None, str], int] = {}
    for unit_id, how, n in (
        CampaignReach.objects.filter(campaign=campaign)
        .order_by()
        .values_list("unit_id", "how")
        .annotate(n=Count("pk"))
    ):
        said[unit_id, how] = n
    units = reference.units()
    rows = tuple(
        (units[unit_id].name if unit_id in units else "–", n, said.get((unit_id, "read"), 0), said.get((unit_id, "took_part"), 0))
        for unit_id, n in sorted(meant.items(), key=lambda row: -row[1])
        if n >= FEWEST_PEOPLE
    )  # fmt: skip
    total = {how: sum(n for (_unit, said_how), n in said.items() if said_how == how) for how in ("read", "took_part")}
    return Reach(sum(meant.values()), total["read"], total["took_part"], rows)


@transaction.atomic
def put_praise(*, text: str, by, unit=None, person: User | None = None, case=None) -> Praise:
    """Without the client's name; a person is named only where they agreed, which whoever puts it up has asked."""
    if not text.strip():
        raise DeedRefused(_("Write what the client said."), field="text")
    if case is not None and (known := Praise.objects.filter(case=case).first()):
        return known
    made = Praise.objects.create(text=text.strip(), unit=unit, person=person, case=case, put_by=by)
    record("praise.put_up", by=by, on=made, label=str(made.pk), case=case.number if case else None)
    return made


@transaction.atomic
def take_down(*, praise: Praise, by) -> None:
    held = Praise.objects.select_for_update().get(pk=praise.pk)
    if held.taken_down_at is None:
        held.taken_down_at = timezone.now()
        held.save(update_fields=["taken_down_at"])
        record("praise.taken_down", by=by, on=held, label=str(held.pk))


@transaction.atomic
def save_pledge(*, pledge: Pledge, by) -> Pledge:
    is_new = pledge.pk is None
    if is_new:
        pledge.made_by = by
    pledge.save()
    record("pledge.made" if is_new else "pledge.changed", by=by, on=pledge, label=pledge.text_et[:100])
    return pledge


@transaction.atomic
def judge_pledge(*, pledge: Pledge, was_kept: bool, note: str, by, today: date) -> Pledge:
    held = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if held.ends_on >= today:
        raise DeedRefused(_("The pledge still runs; it is judged when its days are over."))
    held.was_kept, held.note, held.judged_on = was_kept, note.strip(), today
    held.save(update_fields=["was_kept", "note", "judged_on"])
    record("pledge.judged", by=by, on=held, label=held.text_et[:100], was_kept=was_kept)
    return held
