"""Bots that serve in a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._boundary import called
from .._role import Role, check, the
from . import json_text, session


@dataclass(frozen=True)
class Question:
    """A request that waits for its answer."""

    data: Any
    """What was asked: JSON, as Python has it."""
    username: str
    """Who asks."""
    token: str
    """Names it."""

    def reply(self, data: Any) -> None:
        """Answers it, once, now or later. Fails if nobody waits for it any more."""
        session.reply(self.token, data)


class SessionBot(Role):
    """A service bot. Each session that uses it has one of its own. What is raised is logged; that of `on_request` also
    answers the request with an error."""

    exported = "ServiceBot", "parlor:coweb/service-bot@0.1.0"

    def start(self, service: str, app_data: Any) -> None:
        """The first call. `app_data` is what the access manager gives to this service."""

    def on_request(self, question: Question) -> None:
        """A user asks."""
        raise NotImplementedError

    def on_subscribe(self, username: str) -> None:
        """A user listens."""

    def on_unsubscribe(self, username: str) -> None:
        """A user does not listen any more."""

    def on_sync(self, data: Any, username: str) -> None:
        """A cooperative event, with its `siteId` and `order`; only with the right to see them."""

    def on_shutdown(self) -> None:
        """The last call."""


class ServiceBot:
    """parlor:coweb/service-bot."""

    def __init__(self) -> None:
        check(SessionBot)

    @called
    def start(self, service: str, app_data: str) -> None:
        _it().start(service, json_text.read(app_data))

    @called
    def on_request(self, data: str, token: str, username: str) -> None:
        _it().on_request(Question(json_text.read(data), username, token))

    @called
    def on_subscribe(self, username: str) -> None:
        _it().on_subscribe(username)

    @called
    def on_unsubscribe(self, username: str) -> None:
        _it().on_unsubscribe(username)

    @called
    def on_sync(self, data: str, username: str) -> None:
        _it().on_sync(json_text.read(data), username)

    @called
    def on_shutdown(self) -> None:
        _it().on_shutdown()


def _it() -> SessionBot:
    return the(SessionBot)
