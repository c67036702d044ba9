"""The sentence of each kind of notice, and whether it asks its reader to do something. Apps register their own."""

from django.utils.translation import gettext as _

_texts: dict[str, object] = {}
_asking: set[str] = set()


def register(kind: str, sentence, *, asks: bool = False) -> None:
    """`sentence` is a lazily translated text with named places for the notice's arguments.

    `asks`: something is to be done. Then who stands in for its reader is told too, and `tests/test_what_is_asked.py`
    has a row that shows the reader can do it.
    """
    _texts[kind] = sentence
    _asking.discard(kind)
    if asks:
        _asking.add(kind)


def kinds() -> dict[str, bool]:
    """Every kind of notice, and whether it asks for something."""
    return {kind: kind in _asking for kind in _texts}


def asks(kind: str) -> bool:
    return kind in _asking


def sentence_of(notification) -> str:
    text = _texts.get(notification.kind)
    if text is None:
        return _("A notice of a kind no longer in use")
    return str(text) % notification.arguments
