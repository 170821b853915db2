"""Messages: what was said, by whom, where."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import _host, identifier
from .identifier import Identifier, Recipient


def now() -> int:
    """This moment as a message's `timestamp`: milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@dataclass
class Message:
    """One message, as received or as built for sending."""

    sender: Identifier
    """Who said it."""
    recipient: Recipient
    """Who it is for: a person, or the name of a room."""
    body: str
    """As received: the text, without the service's own markup."""
    network: str = ""
    """The network that it came from or goes to; a backend leaves it empty."""
    id: str | None = None
    """The service's own id for it, where it has one."""
    parent: str | None = None
    """The id of the message that this one answers, or whose thread it is in."""
    timestamp: int = field(default_factory=now)
    """Milliseconds since 1970, UTC."""
    delayed: bool = False
    """History that the service replays: not news, and never a command."""
    extras: list[tuple[str, str]] = field(default_factory=list)
    """What the service says beyond this, as name and JSON text."""

    @property
    def room(self) -> str | None:
        """The room that it was said in; none where it was said to one person alone."""
        return self.recipient if isinstance(self.recipient, str) else None

    @property
    def time(self) -> datetime:
        """When it was said, in UTC."""
        return datetime.fromtimestamp(self.timestamp / 1000, UTC)

    @property
    def place(self) -> Recipient:
        """Where an answer belongs that comes later: the room, or the sender in private."""
        return self.recipient if isinstance(self.recipient, str) else self.sender

    def reply(self, body: str, private: bool = False) -> None:
        """Answers where it was said, and in its thread if it is in one; or to the sender alone."""
        threaded = not private and self.parent is not None
        _host.chat.call("reply", write(self), body, private, threaded)

    def react(self, name: str, add: bool = True) -> None:
        """Marks it, or takes the bot's mark away."""
        _host.chat.call("react", write(self), name, add)


def read(raw: Any) -> Message:
    """From the contract's form."""
    return Message(
        sender=identifier.read(raw.sender),
        recipient=identifier.read_recipient(raw.recipient),
        body=raw.body,
        network=raw.network,
        id=raw.id,
        parent=raw.parent,
        timestamp=raw.timestamp,
        delayed=raw.delayed,
        extras=raw.extras,
    )


def write(what: Message) -> Any:
    """Into the contract's form."""
    return _host.chat_types.types.Message(
        id=what.id,
        network=what.network,
        sender=identifier.write(what.sender),
        recipient=identifier.write_recipient(what.recipient),
        body=what.body,
        parent=what.parent,
        timestamp=what.timestamp,
        delayed=what.delayed,
        extras=what.extras,
    )
