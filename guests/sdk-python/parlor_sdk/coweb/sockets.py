"""WebSocket connections that bots elsewhere open to the session's own address."""

from __future__ import annotations

from dataclasses import dataclass

from .. import _host


@dataclass(frozen=True)
class Socket:
    """One of them."""

    number: int

    def send(self, text: str) -> None:
        """Queues a text message. Never waits; fails if there is no such connection or too much is unsent."""
        _host.sockets.call("send", self.number, text)

    def close(self) -> None:
        """Closes it. `on_socket_close` does not follow."""
        _host.sockets.call("close", self.number)


def url() -> str:
    """The URL of that address, as bots on this machine reach it."""
    return _host.sockets.call("url")
