"""What the extension's owner configured for it: `config = { … }` in parlor.toml. A wrong setting is a `Failure`, whose
words are for the owner."""

from __future__ import annotations

import json as _json
from typing import Any

from . import _host
from .errors import Failure


def get(key: str, default: str | None = None) -> str | None:
    """The value of a key, as text; what is no text or time is JSON."""
    value = _host.config.call("get", key)
    return default if value is None else value


def require(key: str) -> str:
    """The value of a key that must be there."""
    value = get(key)
    if value is None:
        raise Failure(f"`{key}` is not configured")
    return value


def json(key: str, kind: type | None = None, default: Any = None) -> Any:
    """The value of a key that is a number, a list or a table; with `kind` (`list`), it must be one.

    Without `default`, it must be there.
    """
    text = get(key) if default is not None else require(key)
    if text is None:
        return default
    try:
        value = _json.loads(text)
    except ValueError:
        raise Failure(f"`{key}` is no JSON") from None
    if kind is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        names = {dict: "a table", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}
        raise Failure(f"`{key}` must be {names.get(kind, kind.__name__)}")
    return value


def all() -> dict[str, str]:
    """All keys and values."""
    return dict(_host.config.call("get_all"))
