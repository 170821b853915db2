"""Who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .. import _host
from .._boundary import called
from .._role import Role, check, the
from . import json_text

_types = _host.exported("access")


@dataclass(frozen=True)
class Session:
    """A session, as managers see it."""

    id: str
    """Its name: 32 hexadecimal digits."""
    key: str
    """The key that applications meet under."""
    collab: bool
    """Whether it carries cooperative events; if not, service bots only."""
    cache_state: bool
    """Whether the server keeps the last state that an updater sent."""


@dataclass(frozen=True)
class Refused:
    """A refusal that the application is shown: words for the person, and an HTTP status from 400 to 599. 401 and 403
    look alike to applications; any other looks like a session that is not there."""

    reason: str
    status: int = 403

    def __post_init__(self) -> None:
        if not 400 <= self.status <= 599:
            raise ValueError(f"a refusal has a status from 400 to 599, and {self.status} is none")


class AccessManager(Role):
    """Decides who may do what. One serves the whole server. What it raises denies what was asked for; the words are
    for the log."""

    exported = "Access", "parlor:coweb/access@0.1.0"

    def start(self) -> None:
        """The first call, before the server listens. What is raised keeps it from that."""

    def on_admin_request(self, username: str, key: str, collab: bool) -> dict[str, Any] | Refused:
        """A user prepares a session under a key, which need not exist yet: what the application is told, or why not."""
        raise NotImplementedError

    def on_session_request(self, session: Session, username: str) -> bool:
        """Whether a user may enter a session."""
        raise NotImplementedError

    def on_service_use(self, session: Session, username: str, service: str) -> bool:
        """Whether a user may listen to a service, and ask it. Who tells these apart writes the two functions below."""
        raise NotImplementedError

    def on_service_subscribe(self, session: Session, username: str, service: str) -> bool:
        """Whether a user may hear what a service publishes, or have answers from it."""
        return self.on_service_use(session, username, service)

    def on_service_request(self, session: Session, username: str, service: str) -> bool:
        """Whether a user may ask a service."""
        return self.on_service_use(session, username, service)

    def on_service_unsubscribe(self, session: Session, username: str, service: str) -> bool:
        """A user does not listen any more. `False` keeps the subscription."""
        return True

    def on_service_config(self, session: Session, service: str) -> Any:
        """What the bot of a service is started with. What is raised prevents that."""
        return {}

    def on_service_acls(self, session: Session, service: str) -> Iterable[str]:
        """What the bot of a service may do: nothing, or `service-sync`, to see the session's cooperative events."""
        return ()


class Access:
    """parlor:coweb/access."""

    def __init__(self) -> None:
        check(AccessManager)

    @called
    def start(self) -> None:
        _it().start()

    @called
    def on_admin_request(self, username: str, key: str, collab: bool) -> Any:
        answer = _it().on_admin_request(username, key, collab)
        if isinstance(answer, Refused):
            refusal = _host.coweb_types.types.Refusal
            return _types.Admission_Refused(refusal(status=answer.status, reason=answer.reason))
        if not isinstance(answer, dict):
            raise TypeError("`on_admin_request` must return a dict, or Refused(…)")
        return _types.Admission_Welcome(json_text.write(answer))

    @called
    def on_session_request(self, to: Any, username: str) -> bool:
        return _it().on_session_request(_read(to), username)

    @called
    def on_service_subscribe(self, at: Any, username: str, service: str) -> bool:
        return _it().on_service_subscribe(_read(at), username, service)

    @called
    def on_service_unsubscribe(self, at: Any, username: str, service: str) -> bool:
        return _it().on_service_unsubscribe(_read(at), username, service)

    @called
    def on_service_request(self, at: Any, username: str, service: str) -> bool:
        return _it().on_service_request(_read(at), username, service)

    @called
    def on_service_config(self, at: Any, service: str) -> str:
        return json_text.write(_it().on_service_config(_read(at), service))

    @called
    def on_service_acls(self, at: Any, service: str) -> Any:
        acls = _types.Acls(0)
        for name in _it().on_service_acls(_read(at), service):
            acls |= _types.Acls[name.upper().replace("-", "_")]
        return acls


def _it() -> AccessManager:
    return the(AccessManager)


def _read(session: Any) -> Session:
    return Session(session.id, session.key, session.collab, session.cache_state)
