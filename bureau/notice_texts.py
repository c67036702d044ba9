"""The sentence of each kind of notice. Apps register their own."""

from django.utils.translation import gettext as _

_texts: dict[str, object] = {}


def register(kind: str, sentence) -> None:
    """`sentence` is a lazily translated text with named places for the notice's arguments."""
    _texts[kind] = sentence


def sentence_of(notification) -> str:
    text = _texts.get(notification.kind)
    if text is None:
        return _("A notice of a kind no longer in use")
    return str(text) % notification.arguments
