"""The bot that an extension is: what it says of itself, and what calls its functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import _host, commands, message, presence, reaction, room_event
from ._boundary import called
from .errors import MistakeError
from .handlers import needed, tell

_types = _host.exported("bot")


@dataclass
class _Said:
    """What the bot says of itself."""

    name: str = "bot"
    version: str = "0.1.0"
    summary: str = ""
    times: int = 0


_said = _Said()


def bot(name: str, *, summary: str = "", version: str = "0.1.0") -> None:
    """Says what the bot is: what it calls itself, and in one line what it is good for."""
    needed("a bot", "Bot", "parlor:chat/bot@0.1.0")
    if _said.times:
        raise MistakeError("`bot(…)` is said once")
    _said.name, _said.version, _said.summary, _said.times = name, version, summary, 1


class Bot:
    """parlor:chat/bot."""

    @called
    def describe(self) -> Any:
        declared = [
            _types.Command(
                name=known.name,
                summary=known.summary,
                usage=known.usage,
                admin_only=known.admin_only,
                hidden=known.hidden,
            )
            for known in commands.declared.values()
        ]
        return _types.Description(name=_said.name, version=_said.version, summary=_said.summary, commands=declared)

    @called
    def start(self) -> None:
        tell("on_start")

    @called
    def stop(self) -> None:
        tell("on_stop")


class CommandHandler:
    """parlor:chat/command-handler."""

    @called
    def on_command(self, what: Any) -> list[str]:
        return commands.run(what.command, what.arguments, message.read(what.message))


class MessageHandler:
    """parlor:chat/message-handler."""

    @called
    def on_message(self, what: Any) -> None:
        tell("on_message", message.read(what))


class MentionHandler:
    """parlor:chat/mention-handler."""

    @called
    def on_mention(self, what: Any) -> None:
        tell("on_mention", message.read(what))


class NetworkHandler:
    """parlor:chat/network-handler."""

    @called
    def on_connected(self, network: str) -> None:
        tell("on_connected", network)

    @called
    def on_disconnected(self, network: str, reason: str) -> None:
        tell("on_disconnected", network, reason)


class PresenceHandler:
    """parlor:chat/presence-handler."""

    @called
    def on_presence(self, what: Any) -> None:
        tell("on_presence", presence.read(what))


class ReactionHandler:
    """parlor:chat/reaction-handler."""

    @called
    def on_reaction(self, what: Any) -> None:
        tell("on_reaction", reaction.read(what))


class RoomHandler:
    """parlor:chat/room-handler."""

    @called
    def on_room(self, network: str, room: str, what: Any) -> None:
        tell("on_room", network, room, room_event.read(what))
