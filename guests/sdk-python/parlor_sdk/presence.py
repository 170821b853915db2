"""How available somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import _host, identifier
from ._boundary import case
from .errors import case_of
from .identifier import Identifier

_OWN = ("online", "away", "do-not-disturb", "offline")


@dataclass
class Presence:
    """Somebody's status changed."""

    who: Identifier
    """Whose."""
    status: str
    """What it is now: `online`, `away`, `do-not-disturb`, `offline`, or one of the service's own."""
    note: str | None = None
    """Their own words about it."""


def read_status(raw: Any) -> str:
    """From the contract's form."""
    return raw.value if hasattr(raw, "value") else case_of(raw)


def write_status(status: str) -> Any:
    """Into the contract's form."""
    return case(_host.chat_types, "Status", status if status in _OWN else "other", status)


def read(raw: Any) -> Presence:
    """From the contract's form."""
    return Presence(identifier.read(raw.who), read_status(raw.status), raw.note)


def write(what: Presence) -> Any:
    """Into the contract's form."""
    types = _host.chat_types.types
    return types.Presence(who=identifier.write(what.who), status=write_status(what.status), note=what.note)
