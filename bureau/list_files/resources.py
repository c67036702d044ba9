"""A row of an everyday file becomes the same form and the same deed as the change by hand.

The library (django-import-export) walks the rows, each in a savepoint, compares what was with what would be and takes
all of it back in a rehearsal; we say how a row is found, which form judges it and which deed keeps it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource

from bureau.list_files.cells import TextCell
from bureau.models import User
from bureau.refusals import DeedRefused


@dataclass(frozen=True)
class FileColumn:
    """A column of the file. `name` is that of the form's field; the heading is read in both languages and as `name`."""

    name: str
    heading: Any
    cell: TextCell
    help: Any = ""
    is_key: bool = False
    is_needed: bool = False
    # Written for the reader, left alone when the file comes back.
    is_for_reading: bool = False


class ListField(Field):
    """A column over the plain values that a resource keeps beside an object, whatever the model calls them."""

    def get_value(self, instance):
        return instance.listed.get(self.attribute)

    def save(self, instance, row, is_m2m=False, **kwargs):
        if not self.readonly:
            instance.listed[self.attribute] = self.clean(row, **kwargs)


class ListResource(ModelResource):
    """Rows of one list for one person. What differs from list to list is named below and nothing else."""

    class Meta:
        fields = ()
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        skip_html_diff = True
        store_instance = True

    def __init__(self, *, user: User, today: date):
        super().__init__()
        self.user, self.today = user, today
        self.columns = {column.name: column for column in self.file_columns()}
        self.fields = OrderedDict(
            (column.name, ListField(column.name, column.name, column.cell, readonly=column.is_for_reading))
            for column in self.columns.values()
        )
        self.taken: dict[Any, int] = {}

    # -- What a list says of itself -----------------------------------------------------------------------------------
    def file_columns(self) -> Sequence[FileColumn]:
        raise NotImplementedError

    def values_of(self, entry: Any) -> dict[str, Any]:
        """The plain values of an object, by column."""
        raise NotImplementedError

    def find(self, values: dict[str, Any]) -> Model | None:
        """The object that the row is about, among those that exist for the person; None for a new one."""
        raise NotImplementedError

    def form(self, entry: Any, data: Any, *, is_new: bool) -> forms.BaseForm:
        """The form of the same change by hand."""
        raise NotImplementedError

    def keep(self, entry: Any, form: Any, *, is_new: bool) -> Model:
        """The deed of the same change by hand."""
        raise NotImplementedError

    def key_of(self, entry: Any) -> Any:
        """What tells one object from another within a file."""
        return entry.pk

    def name_of(self, entry: Any) -> str:
        """What the preview calls the object; the same before and after it is kept."""
        return str(entry)

    # -- Steps of the library -----------------------------------------------------------------------------------------
    def get_import_id_fields(self):
        return []

    def plain(self, row: dict[str, Any], name: str) -> Any:
        """The value of a cell, also before there is an object; None where the column is missing."""
        return self.columns[name].cell.clean(row[name]) if name in row else None

    def get_instance(self, instance_loader, row):
        try:
            found = self.find(row)
        except ValueError as fault:
            raise ValidationError({self.key_name: str(fault)}) from fault
        if found is not None:
            found.listed = self.values_of(found)
        return found

    @property
    def key_name(self) -> str:
        return next((column.name for column in self.columns.values() if column.is_key), NON_FIELD_ERRORS)

    def init_instance(self, row=None):
        entry = super().init_instance(row)
        entry.listed = {}
        return entry

    def import_instance(self, instance, row, **kwargs):
        """Cells, then the form: what it makes of them (a number in the international form) is what is compared."""
        if self.key_of(instance) is not None and (before := self.taken.get(self.key_of(instance))) is not None:
            raise ValidationError(_("The same row stands on line %(line)s already.") % {"line": before})
        self.note(instance, row)
        is_new = instance.pk is None
        super().import_instance(instance, row, **kwargs)
        form = self.form(instance, self.data_for(instance, is_new=is_new), is_new=is_new)
        if not form.is_valid():
            raise ValidationError({self.column_of(name): list(errors) for name, errors in form.errors.items()})
        for name in form.fields:
            if name in self.columns and name in form.cleaned_data:
                instance.listed[name] = self.columns[name].cell.from_form(form.cleaned_data[name])
        instance.form, instance.is_new = form, is_new

    def note(self, instance: Any, row: dict[str, Any]) -> None:
        if self.key_of(instance) is not None:
            self.taken[self.key_of(instance)] = row.get("line", 0)

    def column_of(self, name: str) -> str:
        return name if name in self.columns else NON_FIELD_ERRORS

    def data_for(self, instance: Any, *, is_new: bool) -> QueryDict:
        """What the form would be sent, had the row been typed into it; what the file does not tell stays as it is."""
        blank = self.form(instance, None, is_new=is_new)
        data = QueryDict(mutable=True)
        for name, bound in blank.fields.items():
            if name in instance.listed and instance.listed[name] is not None:
                sent = self.columns[name].cell.for_form(instance.listed[name])
            elif name in self.columns and not is_new:
                sent = ""
            else:  # a new row without this cell has the form's usual value
                sent = blank.get_initial_for_field(bound, name)
                sent = "" if sent is None else getattr(sent, "pk", sent)
                sent = "on" if sent is True else None if sent is False else sent
            if isinstance(bound, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) and not sent:
                continue
            if isinstance(sent, list | tuple):
                data.setlist(name, [str(one) for one in sent])
            elif sent is not None:
                data[name] = str(sent)
        return data

    def do_instance_save(self, instance, is_create):
        try:
            with transaction.atomic():
                kept = self.keep(instance, instance.form, is_new=is_create)
        except DeedRefused as refusal:
            raise ValidationError({self.column_of(refusal.field or ""): str(refusal)}) from refusal
        except IntegrityError as fault:
            raise ValidationError(_("The row contradicts what is kept already, and was not taken.")) from fault
        instance.pk = kept.pk
        return kept

    def after_save_instance(self, instance, row, **kwargs):
        self.note(instance, row)

    def after_import(self, dataset, result, **kwargs):
        """The library would set the sequences anew: ours were used, and the runtime role may not set them."""

    # -- Out ----------------------------------------------------------------------------------------------------------
    def cells_of(self, entry: Any) -> list[Any]:
        entry.listed = self.values_of(entry)
        return [self.export_field(field, entry) for field in self.fields.values()]

    def export_field(self, field, instance, **kwargs):
        return field.export(instance)
