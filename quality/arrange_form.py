"""Which tiles of the dashboard a person wants, and in which order."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils.translation import gettext as _

from quality.dashboard_measured import HIDDEN


class Codes(forms.MultipleChoiceField):
    """Codes of tiles. One that went away meanwhile is passed over, for nobody can mend it."""

    def valid_value(self, value: str) -> bool:
        return True


@dataclass(frozen=True)
class Row:
    """One tile of the list. `focus`: the button that was pressed last, or the other one where it cannot be pressed again."""

    code: str
    label: str
    place: int
    is_shown: bool
    is_first: bool
    is_last: bool
    focus: str = ""


class ArrangeForm(forms.Form):
    """Rows in their order, each shown or not. `up` and `down` move one row by one place and keep nothing yet; `usual` forgets all choices."""

    order = Codes(required=False)
    shown = Codes(required=False)
    up = forms.CharField(required=False)
    down = forms.CharField(required=False)
    usual = forms.BooleanField(required=False)

    def __init__(self, *args, tiles: list[tuple[str, str]], shown: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.labels, self.first_shown = dict(tiles), shown

    def clean(self):
        data = super().clean()
        if not self.is_move and not data.get("usual") and not self.chosen:
            raise forms.ValidationError(_("Leave at least one tile."))
        return data

    @property
    def moved(self) -> str:
        """The code of the row that is to move."""
        code = self.cleaned_data.get("up") or self.cleaned_data.get("down") or ""
        return code if code in self.labels else ""

    @property
    def is_move(self) -> bool:
        """A row was to move, also one that is gone meanwhile: nothing is kept by that."""
        return bool(self.cleaned_data.get("up") or self.cleaned_data.get("down"))

    @property
    def chosen(self) -> set[str]:
        return set(self.cleaned_data.get("shown", ())) & self.labels.keys() if self.is_bound else self.first_shown

    @cached_property
    def ordered(self) -> list[str]:
        """As the person sent them and moved one; what the page did not have stands at the end."""
        sent = self.cleaned_data.get("order", ()) if self.is_bound else ()
        order = [code for code in dict.fromkeys([*sent, *self.labels]) if code in self.labels]
        if self.is_bound and self.moved:
            at = order.index(self.moved)
            to = max(0, at - 1) if self.cleaned_data.get("up") else at + 1
            order.insert(to, order.pop(at))
        return order

    def rows(self) -> list[Row]:
        last, chosen = len(self.ordered) - 1, self.chosen
        return [
            Row(code, self.labels[code], at + 1, code in chosen, at == 0, at == last, self.focus(code, at, last))
            for at, code in enumerate(self.ordered)
        ]

    def focus(self, code: str, at: int, last: int) -> str:
        if not self.is_bound or code != self.moved:
            return ""
        pressed = "up" if self.cleaned_data.get("up") else "down"
        return "down" if at == 0 else "up" if at == last else pressed

    def moved_row(self) -> Row | None:
        return next((one for one in self.rows() if one.focus), None)

    def wanted(self) -> list[str]:
        """Codes in their order; those not wanted are marked, so that a tile that is new later is shown. Nothing: as usual."""
        if self.cleaned_data.get("usual"):
            return []
        return [
            *(code for code in self.ordered if code in self.chosen),
            *(
                HIDDEN + code
                for code in self.cleaned_data.get("order", ())
                if code in self.labels and code not in self.chosen
            ),
        ]
