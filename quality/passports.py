"""What an indicator means, and who agreed on it: proposed by the head, agreed with the head of department, then unchanged.

A change is a new version. Targets are dated, and so are the events from which limits of the chart are anew. A computation whose
text changed since it was agreed asks for a new version.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.models import RoleHolding
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.seeding import POSITION_STEP
from quality.models import Indicator, Passport, Rebase, Target

SEEDS = Path(__file__).resolve().parent / "seeds" / "indicators.toml"
SINCE = date(2020, 1, 1)
# What a new version may change; the rest of a passport says who and when.
CHANGEABLE = (
    "name_et", "name_en", "purpose_et", "purpose_en", "numerator_et", "numerator_en", "denominator_et", "denominator_en",
    "exclusions_et", "exclusions_en", "quality_note_et", "quality_note_en", "source_et", "source_en", "owner", "steward", "unit",
    "direction", "chart", "decimals", "is_daily", "cut_off_day", "baseline_points", "run_length", "screens_outliers", "fewest",
    "breakdowns",
)  # fmt: skip

notice_texts.register(
    "indicator.proposed", gettext_lazy("A new version of the indicator “%(name)s” waits to be agreed"), asks=True
)
notice_texts.register("indicator.agreed", gettext_lazy("The indicator “%(name)s” is agreed"))


def seed(model_of: Callable[[str, str], type[Model]]) -> None:
    """Indicators of the file that are missing, each with a first passport as a proposal; nothing that stands is changed."""
    import tomllib

    with SEEDS.open("rb") as file:
        data = tomllib.load(file)
    for number, row in enumerate(data["indicator"], start=1):
        fields: dict[str, Any] = {**data["group"][row["group"]], **row}
        code, target = fields.pop("code"), fields.pop("target", None)
        fields.pop("group")
        indicator, is_new = model_of("quality", "Indicator").objects.get_or_create(
            code=code, defaults={"position": number * POSITION_STEP}
        )
        if not is_new:
            continue
        for name in ("denominator", "exclusions", "quality_note", "source"):
            for language in ("et", "en"):
                fields.setdefault(f"{name}_{language}", "")
        model_of("quality", "Passport").objects.create(
            indicator=indicator, version=1, state="proposed", effective_from=SINCE, breakdowns=["unit"], **fields
        )
        if target is not None:
            model_of("quality", "Target").objects.create(
                indicator=indicator,
                value=Decimal(str(target)),
                valid_from=SINCE,
                reason="Esialgne eesmärk, kuni osakonna juhataja selle kinnitab",
            )


def in_force(passports) -> Passport | None:
    """Of one indicator: the agreed one; while nobody agreed on any, the proposal serves and is marked as one."""
    listed = list(passports)
    agreed = next((one for one in listed if one.state == Passport.State.AGREED), None)
    return agreed or max((one for one in listed if one.state == Passport.State.PROPOSED), key=lambda one: one.version, default=None)  # fmt: skip


def passports_in_force() -> dict[int, Passport]:
    """By indicator. One statement."""
    found: dict[int, list[Passport]] = {}
    for one in Passport.objects.exclude(state=Passport.State.REPLACED).select_related("indicator", "owner"):
        found.setdefault(one.indicator_id, []).append(one)
    return {key: passport for key, listed in found.items() if (passport := in_force(listed))}


def passport_of(indicator: Indicator) -> Passport:
    found = in_force(indicator.passports.exclude(state=Passport.State.REPLACED))
    if found is None:
        raise LookupError(f"The indicator {indicator.code} has no passport.")
    return found


def computation_changed(passport: Passport) -> bool:
    """Whether the indicator is computed by another text than when it was agreed."""
    from quality.indicators import INDICATORS

    known = INDICATORS.get(passport.indicator.code)
    return bool(passport.query_hash) and known is not None and known.query_hash != passport.query_hash


# --- Deeds ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose(*, indicator: Indicator, changes: dict[str, Any], by) -> Passport:
    """A new version with these changes; a proposal that waits is changed instead of making another."""
    held = Indicator.objects.select_for_update().get(pk=indicator.pk)
    former = in_force(held.passports.exclude(state=Passport.State.REPLACED))
    waiting = held.passports.filter(state=Passport.State.PROPOSED).first()
    if waiting is None:
        if former is None:
            raise DeedRefused(_("The indicator has no passport yet."))
        waiting = Passport(
            indicator=held, version=former.version + 1, state=Passport.State.PROPOSED, effective_from=timezone.localdate(),
            **{name: getattr(former, name) for name in CHANGEABLE},
        )  # fmt: skip
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise ValueError(name)
        setattr(waiting, name, value)
    waiting.proposed_by, waiting.proposed_at = by, timezone.now()
    waiting.save()
    record("indicator.proposed", by=by, on=waiting, label=waiting.name_et, version=waiting.version)
    tell("indicator.proposed", "head_of_department", waiting)
    return waiting


@transaction.atomic
def agree(*, passport: Passport, by) -> Passport:
    """By the head of department; never by who proposed it."""
    from quality.indicators import INDICATORS

    held = Passport.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=passport.pk)
    if held.state == Passport.State.AGREED:
        return held
    if held.state != Passport.State.PROPOSED:
        raise DeedRefused(_("This version was replaced by a later one."))
    if held.proposed_by_id == by.pk:
        raise DeedRefused(_("Who proposed it does not agree on it; another person must."))
    today = timezone.localdate()
    for former in held.indicator.passports.select_for_update().filter(state=Passport.State.AGREED):
        former.state, former.effective_to = Passport.State.REPLACED, max(today, former.effective_from)
        former.save(update_fields=["state", "effective_to"])
    held.state, held.agreed_by, held.agreed_at = Passport.State.AGREED, by, timezone.now()
    known = INDICATORS.get(held.indicator.code)
    held.query_hash = known.query_hash if known else ""
    held.save(update_fields=["state", "agreed_by", "agreed_at", "query_hash"])
    record("indicator.agreed", by=by, on=held, label=held.name_et, version=held.version)
    tell("indicator.agreed", "head_of_bureau", held)
    return held


# Between which values a figure of a unit can lie at all; what is not named is not below nought.
POSSIBLE: dict[str, tuple[int | None, int | None]] = {
    Passport.Unit.PERCENT: (0, 100), Passport.Unit.PER_THOUSAND: (0, 1000), Passport.Unit.POINTS: (-100, 100),
}  # fmt: skip


def check_target(*, passport: Passport, value: Decimal, valid_from: date, today: date) -> None:
    """Months that are over keep the target they had, and a value that the figure cannot have is no target."""
    lowest, highest = POSSIBLE.get(passport.unit, (0, None))
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        words = {"low": lowest, "high": highest, "unit": passport.get_unit_display()}
        raise DeedRefused(
            _("A figure in this unit (%(unit)s) lies between %(low)s and %(high)s.") % words
            if highest is not None
            else _("A figure in this unit (%(unit)s) is not below nought.") % words,
            field="value",
        )
    if valid_from < today:
        raise DeedRefused(
            _("A target holds from today on or later; days that are over keep the target they had."),
            field="valid_from",
        )


@transaction.atomic
def set_target(*, indicator: Indicator, value: Decimal, valid_from: date, reason: str, by, today: date) -> Target:
    """From a day on; a second one of the same day replaces the first, and its history stays."""
    check_target(passport=passport_of(indicator), value=value, valid_from=valid_from, today=today)
    if not reason.strip():
        raise DeedRefused(_("Write why this is the target."), field="reason")
    made, _is_new = Target.objects.update_or_create(
        indicator=indicator, valid_from=valid_from, defaults={"value": value, "reason": reason.strip(), "set_by": by}
    )
    record("indicator.target_set", by=by, on=made, label=indicator.code, value=str(value), valid_from=str(valid_from))
    return made


@transaction.atomic
def add_rebase(*, indicator: Indicator, kind: str, starts_on: date, reason: str, by) -> Rebase:
    """From a day on the chart has limits of its own: only for something that truly happened, and with what it was."""
    if not reason.strip():
        raise DeedRefused(_("Write what happened; limits are never changed without a reason."), field="reason")
    if Rebase.objects.filter(indicator=indicator, starts_on=starts_on, taken_back_at__isnull=True).exists():
        raise DeedRefused(_("There is an event on that day already."), field="starts_on")
    made = Rebase.objects.create(indicator=indicator, kind=kind, starts_on=starts_on, reason=reason.strip(), set_by=by)
    record("indicator.rebased", by=by, on=made, label=indicator.code, starts_on=str(starts_on), reason=reason.strip())
    return made


@transaction.atomic
def take_back_rebase(*, rebase: Rebase, by) -> None:
    held = Rebase.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=rebase.pk)
    if held.taken_back_at is None:
        held.taken_back_at = timezone.now()
        held.save(update_fields=["taken_back_at"])
        record("indicator.rebase_taken_back", by=by, on=held, label=held.indicator.code, starts_on=str(held.starts_on))


def target_on(targets, day: date) -> Target | None:
    """The one in force that day, of those of one indicator."""
    return max((one for one in targets if one.valid_from <= day), key=lambda one: one.valid_from, default=None)


def tell(kind: str, role: str, passport: Passport) -> None:
    held = RoleHolding.objects.in_force(timezone.localdate()).filter(role=role)
    people = [one.user for one in held.select_related("user")]
    notify(users=people, kind=kind, url=f"/indicators/{passport.indicator.code}/", name=passport.name_et)
