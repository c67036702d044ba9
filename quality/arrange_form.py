"""Which tiles of the dashboard a person wants, and in which order."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality.dashboard_measured import HIDDEN


class ArrangeForm(forms.Form):
    """Each tile has a place, 1 the first; without one it is not shown. Equal places stand in the order of the page."""

    def __init__(self, *args, tiles: list[tuple[str, str]], shown: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = [code for code, _label in tiles]
        for place, (code, label) in enumerate(tiles, start=1):
            self.fields[code] = forms.IntegerField(
                label=label, required=False, min_value=1, max_value=99, initial=place if code in shown else None,
                error_messages={"invalid": gettext_lazy("A place is a whole number, 1 the first.")},
            )  # fmt: skip

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.get(code) for code in self.codes):
            raise forms.ValidationError(_("Leave at least one tile."))
        return data

    def wanted(self) -> list[str]:
        """Codes in their order; those not wanted are marked, so that a tile that is new later is shown."""
        data = self.cleaned_data
        chosen = sorted((code for code in self.codes if data.get(code)), key=lambda code: data[code])
        return [*chosen, *(HIDDEN + code for code in self.codes if not data.get(code))]
