"""Targets of indicators as a file: one row an indicator and the day from which it holds."""

from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import exports, gates
from bureau.list_files import registry
from bureau.list_files.cells import DayCell, EntryCell, NumberCell, TextCell
from bureau.list_files.outgoing import listing_from
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import FileColumn, ListResource
from bureau.models import User
from bureau.roles import Permission
from quality import passports
from quality.indicator_forms import TargetForm
from quality.models import Indicator, Target

INDICATOR, NAME = "indicator", "name"


class IndicatorCell(EntryCell):
    def rows(self):
        return Indicator.objects.filter(is_in_use=True)


class IndicatorTargetForm(TargetForm):
    """The form by hand stands on the page of its indicator; a row of a file names it."""

    indicator = forms.ModelChoiceField(Indicator.objects.filter(is_in_use=True), label=_("Indicator"))


class TargetResource(ListResource):
    class Meta(ListResource.Meta):
        model = Target

    def __init__(self, **given):
        super().__init__(**given)
        self.names = {passport.indicator.code: passport.name for passport in passports.passports_in_force().values()}

    def file_columns(self):
        fields = IndicatorTargetForm().fields
        return [
            FileColumn(INDICATOR, fields[INDICATOR].label, IndicatorCell(Indicator, names=()), help=_("Code of the indicator, as in its address."), is_key=True, is_needed=True),
            FileColumn(NAME, _("Name"), TextCell(), is_for_reading=True),
            FileColumn("valid_from", fields["valid_from"].label, DayCell(), help=_("Today or later; days that are over keep the target they had."), is_needed=True),
            FileColumn("value", pgettext_lazy("of an indicator", "Target"), NumberCell(), help=_("In the unit of the indicator."), is_needed=True),
            FileColumn("reason", fields["reason"].label, TextCell(), help=_("Why this is the target."), is_needed=True),
        ]  # fmt: skip

    def values_of(self, entry):
        return {
            INDICATOR: entry.indicator.code, NAME: self.names.get(entry.indicator.code, ""), "valid_from": entry.valid_from,
            "value": Decimal(entry.value).normalize(), "reason": entry.reason,
        }  # fmt: skip

    def find(self, row):
        code, day = self.plain(row, INDICATOR), self.plain(row, "valid_from")
        return Target.objects.select_related("indicator").filter(indicator__code=code, valid_from=day).first()

    def form(self, entry, data, *, is_new):
        return IndicatorTargetForm(data)

    def keep(self, entry, form, *, is_new):
        return passports.set_target(by=self.user, today=self.today, **form.cleaned_data)

    def name_of(self, entry):
        code = entry.listed.get(INDICATOR) or ""
        return self.names.get(code, code)


def target_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    rows = Target.objects.filter(indicator__is_in_use=True).select_related("indicator")
    return rows.order_by("indicator__position", "indicator__code", "-valid_from")


gates.register_open(Target._meta.label_lower)
exports.register(
    listing_from(
        "targets", _("Targets of indicators"), Target, TargetResource, Permission.INDICATOR_VIEW, target_rows, page="quality:indicator_list"
    )
)  # fmt: skip
registry.register(
    ListFile(
        "targets", _("Targets of indicators"), Permission.INDICATOR_EDIT, TargetResource, ("quality:indicator_list", {}),
        _("A target is known by its indicator and the day from which it holds."),
    )
)  # fmt: skip
