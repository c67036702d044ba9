"""Client-minded culture: campaigns with their reach, praise on the board, pledges kept or not."""

from collections.abc import Iterable, Mapping, Sequence
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
from bureau.small_numbers import hidden_groups
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
def say(*, campaign: Campaign, how: str, by, today: date | None = None) -> bool:
    """I have read it, or I took part; once a person, while it runs, and by those whom it is meant for."""
    if how not in CampaignReach.How.values:
        raise DeedRefused(_("Say whether you read it or took part."))
    if not campaign.starts_on <= (today or timezone.localdate()) <= campaign.ends_on:
        raise DeedRefused(_("The campaign does not run now."))
    if (units := units_meant(campaign)) is not None and by.unit_id not in units:
        raise DeedRefused(_("The campaign is meant for other units."))
    try:
        with transaction.atomic():
            CampaignReach.objects.create(campaign=campaign, user=by, unit=by.unit, how=how)
    except IntegrityError:
        return False
    record("campaign.reached", by=by, on=campaign, label=campaign.title_et, how=how)
    return True


@dataclass(frozen=True)
class Reach:
    """How many of those meant read it and took part; by unit only where five or more are meant.

    `is_hidden`: fewer than five are meant at all, and nothing is counted.
    """

    people: int
    read: int = 0
    took_part: int = 0
    by_unit: tuple[tuple[str, int, int, int], ...] = ()
    is_hidden: bool = False


def units_meant(campaign: Campaign) -> frozenset[int] | None:
    """Units with their parts; None is the whole agency."""
    chosen = [unit.pk for unit in campaign.units.all()]
    return frozenset().union(*(reference.unit_subtree_ids(pk) for pk in chosen)) if chosen else None


def reach_of(campaigns: Sequence[Campaign]) -> dict[int, Reach]:
    """By campaign, of those who are here now, in the unit where they are now: else more may have read it than are meant.

    Two statements, however many there are; their units are prefetched.
    """
    people = dict(User.objects.filter(is_active=True).order_by().values_list("unit_id").annotate(n=Count("pk")))
    said: dict[int, dict[tuple[int | None, str], int]] = {one.pk: {} for one in campaigns}
    of_people = CampaignReach.objects.filter(campaign__in=list(said), user__is_active=True).order_by()
    found = of_people.values_list("campaign_id", "user__unit_id", "how")
    for campaign_id, unit_id, how, n in found.annotate(n=Count("pk")):
        said[campaign_id][unit_id, how] = n
    return {one.pk: reach_among(people, units_meant(one), said[one.pk]) for one in campaigns}


def reach_among(people: Mapping[int | None, int], units: frozenset[int] | None, said: Mapping[tuple[int | None, str], int]) -> Reach:  # fmt: skip
    """Of those meant alone. A unit of few is hidden, and so is the next smallest beside it, else the total would tell it."""
    meant = {unit_id: n for unit_id, n in people.items() if units is None or unit_id in units}
    if 0 < sum(meant.values()) < FEWEST_PEOPLE:
        return Reach(sum(meant.values()), is_hidden=True)
    hidden = hidden_groups(meant, smallest=FEWEST_PEOPLE)
    names = reference.units()

    def count(how: str, unit_id: int | None) -> int:
        return said.get((unit_id, how), 0)

    rows = tuple(
        (
            names[unit_id].name if unit_id in names else _("Without a unit"),
            n,
            count("read", unit_id),
            count("took_part", unit_id),
        )
        for unit_id, n in sorted(meant.items(), key=lambda row: (-row[1], row[0] or 0))
        if unit_id not in hidden
    )
    return Reach(
        sum(meant.values()), *(sum(count(how, unit_id) for unit_id in meant) for how in ("read", "took_part")), rows
    )


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
    """What was judged keeps its words and days: whether it was kept was said of these."""
    is_new = pledge.pk is None
    if not is_new and Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk).was_kept is not None:
        raise DeedRefused(_("The pledge is judged already; make a new one."))
    if is_new:
        pledge.made_by = by
    pledge.save()
    record("pledge.made" if is_new else "pledge.changed", by=by, on=pledge, label=pledge.text_et[:100])
    return pledge


@transaction.atomic
def judge_pledge(*, pledge: Pledge, was_kept: bool, note: str, by, today: date) -> Pledge:
    held = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if held.was_kept is not None:
        raise DeedRefused(_("The pledge is judged already; make a new one."))
    if held.ends_on >= today:
        raise DeedRefused(_("The pledge still runs; it is judged when its days are over."))
    held.was_kept, held.note, held.judged_on = was_kept, note.strip(), today
    held.save(update_fields=["was_kept", "note", "judged_on"])
    record("pledge.judged", by=by, on=held, label=held.text_et[:100], was_kept=was_kept)
    return held
