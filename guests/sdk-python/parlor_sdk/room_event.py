"""What happened in a room besides talk. The person may be the bot itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import _host, identifier
from .identifier import Identifier


@dataclass
class Joined:
    """Somebody came in; once per person and stay."""

    who: Identifier


@dataclass
class Left:
    """Somebody is gone, for whatever reason."""

    who: Identifier


@dataclass
class Renamed:
    """Somebody who is here goes by another name from now on."""

    before: Identifier
    after: Identifier


@dataclass
class TopicChanged:
    """The topic is now this."""

    topic: str | None


@dataclass
class Invited:
    """Somebody asked the bot to come in."""

    who: Identifier


RoomEvent = Joined | Left | Renamed | TopicChanged | Invited


def read(raw: Any) -> RoomEvent:
    """From the contract's form."""
    match type(raw).__name__:
        case "RoomEvent_Joined":
            return Joined(identifier.read(raw.value))
        case "RoomEvent_Left":
            return Left(identifier.read(raw.value))
        case "RoomEvent_Renamed":
            return Renamed(identifier.read(raw.value.before), identifier.read(raw.value.after))
        case "RoomEvent_Topic":
            return TopicChanged(raw.value)
        case _:
            return Invited(identifier.read(raw.value))


def write(what: RoomEvent) -> Any:
    """Into the contract's form."""
    types = _host.chat_types.types
    match what:
        case Joined(who):
            return types.RoomEvent_Joined(identifier.write(who))
        case Left(who):
            return types.RoomEvent_Left(identifier.write(who))
        case Renamed(before, after):
            pair = types.Renaming(before=identifier.write(before), after=identifier.write(after))
            return types.RoomEvent_Renamed(pair)
        case TopicChanged(topic):
            return types.RoomEvent_Topic(topic)
        case Invited(who):
            return types.RoomEvent_Invited(identifier.write(who))
