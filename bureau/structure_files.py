"""The lists the head keeps as files: the columns are the fields of the form by hand, with the code and the last day."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import exports, gates, structure
from bureau.list_files import registry
from bureau.list_files.cells import ChoiceCell, DayCell, EntryCell, NumberCell, TextCell, WordsCell, YesNoCell
from bureau.list_files.outgoing import listing_from
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import FileColumn, ListResource
from bureau.models import User
from bureau.models.structure import Listed
from bureau.refusals import DeedRefused
from bureau.roles import Permission

CODE, LAST_DAY = "code", "valid_to"


def cell_of(name: str, field: forms.Field) -> TextCell:
    """How the value of a form's field stands in a cell."""
    if isinstance(field, forms.ModelChoiceField):
        model = field.queryset.model
        return EntryCell(User, code="email", names=()) if model is User else EntryCell(model)
    if name == "keywords":
        return WordsCell()
    if isinstance(field, forms.DateField):
        return DayCell()
    if isinstance(field, forms.BooleanField):
        return YesNoCell()
    if isinstance(field, forms.ChoiceField):
        return ChoiceCell(field.choices, is_open=True)
    return NumberCell() if isinstance(field, forms.IntegerField | forms.DecimalField) else TextCell()


class KeptListResource(ListResource):
    """One list of the structure; `of` makes the class of each. A row is found by its code, or by its Estonian name."""

    kept: Any

    def file_columns(self):
        fields = self.kept.form().fields
        columns = [
            FileColumn(
                CODE, gettext_lazy("Code"), TextCell(), is_key=True,
                help=gettext_lazy("Tells the entry from the others and never changes. Empty: found by the Estonian name, else made from it."),
            )
        ]  # fmt: skip
        columns += [
            FileColumn(name, field.label, cell_of(name, field), help=field.help_text, is_needed=name == "name_et")
            for name, field in fields.items()
        ]
        help = gettext_lazy("Closes the entry: not chosen after that day. A last day that is set is not emptied.")
        return [*columns, FileColumn(LAST_DAY, gettext_lazy("Last day in use"), DayCell(), help=help)]

    def values_of(self, entry):
        values: dict[str, Any] = {CODE: entry.code, LAST_DAY: entry.valid_to}
        for name in self.columns.keys() - values.keys():
            values[name] = self.columns[name].cell.from_form(getattr(entry, name))
        return values

    def find(self, row):
        code, name = self.plain(row, CODE), self.plain(row, "name_et")
        entries = self.kept.model.objects.all()
        if code:
            return entries.filter(code=code).first()
        found = list(entries.filter(name_et__iexact=name)[:2])
        if len(found) > 1:
            raise ValueError(_("Several entries are called “%(text)s”. Write the code.") % {"text": name[:60]})
        return found[0] if found else None

    def import_instance(self, instance, row, **kwargs):
        instance.was_closed_on = instance.listed.get(LAST_DAY)
        code = instance.code
        super().import_instance(instance, row, **kwargs)
        if code:  # found by its name, or by a code in other letters
            instance.listed[CODE] = code

    def form(self, entry, data, *, is_new):
        if is_new:
            return self.kept.form(data)
        return self.kept.form(data, instance=entry)

    def keep(self, entry, form, *, is_new):
        last_day = entry.listed.get(LAST_DAY)
        if is_new:
            new = form.save(commit=False)
            new.code = entry.listed.get(CODE) or ""
            if new.code:
                self.check_code(new)
            kept = structure.add_entry(entry=new, by=self.user, name=self.kept.name)
        else:
            kept = structure.change_entry(entry=form.save(commit=False), by=self.user, name=self.kept.name)
        if last_day != entry.was_closed_on:
            if last_day is None:
                raise DeedRefused(_("A last day that is set is not emptied by a file."), field=LAST_DAY)
            kept = structure.close_entry(entry=kept, last_day=last_day, by=self.user, name=self.kept.name)
        entry.code = kept.code
        return kept

    def check_code(self, entry: Listed) -> None:
        field = self.kept.model._meta.get_field(CODE)
        try:
            field.clean(entry.code, entry)
        except forms.ValidationError as fault:
            raise DeedRefused(" ".join(fault.messages), field=CODE) from fault

    def name_of(self, entry):
        return entry.listed.get("name_et") or entry.name_et


def resource_of(kept: Any) -> type[KeptListResource]:
    meta = type("Meta", (ListResource.Meta,), {"model": kept.model})
    return type(f"{kept.model.__name__}ListResource", (KeptListResource,), {"Meta": meta, "kept": kept})


def register(kept: Any) -> None:
    resource, page_of = resource_of(kept), {"slug": kept.slug}

    def rows(user: User, query: QueryDict, today: date) -> QuerySet:
        entries = kept.model.objects.all()
        return entries if query.get("state") == "all" else entries.in_use(today)

    exports.register(
        listing_from(
            kept.slug, kept.title, kept.model, resource, Permission.STRUCTURE_EDIT, rows, page="bureau:structure_list", page_of=page_of,
        )
    )  # fmt: skip
    gates.register_open(kept.model._meta.label_lower)
    registry.register(
        ListFile(
            kept.slug, kept.title, Permission.STRUCTURE_EDIT, resource, ("bureau:structure_list", page_of),
            gettext_lazy("An entry is known by its code, and without one by its Estonian name."),
        )
    )  # fmt: skip
