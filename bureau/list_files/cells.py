"""How the cells of an everyday file are read and written: words in both languages, codes, days, numbers.

A value has three faces: the cell, the plain value that is compared and kept in a preview, and what a form takes. A cell
that cannot be read raises ValueError with a sentence for its row.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from import_export.widgets import Widget

from bureau.foreign_numbers import NotANumber, UnclearNumber, number_of
from bureau.foreign_tables import unguarded
from bureau.spreadsheets import day_text, looks_like_formula, number_text

LANGUAGES = ("et", "en")


def text_of(cell: Any) -> str:
    """The words of a cell, without the sign that keeps a formula text in our own files."""
    if isinstance(cell, datetime):
        return day_text(cell)
    text = str(cell if cell is not None else "").strip()
    return str(unguarded(text)) if text[:1] == "'" and looks_like_formula(text[1:]) else text


def words_of(label: Any) -> set[str]:
    """A label in both languages, as it is compared."""
    found = set()
    for language in LANGUAGES:
        with override(language):
            found.add(str(label).strip().casefold())
    return found


class TextCell(Widget):
    """Words as they stand. `holds` says in the help what kind of value the column has."""

    holds: Any = gettext_lazy("text")

    def clean(self, value, row=None, **kwargs):
        return text_of(value)

    def render(self, value, obj=None, **kwargs):
        return value

    def for_form(self, value: Any) -> Any:
        return "" if value is None else str(value)

    def from_form(self, cleaned: Any) -> Any:
        return "" if cleaned is None else str(cleaned).strip()

    def shown(self, value: Any) -> str:
        """As the preview tells it."""
        rendered = self.render(value)
        if isinstance(rendered, date):
            return day_text(rendered)
        if isinstance(rendered, Decimal):
            return number_text(rendered)
        return str(rendered if rendered is not None else "")


class WordsCell(TextCell):
    """Several words of one's own, with commas between."""

    holds = gettext_lazy("words with commas between")

    def clean(self, value, row=None, **kwargs):
        return self.from_form(text_of(value).split(","))

    def from_form(self, cleaned):
        return ", ".join(word.strip() for word in cleaned or () if word.strip())


class DayCell(TextCell):
    holds = gettext_lazy("day, 22.11.2026")

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, datetime):
            return value.date()
        text = text_of(value)
        for form in ("%d.%m.%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if text:
            raise ValueError(_("“%(text)s” is no day. Write it as 22.11.2026.") % {"text": text[:40]})
        return None

    def for_form(self, value):
        return value.isoformat() if value else ""

    def from_form(self, cleaned):
        return cleaned


class NumberCell(TextCell):
    holds = pgettext_lazy("cell", "number")

    def clean(self, value, row=None, **kwargs):
        text = text_of(value) if not isinstance(value, int | float | Decimal) else value
        if text == "":
            return None
        try:
            return number_of(value if isinstance(value, str) and text == value.strip() else text).normalize()
        except UnclearNumber as fault:
            raise ValueError(_("“%(text)s” may mean two numbers. Write it without a sign for thousands.") % {"text": text}) from fault  # fmt: skip
        except NotANumber as fault:
            raise ValueError(_("“%(text)s” is no number.") % {"text": str(text)[:40]}) from fault

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else value

    def for_form(self, value):
        return "" if value is None else f"{value:f}"

    def from_form(self, cleaned):
        return None if cleaned is None else Decimal(cleaned).normalize()


class YesNoCell(TextCell):
    holds = gettext_lazy("yes or no")
    YES, NO = frozenset({"x", "true", "1", "jah", "yes"}), frozenset({"", "false", "0", "ei", "no"})

    def clean(self, value, row=None, **kwargs):
        text = text_of(value).casefold()
        if text not in self.YES | self.NO:
            raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})
        return text in self.YES

    def render(self, value, obj=None, **kwargs):
        return _("yes") if value else _("no")

    def for_form(self, value):
        return "on" if value else None

    def from_form(self, cleaned):
        return bool(cleaned)


