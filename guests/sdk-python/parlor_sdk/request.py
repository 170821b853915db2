"""HTTP requests, whose answers come as calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import _host
from .errors import NetError


@dataclass(frozen=True)
class Response:
    """The whole answer to a request. Redirects are answers like any other."""

    status: int
    headers: list[tuple[str, str]]
    """Names in lower case."""
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for known, value in self.headers if known == name.lower()), None)


Then = Callable[[Response | NetError], Any]

_waiting: dict[int, Then] = {}


def fetch(
    url: str,
    then: Then,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str | bytes = b"",
    timeout: float = 30,
) -> int:
    """Sends an HTTP request and returns at once; `then` is called with the `Response`, or with a `NetError` where there
    is none. `{secret:NAME}` in the URL or a header is filled in by the host.

    Returns its number, for `cancel_fetch`.
    """
    request = _host.fetch.types.Request(
        method=method,
        url=url,
        headers=list((headers or {}).items()),
        body=body.encode() if isinstance(body, str) else bytes(body),
        timeout=round(timeout * 1000),
    )
    number: int = _host.fetch.call("send", request)
    _waiting[number] = then
    return number


def cancel_fetch(number: int) -> None:
    """Gives up on a request: no call follows."""
    _waiting.pop(number, None)
    _host.fetch.call("cancel", number)


def answered(number: int, answer: Any) -> None:
    """The answer to a request has come."""
    then = _waiting.pop(number, None)
    if then is None:
        return
    if isinstance(answer, _host.Err):
        then(_host.fetch.understand(answer.value))  # type: ignore[arg-type]
    else:
        raw = answer.value
        then(Response(raw.status, raw.headers, raw.body))
