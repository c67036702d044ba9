"""Places where something is set up, and who sees them on the settings page. Apps register theirs in `menu.py`."""

from dataclasses import dataclass
from typing import Any

from bureau.navigation import address
from bureau.roles import Permission


@dataclass(frozen=True)
class Card:
    """`permissions`: any one of them shows it; none means everybody who signs in."""

    title: Any
    text: Any
    url_name: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    order: int = 50


@dataclass(frozen=True)
class ShownCard:
    title: str
    text: str
    url: str
    icon: str


_cards: dict[str, Card] = {}


def register_card(card: Card) -> None:
    _cards[card.url_name] = card


def cards_for(user) -> list[ShownCard]:
    seen = (card for card in _cards.values() if not card.permissions or any(user.may(one) for one in card.permissions))
    shown = (
        ShownCard(str(card.title), str(card.text), address(card.url_name), card.icon)
        for card in sorted(seen, key=lambda card: card.order)
    )
    return [card for card in shown if card.url]
