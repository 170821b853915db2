"""Values that are not what the contract has in their place."""

import unittest
from dataclasses import dataclass
from enum import Flag, auto

from host import Host

Host(exports=[]).load("import parlor_sdk")
from parlor_sdk import _shape  # noqa: E402


@dataclass
class Room:
    value: str


@dataclass
class Person:
    value: "Name"


@dataclass
class Name:
    nick: str | None
    tags: list[tuple[str, int]]


class Can(Flag):
    ALL = auto()


def send(network: str, to: Room | Person, can: Can, data: bytes) -> bool | None: ...


class Shape(unittest.TestCase):
    def wrong(self, at, value):
        try:
            where, check = _shape.parameters(send)[at]
            self.assertEqual(where.split(" of ")[1], "`send`")
            check(value, "it")
        except (TypeError, ValueError) as error:
            return str(error)
        return None

    def test_what_fits_passes(self):
        person = Person(Name(None, [("ö", 1)]))
        for at, value in enumerate(["ä", person, Can.ALL, b""]):
            self.assertIsNone(self.wrong(at, value))
        self.assertIsNone(self.wrong(1, Room("x")))
        for value in (None, True):
            _shape.result(send)(value, "it")

    def test_what_does_not_is_told_with_its_place(self):
        for at, value, words in (
            (0, 7, "it must be a str, not int"),
            (0, None, "it must be a str, not None"),
            (0, "\ud800", "it has half of a character (a lone surrogate)"),
            (1, "x", "it must be a Room or a Person, not str"),
            (1, Room(None), "`value` of it must be a str, not None"),
            (1, Person(Name(7, [])), "`nick` of `value` of it must be a str, not int"),
            (1, Person(Name("x", ())), "`tags` of `value` of it must be a list, not tuple"),
            (1, Person(Name("x", [("a",)])), "what is in `tags` of `value` of it must be a tuple of 2, not tuple"),
            (1, Person(Name("x", [("a", -1)])), "what is in what is in `tags` of `value` of it must be a number from 0 to 2^64 - 1"),
            (2, 1, "it must be a Can, not int"),
            (3, "x", "it must be a bytes, not str"),
        ):  # fmt: skip
            self.assertEqual(self.wrong(at, value), words)
        with self.assertRaisesRegex(TypeError, "it must be a bool, not str"):
            _shape.result(send)("x", "it")
