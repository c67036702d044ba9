"""In which form a list is taken out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.exports import CSV, XLSX


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("File"),
        choices=[(XLSX, _("Excel workbook (.xlsx)")), (CSV, _("CSV, for any spreadsheet or program"))],
        initial=XLSX,
        widget=forms.RadioSelect,
    )
