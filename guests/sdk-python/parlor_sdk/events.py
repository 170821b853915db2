"""What a backend reports to the host. No call waits."""

from __future__ import annotations

from . import _host, identifier, message, presence, reaction, room_event
from .identifier import Identifier
from .message import Message
from .presence import Presence
from .reaction import Reaction
from .room_event import RoomEvent


def connected(who: Identifier) -> None:
    """The service has let the bot in."""
    _host.events.call("connected", identifier.write(who))


def disconnected(reason: str, turned_away: bool = False) -> None:
    """The service is gone, or not to be reached. `turned_away`: it was reached, and did not let the bot in (a wrong
    password, a ban)."""
    _host.events.call("disconnected", reason, turned_away)


def message_received(what: Message) -> None:
    """Somebody said something, the bot itself included where the service echoes."""
    _host.events.call("message_received", message.write(what))


def presence_changed(what: Presence) -> None:
    """Somebody came, went or changed."""
    _host.events.call("presence_changed", presence.write(what))


def reaction_changed(what: Reaction) -> None:
    """Somebody marked a message."""
    _host.events.call("reaction_changed", reaction.write(what))


def room_changed(name: str, what: RoomEvent) -> None:
    """Something happened in the room of this name."""
    _host.events.call("room_changed", name, room_event.write(what))


def refused(why: str) -> None:
    """The service refused what it had been asked for before: one sentence, with the remedy."""
    _host.events.call("refused", why)


def message_sent(what: Message) -> None:
    """A message that the bot sent has got its id."""
    _host.events.call("message_sent", message.write(what))
