"""The file of a list, brought in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.list_files.taking_in import LARGEST_BYTES


class ListFileForm(forms.Form):
    file = forms.FileField(label=_("File"))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Bring it in parts.") % {"limit": LARGEST_BYTES // 1_000_000}
            )
        return file


class MarkForm(forms.Form):
    """Says which look was confirmed."""

    mark = forms.CharField(widget=forms.HiddenInput, max_length=64)
