"""What a bot can do on the networks that it was granted.

A recipient is an `Identifier` (one person) or the name of a room. What comes to nothing is a `ChatError`.
"""

from __future__ import annotations

from . import _host, identifier, presence
from . import card as _card
from .card import Card
from .identifier import Identifier, Recipient
from .message import Message
from .room import Room


def networks() -> list[str]:
    """The networks that this bot was granted, by their configured names."""
    return _host.chat.call("networks")


def send(network: str, to: Recipient, body: str) -> None:
    """Says something: Markdown, of any length. Returns once the backend has taken it."""
    _host.chat.call("send", network, identifier.write_recipient(to), body)


def reply(to: Message, body: str, private: bool = False) -> None:
    """Answers a message; the same as `to.reply(body)`."""
    to.reply(body, private)


def card(network: str, to: Recipient, what: Card) -> None:
    """Sends a card; services without cards show it as text."""
    _host.chat.call("send_card", network, identifier.write_recipient(to), _card.write(what))


def react(to: Message, name: str, add: bool = True) -> None:
    """Marks a message, or takes the bot's mark away."""
    to.react(name, add)


def bot_identifier(network: str) -> Identifier:
    """Who the bot is on this network."""
    return identifier.read(_host.chat.call("bot_identifier", network))


def build_identifier(network: str, text: str) -> Identifier:
    """Reads what a human writes for a person or an occupant."""
    return identifier.read(_host.chat.call("build_identifier", network, text))


def format_identifier(who: Identifier) -> str:
    """Writes it the way humans do."""
    return _host.chat.call("format_identifier", identifier.write(who))


def change_presence(network: str, status: str, note: str | None = None) -> None:
    """Tells the network how available the bot is: shared by all bots there."""
    _host.chat.call("change_presence", network, presence.write_status(status), note)


def rooms(network: str) -> list[Room]:
    """The rooms that the host is in on this network."""
    return [Room(handle) for handle in _host.chat.call("rooms", network)]


def room(network: str, name: str) -> Room:
    """A room by its name, which need not exist: that changes nothing."""
    return Room(_host.chat.call("query_room", network, name))


def join(network: str, name: str, username: str | None = None, password: str | None = None) -> Room:
    """Comes into a room."""
    return Room(_host.chat.call("join_room", network, name, username, password))


def warn_admins(body: str) -> None:
    """Tells the admins, wherever they asked to be told."""
    _host.chat.call("warn_admins", body)
