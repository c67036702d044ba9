"""Filters of the deeds and of the reading trail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau import deed_texts, reference
from bureau.forms.fields import day_field
from bureau.models import ReadingRecord


class TrailFilter(forms.Form):
    who = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    of = forms.CharField(label=_("Case number or full name"), required=False)
    since = day_field(_("From"), required=False)
    until = day_field(_("Until"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = sorted(reference.people().items(), key=lambda person: person[1].casefold())
        self.fields["who"].choices = [("", _("Everybody")), *people]


class DeedFilter(TrailFilter):
    what = forms.ChoiceField(label=_("What"), required=False)
    field_order = ["who", "what", "of", "since", "until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", _("All deeds")), *deed_texts.groups()]


class ReadingFilter(TrailFilter):
    way = forms.ChoiceField(label=_("How"), required=False, choices=[("", _("All ways")), *ReadingRecord.Way.choices])
    field_order = ["who", "way", "of", "since", "until"]
