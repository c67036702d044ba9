"""Which rows of a job are shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.models import JobRow


class RowsForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("All rows of the report")), *JobRow.Level.choices]
    )
