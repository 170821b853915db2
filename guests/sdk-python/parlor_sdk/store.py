"""What an extension wants to find again after a restart: keys and values of its own. Needs the grant `store`.

`store.get("visits")` and the other functions here are those of the one store that every extension has;
`store.bucket("old")` is a part of it that has keys of its own. What comes to nothing is a `StoreError`.
"""

from __future__ import annotations

import json
from typing import Any

from . import _host
from .errors import StoreError

_READ_AT_ONCE = 100
"""As many values as surely fit into one answer of the host's."""
_CHANGED_AT_ONCE = 1_000
"""The host takes no more."""


class Bucket:
    """One part of the store."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._opened: Any = None

    def get(self, key: str, default: str | None = None) -> str | None:
        """The text at a key."""
        data = self.get_bytes(key)
        return default if data is None else _text(key, data)

    def get_bytes(self, key: str) -> bytes | None:
        """The bytes at a key; none where there is nothing."""
        return _host.store.run(self._open().get, key)

    def get_json(self, key: str, default: Any = None) -> Any:
        """The value at a key, which `set_json` kept."""
        text = self.get(key)
        return default if text is None else _value(key, text)

    def set(self, key: str, value: str | bytes) -> None:
        """Keeps text or bytes at a key, in place of what was there."""
        _host.store.run(self._open().set, key, _bytes(value))

    def set_json(self, key: str, value: Any) -> None:
        """Keeps a value at a key, as JSON."""
        self.set(key, json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def set_all(self, entries: dict[str, str | bytes]) -> None:
        """Keeps all of these, each at its key."""
        pairs = [(key, _bytes(value)) for key, value in entries.items()]
        if not _host.batch:
            for key, value in pairs:
                self.set(key, value)
            return
        for at in range(0, len(pairs), _CHANGED_AT_ONCE):
            _host.batch.call("set_many", self._open(), pairs[at : at + _CHANGED_AT_ONCE])

    def delete(self, key: str) -> None:
        """Forgets what is at a key."""
        _host.store.run(self._open().delete, key)

    def exists(self, key: str) -> bool:
        """Whether there is something at a key."""
        return _host.store.run(self._open().exists, key)

    def increment(self, key: str, by: int = 1) -> int:
        """Adds to the number at a key and returns the sum; nothing there counts as 0. Nothing comes between, whoever
        else counts at this key."""
        return _host.atomics.call("increment", self._open(), key, by)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with this, in no order."""
        found: list[str] = []
        cursor = None
        while True:
            page = _host.store.run(self._open().list_keys, cursor)
            found += [key for key in page.keys if key.startswith(prefix)]
            cursor = page.cursor
            if cursor is None:
                return found

    def all(self, prefix: str = "") -> dict[str, str]:
        """The keys that begin with this, and the text at each, in no order."""
        keys = self.keys(prefix)
        if not _host.batch:
            texts = ((key, self.get(key)) for key in keys)
            return {key: text for key, text in texts if text is not None}
        found = {}
        for at in range(0, len(keys), _READ_AT_ONCE):
            for entry in _host.batch.call("get_many", self._open(), keys[at : at + _READ_AT_ONCE]):
                if entry is not None:
                    key, data = entry
                    found[key] = _text(key, data)
        return found

    def _open(self) -> Any:
        if self._opened is None:
            self._opened = _host.store.call("open", self._name)
        return self._opened


def bucket(name: str) -> Bucket:
    """A part of the store with keys of its own. Its name has 1 to 128 letters, digits, `.`, `_` and `-`."""
    return Bucket(name)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _text(key: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise StoreError("other", f"what is stored at {json.dumps(key)} is no text") from None


def _value(key: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise StoreError("other", f"what is stored at {json.dumps(key)} cannot be read: {error}") from None


_whole = Bucket()
get = _whole.get
get_bytes = _whole.get_bytes
get_json = _whole.get_json
set = _whole.set
set_json = _whole.set_json
set_all = _whole.set_all
delete = _whole.delete
exists = _whole.exists
increment = _whole.increment
keys = _whole.keys
all = _whole.all
