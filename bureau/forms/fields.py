"""Fields that several forms of the kernel share."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.models import Topic, Unit
from bureau.typed_days import FIRST_YEAR, LAST_YEAR


def near_enough(value: date | datetime) -> None:
    """Days of other ages are slips of the finger. Some of them the database would keep and never read again."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("The year %(year)s cannot be right. Check the day.") % {"year": value.year})


class NearDayField(forms.DateField):
    default_validators = [near_enough]


class NearMomentField(forms.DateTimeField):
    default_validators = [near_enough]


class TextArea(forms.Textarea):
    """A text of several lines. Browsers send each line end as two characters; kept so, a text that nobody touched would count as changed."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


EMPTY = "–"


def day_field(label="", **options) -> NearDayField:
    """A day, picked from the browser's own calendar or typed 22.11.2026."""
    return NearDayField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def not_over(day) -> None:
    """Validator of a day by which something is to be done."""
    if day < timezone.localdate():
        raise forms.ValidationError(_("That day is over. Choose today or a later day."))


def use_day_inputs(form: forms.BaseForm) -> None:
    """Days are picked from a calendar, and a choice left open reads as a dash."""
    for field in form.fields.values():
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        elif isinstance(field, forms.ModelChoiceField):
            field.empty_label = field.empty_label and EMPTY
        elif isinstance(field, forms.ChoiceField) and (choices := list(field.choices))[:1] == BLANK_CHOICE_DASH:
            field.choices = [("", EMPTY), *choices[1:]]


def in_use_or(model: type[Model], *kept_ids: int | None) -> QuerySet:
    """Entries in use today, and those that the row already names."""
    return model.objects.in_use(timezone.localdate()) | model.objects.filter(pk__in=[pk for pk in kept_ids if pk])


class UnitField(forms.ModelChoiceField):
    """Units as a tree: parts stand under what they are part of."""

    def __init__(self, **options):
        super().__init__(Unit.objects.all(), **options)

    def offer(self, kept_id: int | None = None, leave_out=()) -> None:
        self.queryset = in_use_or(Unit, kept_id)
        self.choices = [("", "–"), *tree_choices(self.queryset.exclude(pk__in=leave_out))]


class TopicsField(forms.ModelMultipleChoiceField):
    """Topics to tick, by their groups; a group may be ticked as a whole."""

    def __init__(self, **options):
        super().__init__(Topic.objects.all(), widget=forms.CheckboxSelectMultiple, **options)

    def offer(self) -> None:
        self.queryset = Topic.objects.in_use(timezone.localdate())
        topics = list(self.queryset)
        groups = [topic for topic in topics if topic.parent_id is None]
        self.choices = [
            (
                str(group),
                [(group.pk, _("the whole group"))]
                + [(one.pk, str(one)) for one in topics if one.parent_id == group.pk],
            )
            for group in groups
        ]


def tree_choices(entries) -> list[tuple[int, str]]:
    """Every entry once, parts indented under their whole."""
    rows = list(entries)
    known = {row.pk for row in rows}
    children: dict[int | None, list] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent_id, depth):
        for row in children.get(parent_id, []):
            yield row.pk, "\u2003" * depth + str(row)
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))
