"""Marks on messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import _host, identifier
from .identifier import Identifier, Recipient


@dataclass
class Reaction:
    """Somebody marked a message."""

    who: Identifier
    """Who did it."""
    name: str
    """The reaction's name, without colons."""
    message_id: str
    """The message that was marked."""
    recipient: Recipient
    """Where that message was said."""
    added: bool = True
    """Put there; otherwise taken away."""


def read(raw: Any) -> Reaction:
    """From the contract's form."""
    where = identifier.read_recipient(raw.recipient)
    return Reaction(identifier.read(raw.who), raw.name, raw.message_id, where, raw.added)


def write(what: Reaction) -> Any:
    """Into the contract's form."""
    return _host.chat_types.types.Reaction(
        who=identifier.write(what.who),
        name=what.name,
        added=what.added,
        message_id=what.message_id,
        recipient=identifier.write_recipient(what.recipient),
    )
