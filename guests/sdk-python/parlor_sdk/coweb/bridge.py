"""What the server gives launchers and service managers: the session that they serve. What it refuses is a
`BridgeError`."""

from __future__ import annotations

from .. import _host


def auth_bot(service: str, token: str, handle: bytes = b"") -> None:
    """A bot has come, and shows the token that it was launched with. `send_message` is given the handle."""
    _host.bridge.call("auth_bot", service, token, handle)


def deactivate_bot(service: str) -> None:
    """A bot has gone. Requests that wait for it are answered with an error, and the next use launches it again."""
    _host.bridge.call("deactivate_bot", service)


def session_id() -> str:
    """The session."""
    return _host.bridge.call("get_session_id")


def mark_bot_subscribed(service: str) -> None:
    """The bot listens: what waited for it is sent now, in order."""
    _host.bridge.call("mark_bot_subscribed", service)


def on_bot_response(service: str, token: str, data: str) -> None:
    """A private answer, JSON, to the one application that asked. A request's token serves once."""
    _host.bridge.call("on_bot_response", service, token, data)


def on_bot_publish(service: str, data: str) -> None:
    """JSON for every application of the session that subscribed to the service."""
    _host.bridge.call("on_bot_publish", service, data)
