"""Kinds of cases and the terms that law gives them: rows with days of validity, because law changes."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.models.people import days
from bureau.models.structure import Listed, valid_days_in_order
from complaints.deadline_steps import Unit
from complaints.term_rules import HolidayList, RunsFrom, TermRule


@keeps_history()
class CaseKind(Listed):
    """What the client's turn is in law: a request for explanation, an information request, a complaint, praise."""

    series = models.CharField(_("number series"), max_length=3, default="P")
    law = models.CharField(_("legal basis"), max_length=120, blank=True)
    what_et = models.TextField(_("what it is, in Estonian"), blank=True)
    what_en = models.TextField(_("what it is, in English"), blank=True)
    notices_et = models.TextField(_("notices owed, in Estonian"), blank=True)
    notices_en = models.TextField(_("notices owed, in English"), blank=True)
    refusal_et = models.TextField(_("refusal and special points, in Estonian"), blank=True)
    refusal_en = models.TextField(_("refusal and special points, in English"), blank=True)
    has_reply_clock = models.BooleanField(_("a reply is owed by a date"), default=True)
    is_complaint = models.BooleanField(_("says that we served badly"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    needs_identity = models.BooleanField(_("the person must be identified"), default=False)
    is_environmental_information = models.BooleanField(_("environmental information"), default=False)

    class Meta(Listed.Meta):
        verbose_name = _("kind of case")
        verbose_name_plural = _("kinds of cases")
        constraints = [valid_days_in_order("complaints_casekind_valid_days_in_order")]

    @property
    def what(self) -> str:
        return self.what_en if get_language() == "en" else self.what_et

    @property
    def notices(self) -> str:
        return self.notices_en if get_language() == "en" else self.notices_et

    @property
    def refusal(self) -> str:
        return self.refusal_en if get_language() == "en" else self.refusal_et


@keeps_history()
class DeadlineRule(models.Model):
    """One term of one kind, in force for some days. `complaints.deadlines` computes with it and never asks the database."""

    class Purpose(models.TextChoices):
        REPLY = "reply", _("Reply")
        FORWARD = "forward", _("Forward to the right body")
        ACKNOWLEDGE = "acknowledge", _("Acknowledge")
        # Targets of ours within a complaint; they start no clock of the case.
        STAGE_1 = "stage_1", _("Frontline resolution of a complaint")
        STAGE_2 = "stage_2", _("Investigation of a complaint")
        # Terms of the person within a challenge; they start no clock of the case either.
        FILING = "filing", _("Filing a challenge")
        CURE = "cure", _("Curing the defects of a challenge")
        COURT = "court", _("Going to the administrative court")

    class Unit(models.TextChoices):
        CALENDAR_DAYS = "calendar_days", _("calendar days")
        WORKING_DAYS = "working_days", _("working days")
        MONTHS = "months", _("months")

    class RunsFrom(models.TextChoices):
        REGISTRATION = "registration", _("registration")
        RECEIPT = "receipt", _("receipt")
        EVENT = "event", _("an event named on the case")

    class HolidayList(models.TextChoices):
        ESTONIA = "ee", _("Estonian rest days")
        EUROPEAN_UNION = "eu", _("Regulation 1182/71")
        OWN = "own", _("our own working days, closures included (targets of ours only)")

    kind = models.ForeignKey(CaseKind, models.PROTECT, verbose_name=_("kind"), related_name="deadline_rules")
    purpose = models.CharField(_("term for"), max_length=12, choices=Purpose, default=Purpose.REPLY)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    amount = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("unit"), max_length=14, choices=Unit)
    runs_from = models.CharField(_("runs from"), max_length=14, choices=RunsFrom, default=RunsFrom.REGISTRATION)
    extended_amount = models.PositiveSmallIntegerField(
        _("length when extended"),
        null=True,
        blank=True,
        help_text=_("In total, from the same start; empty when the law knows no extension."),
    )
    extended_unit = models.CharField(_("unit when extended"), max_length=14, choices=Unit, blank=True)
    rolls = models.BooleanField(_("moves from a day off to the next working day"), default=True)
    holiday_list = models.CharField(_("days off by"), max_length=4, choices=HolidayList, default=HolidayList.ESTONIA)
    law = models.CharField(_("legal basis"), max_length=200)
    extension_law = models.CharField(_("legal basis of the extension"), max_length=200, blank=True)
    start_law = models.CharField(
        _("legal basis of the first day"),
        max_length=200,
        blank=True,
        help_text=_("Where a special act says it, as AvTS § 20; empty means TsÜS § 135."),
    )
    source = models.CharField(_("source"), max_length=400, blank=True)
    is_confirmed = models.BooleanField(_("confirmed by a lawyer"), default=False)
    note_et = models.TextField(_("note in Estonian"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["kind", "purpose", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="complaints_deadlinerule_valid_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="complaints_deadlinerule_has_length", condition=Q(amount__gte=1)),
            models.CheckConstraint(
                name="complaints_deadlinerule_extension_whole",
                condition=Q(extended_amount__isnull=True, extended_unit="")
                | (Q(extended_amount__isnull=False) & ~Q(extended_unit="")),
            ),
            ExclusionConstraint(
                name="complaints_deadlinerule_one_in_force",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    (days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.kind} · {self.get_purpose_display()} · {self.amount} {self.get_unit_display()}"

    def as_term_rule(self) -> TermRule:
        """The same rule for `complaints.deadlines`, which computes without the database."""
        return TermRule(
            kind=self.kind.code,
            amount=self.amount,
            unit=Unit(self.unit),
            runs_from=RunsFrom(self.runs_from),
            basis=self.law,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            extended_amount=self.extended_amount,
            extended_unit=Unit(self.extended_unit) if self.extended_unit else None,
            extension_law=self.extension_law,
            rolls=self.rolls,
            holiday_list=HolidayList(self.holiday_list),
            start_law=self.start_law,
        )
