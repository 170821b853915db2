"""What counts as a space and as a control character in what people write: Unicode's own, in every language alike."""

import re

_ALL = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
SPACES = re.compile(f"[{_ALL}]+")
"""One space or several."""


def is_space(character: str) -> bool:
    """Whether it is one. (`str.isspace` takes four control characters for spaces.)"""
    return character in _ALL


def is_control(character: str) -> bool:
    """Whether it is one of those that no terminal should see."""
    return character < " " or "\x7f" <= character <= "\x9f"


def words(text: str) -> list[str]:
    """The words between spaces."""
    return [word for word in SPACES.split(text) if word]


def strip(text: str) -> str:
    """Without the spaces at both ends."""
    return text.strip(_ALL)


def strip_start(text: str) -> str:
    """Without those at its beginning."""
    return text.lstrip(_ALL)
