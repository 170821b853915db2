"""What a service bot can do in its session."""

from __future__ import annotations

from typing import Any

from .. import _host
from . import json_text


def session() -> str:
    """The session; empty in an instance that serves none, such as that of a chat bot which can be both."""
    return _host.session_api.call("session")


def service_name() -> str:
    """The service that it was started as; empty in an instance that serves no session."""
    return _host.session_api.call("service_name")


def reply(token: str, data: Any) -> None:
    """Answers one request, once. Fails if nobody waits for it any more."""
    _host.session_api.call("reply", token, json_text.write(data))


def publish(data: Any) -> None:
    """Tells everybody who listens to the service. Fails if it is too much."""
    _host.session_api.call("publish", json_text.write(data))
