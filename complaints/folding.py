"""Letters without their marks, in small: the one spelling in which names and notes are looked for.

The list is fixed, unlike that of `unaccent`, so that an index may be built on it. It covers the letters of Europe's
Latin alphabets; whoever changes it makes the indexes that rest on it anew.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, TextField

MARKED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžøđħłŧıðșț"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzodhltidst"
_TO_PLAIN = str.maketrans(MARKED, PLAIN)


def folded(text: str) -> str:
    """The same as `Folded`, for what a person typed."""
    return text.lower().translate(_TO_PLAIN)


class Folded(Func):
    """Jüri Õunapuu → juri ounapuu. Written without parameters, so that the index is recognised."""

    template = f"translate(lower(%(expressions)s), '{MARKED}', '{PLAIN}')"
    output_field = TextField()


class WordsOf(Func):
    """What full-text search knows of one text: Estonian stems and the words as written, as it knows cases."""

    template = "(to_tsvector('estonian', %(expressions)s) || to_tsvector('simple', %(expressions)s))"
    output_field = SearchVectorField()
