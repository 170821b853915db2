"""What the host calls when a timer is due, or something happened on a connection or to a request."""

from __future__ import annotations

from typing import Any

from . import _host, request, timer
from ._boundary import called
from ._role import the, written
from .backend import ChatBackend
from .connection import Connection
from .handlers import tell


class TimerHandler:
    """parlor:host/timer-handler."""

    @called
    def on_timer(self, what: int) -> None:
        timer.due(what)


class NetHandler:
    """parlor:host/net-handler."""

    @called
    def on_open(self, what: int) -> None:
        _tell("on_open", Connection(what))

    @called
    def on_data(self, what: int, data: bytes) -> None:
        _tell("on_data", Connection(what), data)

    @called
    def on_close(self, what: int, reason: Any) -> None:
        _tell("on_close", Connection(what), reason and _host.net.understand(reason))


class FetchHandler:
    """parlor:host/fetch-handler."""

    @called
    def on_response(self, to: int, answer: Any) -> None:
        request.answered(to, answer)


def _tell(name: str, *arguments: Any) -> None:
    if written(ChatBackend):
        getattr(the(ChatBackend), name)(*arguments)
    tell(name, *arguments)
