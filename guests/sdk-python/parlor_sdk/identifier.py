"""People, and people in rooms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import _host


@dataclass(frozen=True)
class Identifier:
    """A person, or, with `room`, a person in a room. Two are the same if `network`, `person` and `room` are.

    >>> Identifier("U024", nick="ann") == Identifier("U024", nick="annie")
    True
    >>> Identifier("U024", nick="ann").name
    'ann'
    """

    person: str
    """Identifies the person securely, and suffices to contact them."""
    network: str = ""
    """The configured name of the network. A backend, which does not know it, leaves it empty: the host fills it in."""
    room: str | None = None
    """The room that this person is in."""
    client: str | None = field(default=None, compare=False)
    """The device that the person is speaking from, where the service knows one."""
    nick: str | None = field(default=None, compare=False)
    """The short name to call the person by."""
    display_name: str | None = field(default=None, compare=False)
    """The full name."""
    access_id: str = field(default="", compare=False)
    """What access rules are matched against: never a name that its bearer can choose freely. By default `person`."""

    @property
    def name(self) -> str:
        """What to call them: the nick, else the full name, else what identifies them."""
        for name in (self.nick, self.display_name):
            if name is not None:
                return name
        return self.person


Recipient = Identifier | str
"""Who a message is for: one person, or everybody in the room of this name."""


def read(raw: Any) -> Identifier:
    """From the contract's form."""
    return Identifier(raw.person, raw.network, raw.room, raw.client, raw.nick, raw.display_name, raw.access_id)


def write(who: Identifier) -> Any:
    """Into the contract's form."""
    return _host.chat_types.types.Identifier(
        network=who.network,
        person=who.person,
        client=who.client,
        nick=who.nick,
        display_name=who.display_name,
        room=who.room,
        access_id=who.access_id or who.person,
    )


def read_recipient(raw: Any) -> Recipient:
    """From the contract's form."""
    return raw.value if isinstance(raw.value, str) else read(raw.value)


def write_recipient(to: Recipient) -> Any:
    """Into the contract's form."""
    types = _host.chat_types.types
    return types.Recipient_Room(to) if isinstance(to, str) else types.Recipient_Person(write(to))
