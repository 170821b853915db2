"""Connections, which the host keeps."""

from __future__ import annotations

from dataclasses import dataclass

from . import _host


@dataclass(frozen=True)
class Secret:
    """The value of a secret that the extension was granted, by its configured name. It never sees the value itself."""

    name: str


@dataclass(frozen=True)
class Connection:
    """One connection of this extension. It stays open when nothing refers to it any more."""

    number: int

    def send(self, data: str | bytes) -> None:
        """Queues bytes or text, or one whole WebSocket message. Never waits."""
        _host.net.call("send", self.number, _bytes(data))

    def send_filled(self, *parts: str | bytes | Secret, encoding: str = "plain") -> None:
        """Queues what the host completes with secrets, written one after another and then encoded as one: `plain`,
        `base64` or `json`."""
        types = _host.net.types
        pieces = [
            types.Piece_Secret(part.name) if isinstance(part, Secret) else types.Piece_Bytes(_bytes(part))
            for part in parts
        ]
        part = types.Part(pieces=pieces, encoding=types.Encoding[encoding.upper()])
        _host.net.call("send_filled", self.number, [part])

    def start_tls(self, server_name: str) -> None:
        """Turns an open `tcp://` connection into TLS; `on_open` follows once more."""
        _host.net.call("start_tls", self.number, server_name)

    def close(self) -> None:
        """Sends what is queued, then closes; `on_close` follows. One that is gone is ignored."""
        _host.net.call("close", self.number)


def connect(url: str) -> Connection:
    """Opens a connection to `tcp://host:port`, `tls://host:port`, `ws://…`, `wss://…` or `stdio:`, where granted.

    Returns at once; `on_open`, `on_data` and `on_close` hear what becomes of it.
    """
    return Connection(_host.net.call("connect", url))


def connections() -> dict[Connection, str]:
    """Those that are open now, with the URL of each: after a reload, those that the extension left behind."""
    return {Connection(number): url for number, url in _host.net.call("connections")}


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else bytes(data)
