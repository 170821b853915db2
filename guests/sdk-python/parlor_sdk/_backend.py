"""What the host calls of a backend."""

from __future__ import annotations

from typing import Any

from . import _host, card, identifier, message, presence
from ._boundary import called, called_for, called_without_error, variant
from ._role import check, the
from .backend import ChatBackend
from .errors import ChatError, NetError

_types = _host.exported("backend")
_rooms = _host.exported("rooms")
_error = variant(_host.chat_types, "Error", ChatError, "other")


def _of_chat(raised: BaseException) -> object:
    """What a backend raised, for the host; the service is behind the connection."""
    if isinstance(raised, NetError):
        case = {"denied": "denied", "full": "full", "closed": "not-connected"}.get(raised.case, "other")
        raised = ChatError(case, str(raised))
    return _error(raised)


_called = called_for(_of_chat)


def _it() -> ChatBackend:
    return the(ChatBackend)


class Backend:
    """parlor:chat/backend."""

    def __init__(self) -> None:
        check(ChatBackend)

    @called
    def describe(self) -> Any:
        it, can = _it(), _types.Capabilities(0)
        for name in it.can:
            can |= _types.Capabilities[name.upper()]
        return _types.Description(mode=it.mode, can=can, markup=_types.Markup[it.markup.upper()])

    @_called
    def connect(self) -> None:
        _it().connect()

    @called
    def disconnect(self) -> None:
        _it().disconnect()

    @called_without_error(lambda self: None)
    def bot_identifier(self) -> Any:
        who = _it().bot_identifier()
        return None if who is None else identifier.write(who)

    @_called
    def build_identifier(self, text: str) -> Any:
        return identifier.write(_it().build_identifier(text))

    @_called
    def format_identifier(self, who: Any) -> str:
        return _it().format_identifier(identifier.read(who))

    @called_without_error(lambda self, to: 0)
    def message_limit(self, to: Any) -> int:
        return min(_it().message_limit(identifier.read_recipient(to)), 2**32 - 1)

    @_called
    def send_message(self, what: Any) -> None:
        _it().send_message(message.read(what))

    @_called
    def send_card(self, what: Any, frame: Any) -> None:
        _it().send_card(message.read(what), card.read(frame))

    @_called
    def react(self, to: Any, name: str, add: bool) -> None:
        _it().react(message.read(to), name, add)

    @_called
    def build_reply(self, to: Any, body: str, private: bool, threaded: bool) -> Any:
        return message.write(_it().build_reply(message.read(to), body, private, threaded))

    @_called
    def prefix_groupchat_reply(self, what: Any, addressee: Any) -> Any:
        reply = _it().prefix_groupchat_reply(message.read(what), identifier.read(addressee))
        return message.write(reply)

    @_called
    def change_presence(self, status: Any, note: str | None) -> None:
        _it().change_presence(presence.read_status(status), note)

    @_called
    def rooms(self) -> list[Any]:
        return [MucRoom(name) for name in _it().rooms()]

    @_called
    def query_room(self, name: str) -> Any:
        return MucRoom(_it().query_room(name))

    @_called
    def join_room(self, name: str, username: str | None, password: str | None) -> Any:
        name = _it().query_room(name)
        _it().join(name, username, password)
        return MucRoom(name)


class Rooms:
    """parlor:chat/rooms, which has nothing but `muc-room`."""


class MucRoom(_rooms.MucRoom if _rooms else object):  # type: ignore[misc]
    """What the host holds of a room: its name, and nothing that could go out of date."""

    def __init__(self, name: str) -> None:
        self._name = name

    @called_without_error(lambda self: "")
    def network(self) -> str:
        # A backend does not know under which name it was configured; the host does.
        return ""

    @called_without_error(lambda self: "")
    def name(self) -> str:
        return self._name

    @_called
    def join(self, username: str | None, password: str | None) -> None:
        _it().join(self._name, username, password)

    @_called
    def leave(self, reason: str | None) -> None:
        _it().leave(self._name, reason)

    @_called
    def create(self) -> None:
        _it().create(self._name)

    @_called
    def destroy(self) -> None:
        _it().destroy(self._name)

    @_called
    def exists(self) -> bool:
        return _it().exists(self._name)

    @called_without_error(lambda self: False)
    def joined(self) -> bool:
        return _it().joined(self._name)

    @_called
    def topic(self) -> str | None:
        return _it().topic(self._name)

    @_called
    def set_topic(self, topic: str) -> None:
        _it().set_topic(self._name, topic)

    @_called
    def occupants(self) -> list[Any]:
        return [identifier.write(who) for who in _it().occupants(self._name)]

    @_called
    def invite(self, who: list[Any]) -> None:
        _it().invite(self._name, [identifier.read(one) for one in who])
