"""A command that somebody gave."""

from __future__ import annotations

from dataclasses import dataclass

from .arguments import Arguments
from .identifier import Identifier, Recipient
from .message import Message


@dataclass
class Invocation:
    """A command of this bot that passed the host's checks."""

    command: str
    """As declared."""
    arguments: str
    """What followed it, untouched."""
    message: Message
    """The message that it came in."""
    usage: str = ""
    """As declared."""

    @property
    def sender(self) -> Identifier:
        """Who gave it."""
        return self.message.sender

    @property
    def network(self) -> str:
        """Where it was given."""
        return self.message.network

    @property
    def room(self) -> str | None:
        """The room that it was given in; none where it was given in private."""
        return self.message.room

    @property
    def place(self) -> Recipient:
        """Where an answer belongs that comes later: the room, or the sender in private."""
        return self.message.place

    def read(self) -> Arguments:
        """The arguments, to be read one after another."""
        return Arguments(self.command, self.usage, self.arguments)

    def words(self) -> list[str]:
        """The words of the arguments, as `Arguments` splits them: an option is a word."""
        return Arguments.split(self.arguments)
