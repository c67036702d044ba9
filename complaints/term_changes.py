"""Changing the terms of a kind: a new version begins on a day and ends the former one the day before. Law is not rewritten."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau import structure
from bureau.audit import record
from bureau.refusals import DeedRefused
from bureau.templatetags.formats import day
from complaints.models import Clock, DeadlineRule


@transaction.atomic
def add_term(*, rule: DeadlineRule, by, reason: str = "") -> DeadlineRule:
    """Put a new version into force. `rule` is not saved yet.

    Clocks keep the version that held on the day their case was registered, so the new one may not begin on a day from
    which deadlines are already counted by the former.
    """
    others = list(DeadlineRule.objects.select_for_update(of=("self",)).filter(kind=rule.kind, purpose=rule.purpose))
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        raise DeedRefused(_("The last day is before the first day."), field="valid_to")
    later = min((one.valid_from for one in others if one.valid_from >= rule.valid_from), default=None)
    if later is not None and (rule.valid_to is None or rule.valid_to >= later):
        raise DeedRefused(
            _("Another version of this term begins on %(day)s. Let this one end before it, or change that one.")
            % {"day": day(later)},
            field="valid_to" if rule.valid_from < later else "valid_from",
        )
    former = next(
        (
            one for one in others
            if one.valid_from < rule.valid_from and (one.valid_to is None or one.valid_to >= rule.valid_from)
        ),
        None,
    )  # fmt: skip
    if former is not None:
        refuse_when_counted(former, since=rule.valid_from)
        if rule.valid_to is not None and (former.valid_to is None or former.valid_to > rule.valid_to):
            raise DeedRefused(
                _(
                    "The former version would begin again after this one. Leave the last day empty, and add it anew then."
                ),
                field="valid_to",
            )
        former.valid_to = rule.valid_from - timedelta(days=1)
        former.save(update_fields=["valid_to"])
    rule.save(force_insert=True)
    record(
        "term.added", by=by, on=rule, label=str(rule.kind), reason=reason, purpose=rule.purpose, amount=rule.amount,
        unit=rule.unit, valid_from=rule.valid_from.isoformat(), law=rule.law, former=former.pk if former else None,
    )  # fmt: skip
    return rule


def refuse_when_counted(former: DeadlineRule, *, since: date) -> None:
    counted = Clock.objects.filter(rule=former, case__registered_on__gte=since).count()
    if counted:
        raise DeedRefused(
            ngettext(
                "%(count)s deadline of a case registered since %(day)s is counted by the former version. Choose a later day.",
                "%(count)s deadlines of cases registered since %(day)s are counted by the former version. Choose a later day.",
                counted,
            )
            % {"count": counted, "day": day(since)},
            field="valid_from",
        )


@transaction.atomic
def end_term(*, rule: DeadlineRule, last_day: date, by, reason: str = "") -> DeadlineRule:
    """The law sets no such term any more after that day."""
    rule = DeadlineRule.objects.select_for_update(of=("self",)).select_related("kind").get(pk=rule.pk)
    if last_day < rule.valid_from:
        raise DeedRefused(
            _("This version begins on %(day)s. Choose that day or a later one.") % {"day": day(rule.valid_from)},
            field="last_day",
        )
    if rule.valid_to is not None and last_day > rule.valid_to:
        raise DeedRefused(
            _("This version already ends on %(day)s. Add a new version instead.") % {"day": day(rule.valid_to)},
            field="last_day",
        )
    refuse_when_counted(rule, since=last_day + timedelta(days=1))
    old, rule.valid_to = rule.valid_to, last_day
    rule.save(update_fields=["valid_to"])
    record(
        "term.ended", by=by, on=rule, label=str(rule.kind), reason=reason, purpose=rule.purpose, last_on=last_day.isoformat(),
        old=old.isoformat() if old else None,
    )  # fmt: skip
    return rule


# What may be written on a version that is in force: it changes no date.
REMARKS = ("law", "extension_law", "start_law", "source", "is_confirmed", "note_et", "note_en")


@transaction.atomic
def annotate_term(*, rule: DeadlineRule, by, **remarks) -> DeadlineRule:
    """Sources, remarks, a lawyer's confirmation. Lengths and days stay: those are a new version."""
    rule = DeadlineRule.objects.select_for_update(of=("self",)).select_related("kind").get(pk=rule.pk)
    changed = {name: [getattr(rule, name), remarks[name]] for name in REMARKS if getattr(rule, name) != remarks[name]}
    if changed:
        for name, (_old, new) in changed.items():
            setattr(rule, name, new)
        rule.save(update_fields=list(changed))
        record("term.annotated", by=by, on=rule, label=str(rule.kind), purpose=rule.purpose, changed=changed)
    return rule


@transaction.atomic
def delete_term(*, rule: DeadlineRule, by) -> None:
    """Take away a version by which nothing was ever counted; the one before it holds on again."""
    rule = DeadlineRule.objects.select_for_update(of=("self",)).select_related("kind").get(pk=rule.pk)
    if structure.is_used(rule):
        raise DeedRefused(_("Deadlines are counted by this version. End it with a date instead."))
    former = DeadlineRule.objects.select_for_update(of=("self",)).filter(
        kind=rule.kind, purpose=rule.purpose, valid_to=rule.valid_from - timedelta(days=1)
    )
    record("term.deleted", by=by, on=rule, label=str(rule.kind), purpose=rule.purpose, facts=structure.facts(rule))
    last_day = rule.valid_to
    rule.delete()
    for one in former:
        one.valid_to = last_day
        one.save(update_fields=["valid_to"])
