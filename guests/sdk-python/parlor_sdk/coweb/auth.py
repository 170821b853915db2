"""Who people are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .. import _host
from .._boundary import called
from .._role import Role, check, the

_types = _host.exported("auth")


@dataclass(frozen=True)
class Request:
    """What a manager may know of the HTTP request that it decides about."""

    method: str
    path: str
    """With its query."""
    headers: list[tuple[str, str]]
    """Names in lower case; without `cookie`."""
    cookies: list[tuple[str, str]]
    """Those that this server signed and that still hold."""
    remote: str
    """The address of the peer, without a port."""

    def cookie(self, name: str) -> str | None:
        """The value of a cookie."""
        return next((value for known, value in self.cookies if known == name), None)

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for known, value in self.headers if known == name.lower()), None)


@dataclass(frozen=True)
class Cookie:
    """A cookie to be set, or removed: without a value. The server signs it and its expiry."""

    name: str
    """1 to 64 letters, digits, `-`, `_` and `.`."""
    value: str | None = None
    """Up to 2,048 bytes."""
    max_age: int | None = None
    """For how many seconds it holds, 30 days at most; none until the browser is closed, and a day at most."""

    def __post_init__(self) -> None:
        if self.max_age is not None and not 0 <= self.max_age < 2**32:
            raise ValueError(f"a cookie holds for some seconds, and {self.max_age} is not how many")


@dataclass(frozen=True)
class Identity:
    """Whom a request comes from, and cookies for the answer, where a name was made up."""

    username: str | None
    cookies: list[Cookie] = field(default_factory=list)


class AuthManager(Role):
    """Says who people are. One serves the whole server, and one call at a time. What it raises denies the request;
    the words are for the log."""

    exported = "Auth", "parlor:coweb/auth@0.1.0"

    login = False
    """Whether people sign in through the server's login form."""
    cookies = True
    """Whether it lives on cookies. Where not, the server neither reads nor sets any for it."""

    def start(self) -> None:
        """The first call, before the server listens. What is raised keeps it from that."""

    def current_user(self, request: Request) -> Identity | str | None:
        """Whom a request comes from: a name, or none. Nobody's request is refused, or shown the way to the login
        form."""
        raise NotImplementedError

    def check_credentials(self, request: Request, username: str, password: str) -> list[Cookie] | None:
        """Whether a name and a password are right: the cookies that remember it, or none where they are wrong."""
        return None

    def clear_credentials(self, request: Request) -> list[Cookie]:
        """The cookies that forget the user."""
        return []


class Auth:
    """parlor:coweb/auth."""

    def __init__(self) -> None:
        check(AuthManager)

    @called
    def start(self) -> None:
        _it().start()

    @called
    def requires_login(self) -> bool:
        return _it().login

    @called
    def requires_cookies(self) -> bool:
        return _it().cookies

    @called
    def get_current_user(self, by: Any) -> Any:
        user = _it().current_user(_read(by))
        identity = user if isinstance(user, Identity) else Identity(user)
        return _types.Identity(username=identity.username, cookies=_write(identity.cookies))

    @called
    def check_credentials(self, by: Any, username: str, password: str) -> Any:
        cookies = _it().check_credentials(_read(by), username, password)
        return None if cookies is None else _write(cookies)

    @called
    def clear_credentials(self, by: Any) -> list[Any]:
        return _write(_it().clear_credentials(_read(by)))


def _it() -> AuthManager:
    return the(AuthManager)


def _read(by: Any) -> Request:
    return Request(by.method, by.path, by.headers, by.cookies, by.remote)


def _write(cookies: list[Cookie]) -> list[Any]:
    return [_types.Cookie(name=cookie.name, value=cookie.value, max_age=cookie.max_age) for cookie in cookies]
