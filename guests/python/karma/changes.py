"""What a message raises and lowers: `ann++`, `"mondays"-- # too early`, `(c)++ for the speed`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parlor_sdk import text

LONGEST_NAME = 64
"""In bytes."""
MOST_CHANGES = 10
"""The most names that one message changes."""
LONGEST_REASON = 100
"""In characters."""

_SIGN = re.compile(r"\+\+|--")


@dataclass
class Change:
    """One name, raised or lowered."""

    name: str
    """In lower case: `Ann` and `ann` are one."""
    by: int
    """By how much."""
    reason: str = ""
    """Why, if they said so."""


def name(words: str) -> str | None:
    """The name that a text means: in lower case, one space between words. None if it cannot be one."""
    meant = " ".join(word.lower() for word in text.words(words))
    fits = 1 <= len(meant.encode()) <= LONGEST_NAME and not any(map(text.is_control, meant))
    return meant if fits and any(map(str.isalnum, meant)) else None


def read(message: str) -> list[Change]:
    """All that a message changes, in order."""
    found: list[tuple[Change, str]] = []
    for piece in _outside_code(message):
        start = 0
        while len(found) < MOST_CHANGES and (at := _next_sign(piece, start)) is not None:
            before, after = piece[start:at], piece[at + 2 :]
            subject = _subject(before)
            if subject is not None:
                found.append((Change(subject, 1 if piece[at] == "+" else -1), after))
            start = at + 2
    for change, after in found:
        change.reason = _reason(after)
    return [change for change, _ in found]


def _outside_code(message: str) -> list[str]:
    """What is not between backticks. One that is never closed is a character like any other."""
    pieces = message.split("`")
    return [piece for at, piece in enumerate(pieces) if at % 2 == 0 or at == len(pieces) - 1]


def _next_sign(piece: str, start: int) -> int | None:
    """Where the next `++` or `--` is that ends a word."""
    at = start
    while (sign := _SIGN.search(piece, at)) is not None:
        if _ends_word(piece, sign.end()):
            return sign.start()
        # In `c++++` the sign is what ends it.
        at = sign.start() + 1
    return None


def _ends_word(piece: str, at: int) -> bool:
    while at < len(piece) and piece[at] in ",.;:!?":
        at += 1
    return at == len(piece) or text.is_space(piece[at])


def _subject(before: str) -> str | None:
    """The name that stands before a sign: a word of two characters or more, or whatever is quoted or in parentheses."""
    for opening, closing in ("()", '""', "“”"):
        if before.endswith(closing):
            _, opened, inner = before[:-1].rpartition(opening)
            return name(inner) if opened else None
    word = text.SPACES.split(before)[-1].lstrip('@("“')
    # `--` and `++` are also punctuation, and part of links and options.
    odd = len(word) < 2 or "://" in word or word.startswith(("-", "+"))
    return None if odd else name(word)


def _reason(after: str) -> str:
    """Why: what follows `for` or `#` on the same line, up to the next change."""
    line = text.strip_start(after.partition("\n")[0])
    if line.startswith("for "):
        why = line[4:]
    elif line.startswith("#"):
        why = line[1:]
    else:
        return ""
    at = _next_sign(why, 0)
    if at is not None:
        # The last word is the name that comes next.
        spaces = list(text.SPACES.finditer(why, 0, at))
        why = why[: spaces[-1].start()] if spaces else ""
    why = text.strip(why).rstrip(",;")
    return "".join(char for char in why if not text.is_control(char))[:LONGEST_REASON]
