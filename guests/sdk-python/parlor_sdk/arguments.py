"""Typed arguments of a command: words and quotes as in a shell, options, and errors that tell how it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from .errors import Failure
from .text import is_control, is_space

T = TypeVar("T", str, int, float, timedelta)

_QUOTES = {'"': '"', "“": '"', "”": '"', "„": '"', "'": "'", "‘": "'", "’": "'"}
"""The quote that a character stands for."""
_DASHES = ("—", "–")
_LARGEST = 2**32 - 1
_UNITS = {
    **dict.fromkeys(["ms", "msec", "millis"], 0.001),
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], 1),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], 60),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], 3_600),
    **dict.fromkeys(["d", "day", "days"], 86_400),
    **dict.fromkeys(["w", "week", "weeks"], 604_800),
}
_TIME = re.compile(r"([0-9]+) ?([a-z]+) ?")


@dataclass
class _Word:
    """One word, and where in the text it was."""

    text: str
    start: int
    end: int
    number: int
    """Its place among all words: neighbours in the text have neighbouring numbers."""
    quoted: bool
    """It begins with a quote, so it is no option."""

    @property
    def is_option(self) -> bool:
        return not self.quoted and self.text.startswith("--") and self.text[2:3].isalpha()


class Arguments:
    """The arguments of a command, read one after another.

    Words are split at spaces; quotes keep what is between them together. What chat clients make of quotes and of two
    hyphens is mended: `“all of it”` is quoted, and `—count` is `--count`. What is wrong is a `Failure`, which the
    sender is told.

    >>> def brew(arguments):
    ...     args = Arguments("brew", "[--for T] CUPS TEA", arguments)
    ...     time = args.option("--for", timedelta) or timedelta(minutes=3)
    ...     cups = args.next("CUPS", int, least=1, most=9)
    ...     tea = args.next("TEA")
    ...     args.finish()
    ...     return f"{cups} cups of {tea} in {time.seconds} s"
    >>> brew("2 green")
    '2 cups of green in 180 s'
    >>> brew("2 “earl grey” —for 4m")
    '2 cups of earl grey in 240 s'
    >>> brew("two green")
    Traceback (most recent call last):
    parlor_sdk.errors.Failure: CUPS must be a whole number from 1 to 9, and `two` is none; usage: `brew [--for T] CUPS TEA`
    >>> brew("2")
    Traceback (most recent call last):
    parlor_sdk.errors.Failure: TEA is missing; usage: `brew [--for T] CUPS TEA`
    """

    def __init__(self, command: str, usage: str, text: str) -> None:
        self._command = command
        self._usage = usage
        self._text = text
        self._words = _split(text)

    @staticmethod
    def split(text: str) -> list[str]:
        """All words of a text, options included."""
        return [word.text for word in _split(text)]

    def next(
        self,
        name: str,
        kind: type[T] = str,  # type: ignore[assignment]
        least: int | None = None,
        most: int | None = None,
    ) -> T:
        """The next word that is no option, read as a `str`, `int` (with bounds), `float` or `timedelta`."""
        if not self._words:
            raise self.wrong(f"{name} is missing")
        value = self.optional(name, kind, least, most)
        assert value is not None
        return value

    def optional(
        self,
        name: str,
        kind: type[T] = str,  # type: ignore[assignment]
        least: int | None = None,
        most: int | None = None,
    ) -> T | None:
        """The same, where it may be left out."""
        if not self._words:
            return None
        if self._words[0].is_option:
            raise self._unknown(self._words[0])
        return self._read(name, self._words.pop(0).text, kind, least, most)

    def option(
        self,
        name: str,
        kind: type[T] = str,  # type: ignore[assignment]
        least: int | None = None,
        most: int | None = None,
    ) -> T | None:
        """The value of an option, written `--name VALUE` or `--name=VALUE`, wherever among the words it is."""
        for at, word in enumerate(self._words):
            if word.is_option and (word.text == name or word.text.startswith(name + "=")):
                break
        else:
            return None
        word = self._words.pop(at)
        _, valued, value = word.text.partition("=")
        if not valued:
            if at == len(self._words):
                raise self.wrong(f"`{name}` needs a value")
            value = self._words.pop(at).text
        return self._read(f"`{name}`", value, kind, least, most)

    def flag(self, name: str) -> bool:
        """Whether an option without a value is there."""
        for at, word in enumerate(self._words):
            if word.is_option and word.text == name:
                del self._words[at]
                return True
        return False

    def words(self) -> list[str]:
        """All words that are left."""
        for word in self._words:
            if word.is_option:
                raise self._unknown(word)
        left, self._words = self._words, []
        return [word.text for word in left]

    def rest(self) -> str:
        """The text that is left, as it was written: quotes, spaces and newlines included.

        >>> args = Arguments("say", "[--loud] ROOM TEXT", "--loud #lobby  it's \\"tea\\"  time")
        >>> args.flag("--loud"), args.next("ROOM"), args.rest()
        (True, '#lobby', 'it\\'s "tea"  time')
        """
        left, self._words = self._words, []
        texts: list[str] = []
        start = 0
        for at, word in enumerate(left):
            # An option that was taken out from between leaves a gap.
            if at + 1 == len(left) or left[at + 1].number != word.number + 1:
                texts.append(self._text[left[start].start : word.end])
                start = at + 1
        return " ".join(texts)

    def finish(self) -> None:
        """That was all."""
        if self._words:
            word = self._words[0]
            if word.is_option:
                raise self._unknown(word)
            raise self.wrong(f"`{_shown(word.text)}` is more than there is a use for")

    def wrong(self, words: str) -> Failure:
        """These words, with the usage, to be raised: for what is wrong in a way that the bot knows."""
        return Failure(f"{words}; usage: `{f'{self._command} {self._usage}'.strip()}`")

    def _unknown(self, word: _Word) -> Failure:
        return self.wrong(f"there is no option `{_shown(word.text.partition('=')[0])}`")

    def _read(self, name: str, text: str, kind: Any, least: int | None, most: int | None) -> Any:
        value, must = _READERS[kind](text, least, most)
        if value is None:
            raise self.wrong(f"{name} must be {must}, and `{_shown(text)}` is none")
        return value


def _read_text(text: str, *_: Any) -> tuple[str, str]:
    return text, "a text"


def _read_whole(text: str, least: int | None, most: int | None) -> tuple[int | None, str]:
    must = "a whole number"
    if least is not None and most is not None:
        must += f" from {least} to {most}"
    elif least is not None:
        must += f", {least} or more"
    elif most is not None:
        must += f", {most} or less"
    # No such word is a number of more digits than can be useful, which would take its time to read.
    fits = re.fullmatch(r"\+?[0-9]{1,20}" if least is not None and least >= 0 else r"[+-]?[0-9]{1,20}", text)
    value = int(text) if fits else _LARGEST + 1
    low, high = -_LARGEST if least is None else least, _LARGEST if most is None else most
    return (value if fits and low <= value <= high else None), must


def _read_number(text: str, *_: Any) -> tuple[float | None, str]:
    must = "a number"
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None, must
    value = float(text)
    return (value if abs(value) != float("inf") else None), must


def _read_time(text: str, *_: Any) -> tuple[timedelta | None, str]:
    must = "a time such as `10m` or `2h30m`"
    seconds, at = 0.0, 0
    while at < len(text):
        part = _TIME.match(text, at)
        if part is None or part[2] not in _UNITS or len(part[1]) > 12:
            return None, must
        seconds += int(part[1]) * _UNITS[part[2]]
        at = part.end()
    try:
        return (timedelta(seconds=seconds) if text else None), must
    except OverflowError:
        return None, must


_READERS: dict[Any, Any] = {str: _read_text, int: _read_whole, float: _read_number, timedelta: _read_time}


def _shown(word: str) -> str:
    """As much of a wrong word as an error needs, on one line and without what would end the code span around it."""
    return "".join(char for char in word if not is_control(char) and char != "`")[:40]


def _split(text: str) -> list[_Word]:
    """Splits a text into words. A quote opens at the beginning of a word or after `=`, so that `don't` is a word; one
    that is never closed is a character like any other. Between double quotes `\\"` and `\\\\` are `"` and `\\`."""
    words: list[_Word] = []
    at = 0
    while True:
        while at < len(text) and is_space(text[at]):
            at += 1
        if at == len(text):
            return words
        start, first, word, may_open, quoted = at, text[at], "", True, False
        while at < len(text) and not is_space(text[at]):
            char = text[at]
            quote = _QUOTES.get(char)
            inside = _quoted(text, at + 1, quote) if quote and may_open else None
            may_open = char == "="
            if inside is None:
                word += quote or char
                at += 1
            else:
                quoted |= at == start
                word += inside[0]
                at = inside[1]
        if first in _DASHES and word[:1] in _DASHES and word[1:2].isalpha():
            word = "--" + word[1:]
        words.append(_Word(word, start, at, len(words), quoted))


def _quoted(text: str, start: int, quote: str) -> tuple[str, int] | None:
    """What is between an opening quote and the closing one, and where it goes on; none where it is not closed."""
    inside: list[str] = []
    at = start
    while at < len(text):
        char = text[at]
        at += 1
        if _QUOTES.get(char) == quote:
            return "".join(inside), at
        if quote == '"' and char == "\\" and text[at : at + 1] in ('"', "\\"):
            char = text[at]
            at += 1
        inside.append(char)
    return None
