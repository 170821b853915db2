"""Chatrooms, as a bot holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import _host, identifier
from .identifier import Identifier


class Room:
    """A chatroom, joined or not: `chat.room("home", "#tea")`. To hold one changes nothing there."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.network: str = handle.network()
        """The network that the room is on."""
        self.name: str = handle.name()
        """Identifies the room on its network."""

    def __repr__(self) -> str:
        return f"Room({self.network!r}, {self.name!r})"

    def join(self, username: str | None = None, password: str | None = None) -> None:
        """Comes in. Creates the room first where it does not exist; joining twice is no error."""
        self._run("join", username, password)

    def leave(self, reason: str | None = None) -> None:
        """Leaves; a room that one is not in, too."""
        self._run("leave", reason)

    def create(self) -> None:
        """Makes the room, without joining it. Creating twice is no error."""
        self._run("create")

    def destroy(self) -> None:
        """Ends the room for everybody."""
        self._run("destroy")

    def exists(self) -> bool:
        """Whether the service has such a room, as far as is known."""
        return self._run("exists")

    def joined(self) -> bool:
        """Whether the bot is in it."""
        return self._run("joined")

    def topic(self) -> str | None:
        """The topic; none where none is set."""
        return self._run("topic")

    def set_topic(self, topic: str) -> None:
        """Sets the topic."""
        self._run("set_topic", topic)

    def occupants(self) -> list[Identifier]:
        """Who is in the room now, the bot too."""
        return [identifier.read(who) for who in self._run("occupants")]

    def invite(self, who: Iterable[Identifier]) -> None:
        """Asks people to come in."""
        self._run("invite", [identifier.write(one) for one in who])

    def send(self, body: str) -> None:
        """Says something in it."""
        _host.chat.call("send", self.network, identifier.write_recipient(self.name), body)

    def _run(self, function: str, *arguments: Any) -> Any:
        return _host.rooms.run(getattr(self._handle, function), *arguments)
