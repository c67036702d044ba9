"""Parties as a file. A party that does not exist for the person is neither written, changed nor told of."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import exports
from bureau.list_files import registry
from bureau.list_files.cells import ChoiceCell, NumberCell, TextCell
from bureau.list_files.outgoing import listing_from
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import FileColumn, ListResource
from bureau.models import User
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from complaints import parties
from complaints.forms.contacts import LANGUAGES
from complaints.forms.parties import PartyForm
from complaints.models import Party

NUMBER = "number"
LARGEST_NUMBER = 2**63 - 1


class PartyResource(ListResource):
    class Meta(ListResource.Meta):
        model = Party

    def file_columns(self):
        fields = PartyForm().fields
        cells = {"kind": ChoiceCell(Party.Kind.choices), "language": ChoiceCell(LANGUAGES)}
        help = gettext_lazy("Tells whose row it is; empty for somebody new.")
        return [
            FileColumn(NUMBER, gettext_lazy("Number of the party"), NumberCell(), help=help, is_key=True),
            *(
                FileColumn(name, fields[name].label, cells.get(name, TextCell()), help=fields[name].help_text)
                for name in ("name", "kind", "registry_code", "phone", "email", "address", "language", "note")
            ),
        ]

    def values_of(self, entry):
        return {name: getattr(entry, name) for name in parties.FIELDS} | {NUMBER: Decimal(entry.pk)}

    def find(self, row):
        seen = Party.objects.visible_to(self.user)
        number = self.plain(row, NUMBER)
        if number is not None:
            whole = number == number.to_integral_value() and 0 < number <= LARGEST_NUMBER
            found = seen.filter(pk=int(number)).first() if whole else None
            if found is None:
                raise ValueError(_("There is no party of this number. Leave the number empty for somebody new."))
            return found
        alike = list(self.alike(seen, row)[:2])
        if len(alike) > 1:
            raise ValueError(_("Several parties fit this row. Write the number of the right one."))
        return alike[0] if alike else None

    def alike(self, seen: QuerySet, row) -> QuerySet:
        """Without a number: the same registry code; else the same name with the same e-mail, phone or neither."""
        text = {name: self.plain(row, name) or "" for name in ("name", "registry_code", "phone", "email")}
        try:
            code, phone = parties.checked_registry_code(text["registry_code"]), parties.checked_phone(text["phone"])
        except parties.PartyRefused:
            return seen.none()  # the form tells the same fault beside its column
        if code:
            return seen.filter(registry_code=code)
        named = seen.filter(name__iexact=text["name"])
        if text["email"]:
            return named.filter(email__iexact=text["email"])
        return named.filter(phone=phone) if phone else named.filter(phone="", email="", registry_code="")

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        instance.listed[NUMBER] = None if instance.pk is None else Decimal(instance.pk)

    def form(self, entry, data, *, is_new):
        initial = {} if is_new else {name: getattr(entry, name) for name in parties.FIELDS}
        return PartyForm(data, initial=initial)

    def keep(self, entry, form, *, is_new):
        try:
            if is_new:
                return parties.party_of_address(facts=form.facts(), by=self.user, is_somebody_else=True)
            return parties.change_party(
                party=entry, facts=form.facts(), by=self.user, seen_version=entry.version
            )[0]  # fmt: skip
        except parties.PartyRefused as refusal:
            raise DeedRefused(str(refusal)) from refusal

    def name_of(self, entry):
        told = entry.listed
        return next((told[name] for name in ("name", "phone", "email", "registry_code") if told.get(name)), "")


def party_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return Party.objects.visible_to(user).order_by("-pk")


exports.register(
    listing_from(
        "parties", gettext_lazy("Parties"), Party, PartyResource, Permission.CASE_EXPORT, party_rows, page="complaints:party_list"
    )
)  # fmt: skip
registry.register(
    ListFile(
        "parties", gettext_lazy("Parties"), Permission.PARTY_CHANGE, PartyResource, ("complaints:party_list", {}),
        gettext_lazy("A party is known by its number; without one by the registry code, or by the name together with the e-mail address or phone."),
    )
)  # fmt: skip
