"""Collecting the figures of a report: each once, spoken in both languages, with the rows that it counted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from bureau.templatetags.formats import number
from quality.indicator_words import value_words
from quality.models import Passport
from quality.period_values import PeriodValue
from quality.report_content import Cell, Figure

LANGUAGES = ("et", "en")


@dataclass(frozen=True)
class CountedRows:
    """Rows that a figure counted and no measurement holds."""

    figure: str
    kind: str
    keys: tuple[int, ...]


@dataclass
class FigureBook:
    """The figures so far. A figure put twice under one name would mean two things, and is refused."""

    figures: dict[str, Figure] = field(default_factory=dict)
    rows: list[CountedRows] = field(default_factory=list)

    def put(self, figure: Figure) -> Figure:
        if (known := self.figures.get(figure.id)) is not None and known != figure:
            raise ValueError(f"Two figures are called {figure.id}.")
        self.figures[figure.id] = figure
        return figure

    def measured(self, name: str, value: PeriodValue, passport: Passport) -> Figure:
        """The value of an indicator, with its interval where it has one."""
        return self.put(
            Figure(
                name, value.value, in_both(lambda: spoken(value, passport)), value.numerator, value.denominator, value.lower, value.upper,
                value.rows, value.rows_hash, value.measurements, value.status, value.is_hidden,
            )
        )  # fmt: skip

    def count(self, name: str, kind: str, keys: Collection[int]) -> Figure:
        """How many rows there are, with their keys."""
        self.rows.append(CountedRows(name, kind, tuple(sorted(keys))))
        n = len(keys)
        return self.put(Figure(name, float(n), in_both(lambda: number(n)), float(n), rows=n))

    def hidden(self, name: str) -> Figure:
        return self.put(Figure(name, None, in_both(lambda: _("too few")), is_hidden=True))

    def computed(self, name: str, value: float | None, say: Callable[[], str], **facts) -> Figure:
        """Of other figures; `say` speaks it in the language in force."""
        return self.put(Figure(name, value, in_both(say), **facts))

    def cell(self, name: str, **more: str) -> Cell:
        """In the language in force."""
        figure = self.figures[name]
        return Cell(figure.text[translation.get_language() or "et"], figure.value, name, **more)

    def text(self, name: str) -> str:
        return self.figures[name].text[translation.get_language() or "et"]


def in_both(say: Callable[[], str]) -> dict[str, str]:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = str(say())
    return told


def spoken(value: PeriodValue, passport: Passport) -> str:
    """87,1 %; too few to show; a dash where nothing was counted."""
    if value.is_hidden:
        return _("too few")
    return value_words(value.value, passport.unit, passport.decimals)


def mark_of(status: str) -> str:
    return {"provisional": "p", "restated": "r"}.get(status, "")
