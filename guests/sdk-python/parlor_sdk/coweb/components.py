"""Bots that run in this server as components, each in a sandbox of its own."""

from __future__ import annotations

from typing import Any

from .. import _host


def launch(service: str, token: str, app_data: str) -> None:
    """Starts the component that is configured under the name of this service, or raises `LaunchError`.
    `on_started` follows."""
    _host.components.call("launch", service, token, app_data)


def terminate(service: str) -> None:
    """Ends it. One that does not run is none."""
    _host.components.call("terminate", service)


def request(service: str, data: str, token: str, username: str) -> None:
    """Puts into the bot's mailbox that somebody asks."""
    _deliver(service, "Request", (data, token, username))


def subscribe(service: str, username: str) -> None:
    """… that a user listens."""
    _deliver(service, "Subscribe", username)


def unsubscribe(service: str, username: str) -> None:
    """… that a user does not listen any more."""
    _deliver(service, "Unsubscribe", username)


def sync(service: str, data: str, username: str) -> None:
    """… that there was a cooperative event."""
    _deliver(service, "Sync", (data, username))


def shutdown(service: str) -> None:
    """… that it is to come to its end."""
    _deliver(service, "Shutdown")


def _deliver(service: str, what: str, *payload: Any) -> None:
    event = getattr(_host.components.types, f"BotEvent_{what}")
    _host.components.call("deliver", service, event(*payload))
