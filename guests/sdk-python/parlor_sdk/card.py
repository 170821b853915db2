"""Cards: messages with a frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import _host


@dataclass
class Card:
    """A message with a frame, for services that can show one; others get it as text."""

    body: str
    """Markdown."""
    title: str | None = None
    """The headline."""
    summary: str | None = None
    """One line, for services that show no more."""
    link: str | None = None
    """Where the title leads."""
    image: str | None = None
    """The URL of a picture."""
    thumbnail: str | None = None
    """The URL of a small picture."""
    color: str | None = None
    """The frame's colour, as `#rrggbb`."""
    fields: dict[str, str] = field(default_factory=dict)
    """Names and values, shown as a table."""


def read(raw: Any) -> Card:
    """From the contract's form."""
    return Card(raw.body, raw.title, raw.summary, raw.link, raw.image, raw.thumbnail, raw.color, dict(raw.fields))


def write(card: Card) -> Any:
    """Into the contract's form."""
    return _host.chat_types.types.Card(
        summary=card.summary,
        title=card.title,
        body=card.body,
        link=card.link,
        image=card.image,
        thumbnail=card.thumbnail,
        color=card.color,
        fields=list(card.fields.items()),
    )