class ChoiceCell(TextCell):
    """One of a few words: written as a word of the reader's language, read in both."""

    def __init__(self, choices: Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]], *, is_open: bool = False):  # fmt: skip
        """`is_open`: a row may bear a word that is offered no more; the form judges it."""
        super().__init__()
        self.is_open = is_open
        self.choices = dict(choices() if callable(choices) else choices)
        self.known = {word: value for value, label in self.choices.items() for word in words_of(label)}
        self.known |= {str(value).casefold(): value for value in self.choices}

    @property
    def holds(self):
        return ", ".join(str(label) for label in self.choices.values() if str(label) != "–")

    def clean(self, value, row=None, **kwargs):
        text = text_of(value)
        if text == "":
            return None
        try:
            return self.known[text.casefold()]
        except KeyError:
            if self.is_open:
                return text
            raise ValueError(
                _("“%(text)s” is none of these: %(words)s.") % {"text": text[:40], "words": self.holds}
            ) from None

    def render(self, value, obj=None, **kwargs):
        return str(self.choices.get(value, "" if value is None else value))

    def from_form(self, cleaned):
        return None if cleaned in (None, "") else cleaned


class ChoicesCell(ChoiceCell):
    """Several of a few words, with commas between."""

    def clean(self, value, row=None, **kwargs):
        parts = [part for part in text_of(value).split(",") if part.strip()]
        return tuple(sorted({super(ChoicesCell, self).clean(part) for part in parts}))

    def render(self, value, obj=None, **kwargs):
        return ", ".join(super(ChoicesCell, self).render(one) for one in value or ())

    def for_form(self, value):
        return list(value or ())

    def from_form(self, cleaned):
        return tuple(sorted(cleaned or ()))


class EntryCell(TextCell):
    """An entry of a kept list, by its code; its name in either language is read too when only one bears it."""

    holds = gettext_lazy("code")

    def __init__(self, model: type[Model], *, code: str = "code", names: tuple[str, ...] = ("name_et", "name_en")):
        super().__init__()
        self.model, self.code, self.names = model, code, names

    def rows(self) -> QuerySet:
        return self.model._default_manager.all()

    def clean(self, value, row=None, **kwargs):
        text = text_of(value)
        if text == "":
            return None
        found = list(self.rows().filter(**{f"{self.code}__iexact": text}).values_list(self.code, flat=True)[:2])
        if not found and self.names:
            named = Q()
            for name in self.names:
                named |= Q(**{f"{name}__iexact": text})
            found = list(self.rows().filter(named).values_list(self.code, flat=True)[:2])
        if len(found) > 1:
            raise ValueError(_("Several entries are called “%(text)s”. Write the code.") % {"text": text[:60]})
        if not found:
            raise ValueError(_("There is no “%(text)s” in the list.") % {"text": text[:60]})
        return found[0]

    def for_form(self, value):
        return (
            str(self.rows().filter(**{self.code: value}).values_list("pk", flat=True).first() or "") if value else ""
        )

    def from_form(self, cleaned):
        return getattr(cleaned, self.code) if cleaned is not None else None


class EntriesCell(EntryCell):
    """Several entries by their codes, with commas between."""

    holds = gettext_lazy("codes with commas between")

    def clean(self, value, row=None, **kwargs):
        parts = [part for part in text_of(value).split(",") if part.strip()]
        return tuple(sorted({super(EntriesCell, self).clean(part) for part in parts}))

    def render(self, value, obj=None, **kwargs):
        return ", ".join(value or ())

    def for_form(self, value):
        return [str(pk) for pk in self.rows().filter(**{f"{self.code}__in": value or ()}).values_list("pk", flat=True)]

    def from_form(self, cleaned):
        return tuple(sorted(getattr(one, self.code) for one in cleaned or ()))
