"""How names stand, in the store.

What was raised and what was lowered are counted apart, each at a key of its own: the store adds to a number without
anybody in between. So several can count at once, and none keeps anything in mind.
"""

from __future__ import annotations

import re

from parlor_sdk import store

MOST_NAMES = 5_000
"""The most names that are kept on one network."""

# What stands before a name in its keys.
UP, DOWN, REASON = "+", "-", "#"

_LARGEST = 2**63 - 1


class Ledger:
    """The names of one network."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._room: int | None = None
        """How many more names there is room for, once that matters: it takes a look at all keys."""

    def score(self, name: str) -> int | None:
        """How a name stands; none if nobody has said anything about it."""
        up, down = self._count(UP, name), self._count(DOWN, name)
        return None if up is None and down is None else _score(up, down)

    def reason(self, name: str) -> str:
        """Why it was changed last; empty if nobody has said."""
        return store.get(self._key(REASON, name), "") or ""

    def change(self, name: str, up: bool, reason: str) -> int | None:
        """Raises a name by one, or lowers it: how it stands then. None if there is no room for more names."""
        if self.score(name) is None:
            if self._room is None:
                self._room = max(0, MOST_NAMES - len(self._names()))
            if self._room == 0:
                return None
            self._room -= 1
        sign, other = (UP, DOWN) if up else (DOWN, UP)
        count = store.increment(self._key(sign, name))
        against = self._count(other, name)
        if reason:
            store.set(self._key(REASON, name), reason)
        return _score(count, against) if up else _score(against, count)

    def all(self) -> dict[str, int]:
        """All names in the order of the alphabet, and how each stands."""
        counts: dict[str, dict[str, int | None]] = {}
        for sign in (UP, DOWN):
            prefix = self._key(sign)
            for key, text in store.all(prefix).items():
                counts.setdefault(key.removeprefix(prefix), {})[sign] = _number(text)
        # Sorted by their bytes, as the other languages do; which is the order of their code points.
        return {name: _score(counts[name].get(UP), counts[name].get(DOWN)) for name in sorted(counts)}

    def _names(self) -> set[str]:
        prefixes = self._key(UP), self._key(DOWN)
        return {key[len(prefixes[0]) :] for key in store.keys() if key.startswith(prefixes)}

    def _count(self, sign: str, name: str) -> int | None:
        return _number(store.get(self._key(sign, name)))

    def _key(self, sign: str, name: str = "") -> str:
        return f"{self._network}/{sign}{name}"


def _number(text: str | None) -> int | None:
    """What is no number counts as none: better than a bot that stumbles over it for ever."""
    if text is None or not re.fullmatch(r"\+?[0-9]{1,39}", text) or int(text) >= 2**64:
        return None
    return int(text)


def _score(up: int | None, down: int | None) -> int:
    return min(up or 0, _LARGEST) - min(down or 0, _LARGEST)
