"""Handlers: functions of an extension that the host calls when something happened.

Each decorator names the interface of the contract that it is for; the world must export it, or nobody would call the
function. Several functions can hear the same; they are called in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import _host
from .errors import MistakeError

F = TypeVar("F", bound=Callable[..., Any])

_heard_by: dict[str, list[Callable[..., Any]]] = {}


def needed(what: str, class_name: str, wit: str) -> None:
    """Complains where the world does not export the interface that calls this."""
    if not _host.native and not _host.exports(class_name):
        raise MistakeError(f"add `export {wit};` to wit/world.wit: without it {what} is never called")


def _decorator(name: str, class_name: str, wit: str) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        if not callable(function):
            raise MistakeError(f"write `@{name}` without parentheses")
        needed(f"`@{name}`", class_name, wit)
        _heard_by.setdefault(name, []).append(function)
        return function

    return decorate


def tell(name: str, *arguments: Any) -> None:
    """Calls all functions that hear this."""
    for function in _heard_by.get(name, ()):
        function(*arguments)


on_start = _decorator("on_start", "Bot", "parlor:chat/bot@0.1.0")
"""`def begin():` is called once, before anything else and after every reload. An error keeps the bot from starting."""

on_stop = _decorator("on_stop", "Bot", "parlor:chat/bot@0.1.0")
"""`def end():` is called last; there is little time, and it may not be called at all."""

on_message = _decorator("on_message", "MessageHandler", "parlor:chat/message-handler@0.1.0")
"""`def hear(message: Message):` is called with what people say that is no command."""

on_mention = _decorator("on_mention", "MentionHandler", "parlor:chat/mention-handler@0.1.0")
"""`def hear(message: Message):` is called with what names the bot. `on_message` hears it too."""

on_connected = _decorator("on_connected", "NetworkHandler", "parlor:chat/network-handler@0.1.0")
"""`def greet(network: str):` is called when a network is there: now, and after each time that it was gone."""

on_disconnected = _decorator("on_disconnected", "NetworkHandler", "parlor:chat/network-handler@0.1.0")
"""`def wait(network: str, reason: str):` is called when a network is gone."""

on_presence = _decorator("on_presence", "PresenceHandler", "parlor:chat/presence-handler@0.1.0")
"""`def see(what: Presence):` is called when somebody's status changed."""

on_reaction = _decorator("on_reaction", "ReactionHandler", "parlor:chat/reaction-handler@0.1.0")
"""`def see(what: Reaction):` is called when somebody marked a message, or took the mark away."""

on_room = _decorator("on_room", "RoomHandler", "parlor:chat/room-handler@0.1.0")
"""`def see(network: str, room: str, what: RoomEvent):` is called when something happened in a room: `Joined`, `Left`,
`Renamed`, `TopicChanged` or `Invited`."""

on_open = _decorator("on_open", "NetHandler", "parlor:host/net-handler@0.1.0")
"""`def begin(connection: Connection):` is called when a connection is up, TLS and WebSocket handshake included."""

on_data = _decorator("on_data", "NetHandler", "parlor:host/net-handler@0.1.0")
"""`def read(connection: Connection, data: bytes):` is called with bytes, or with one whole WebSocket message."""

on_close = _decorator("on_close", "NetHandler", "parlor:host/net-handler@0.1.0")
"""`def end(connection: Connection, reason: NetError | None):` is called when a connection is gone; without a reason it
was closed in good order."""
