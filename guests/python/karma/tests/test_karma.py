"""What raises and lowers, and how names stand: as in the tests of guests/bots/karma, which is in Rust."""

import sys
import unittest
from pathlib import Path

GUESTS = Path(__file__).parents[3]
# What stands there goes into the component.
sys.dont_write_bytecode = True
sys.path[:0] = [str(GUESTS / "python/karma"), str(GUESTS / "sdk-python"), str(GUESTS / "sdk-python/tests")]

import changes  # noqa: E402
from host import Host  # noqa: E402


def read(message):
    """Each change as `name+1 reason`."""
    return [f"{change.name}{change.by:+} {change.reason}".rstrip() for change in changes.read(message)]


class Changes(unittest.TestCase):
    def test_several_in_one_message_all_count(self):
        self.assertEqual(read("ann++, Bob-- and @ann++!"), ["ann+1", "bob-1", "ann+1"])
        self.assertEqual(len(read("ann++ " * 50)), changes.MOST_CHANGES)

    def test_a_name_is_a_word_or_quoted(self):
        self.assertEqual(read('(c)++ "New  York"++ “tea”--'), ["c+1", "new york+1", "tea-1"])
        self.assertEqual(read("c++ is a language, notepad++ a program, c++++ a wish"), ["notepad+1", "c+++1"])

    def test_what_only_looks_like_it_is_none(self):
        for text in (
            "i++; x--",
            "`ann++` and ```\nann++\n```",
            "https://example.org/ann++",
            "ls --all -- and ---",
            "ann ++ bob",
            "tea--or coffee",
            "++ann",
            "++ -- ++",
            '()++ ""++ (  )++',
            "x" * (changes.LONGEST_NAME + 1) + "++",
        ):
            self.assertEqual(read(text), [], text)
        self.assertEqual(read("it's ` ann++"), ["ann+1"], "a lone backtick opens nothing")

    def test_a_reason_follows_for_or_a_hash(self):
        self.assertEqual(read("ann++ for the tea\nbob++ # cake"), ["ann+1 the tea", "bob+1 cake"])
        self.assertEqual(read("ann++ for tea, bob-- for none"), ["ann+1 tea", "bob-1 none"])
        self.assertEqual(read("ann++ for tea and  bob--"), ["ann+1 tea and", "bob-1"])
        self.assertEqual(read("ann++ for bob--"), ["ann+1", "bob-1"])
        self.assertEqual(read("ann++ forever"), ["ann+1"])
        self.assertEqual(read("ann++ for " + "ö" * 500), ["ann+1 " + "ö" * changes.LONGEST_REASON])

    def test_nothing_makes_it_fail(self):
        for text in ("", "++", "--", "`", "``", '"++', ")++", "(ö++", "”--", "\0++", "a\u0301++--++"):
            read(text)


class Bot(unittest.TestCase):
    def setUp(self):
        for name in ("changes", "ledger"):
            sys.modules.pop(name, None)
        self.host = Host(exports=["parlor:chat/bot", "parlor:chat/command-handler", "parlor:chat/message-handler"])
        self.app = self.host.load((GUESTS / "python/karma/app.py").read_text())
        self.app.the_bot.start()

    def apply(self, message):
        return self.app.apply("net", self.app.changes.read(message))

    def ask(self, command, arguments=""):
        return self.app.the_command_handler.on_command(self.host.invocation(command, arguments))

    def test_a_message_is_answered_with_how_each_name_stands_at_its_end(self):
        self.assertEqual(self.apply('ann++ bob-- "new york"++ ann++ for the tea'), ["ann: 2, bob: -1, new york: 1"])
        self.assertEqual(self.apply("ann-- a*b++"), [r"ann: 1, a\*b: 1"])

    def test_what_there_is_no_room_for_is_told_after_what_there_is(self):
        self.host.stored = {f"net/+n{number}": b"1" for number in range(1, 5_000)}
        self.host.answers["bucket.list-keys"] = lambda _: self.host.wit("wasi:keyvalue/store").KeyResponse(
            list(self.host.stored), None
        )
        full = "I keep 5000 names, and have no room for more."
        self.assertEqual(self.apply("ann++ bob++ cleo++"), ["ann: 1", full])
        self.assertEqual(self.apply("cleo++"), [full])
        self.assertEqual(self.apply("n1--"), ["n1: 0"])

    def test_the_first_are_those_of_the_rank_and_then_of_the_alphabet(self):
        self.host.stored = {"net/+cc": b"1", "net/+bb": b"3", "net/+aa": b"1", "net/-dd": b"2", "net/#aa": b"why"}
        self.assertEqual(self.ask("karma top", "3"), ["bb: 3, aa: 1, cc: 1"])
        self.assertEqual(self.ask("karma bottom"), ["dd: -2, aa: 1, cc: 1, bb: 3"])
        self.assertEqual(self.ask("karma", "AA"), ["aa: 1 (last for why)"])

    def test_what_is_spoilt_counts_as_nothing_and_the_largest_numbers_do_not_overflow(self):
        self.host.stored = {"net/+ann": b"many", "net/-ann": str(2**64 - 1).encode()}
        self.assertEqual(self.ask("karma", "ann"), [f"ann: {1 - 2**63}"])

    def test_history_and_talk_in_private_count_nothing(self):
        hear = self.app.the_message_handler.on_message
        hear(self.host.message("bob++", delayed=True))
        hear(self.host.message("bob++", room=None))
        hear(self.host.message("nothing"))
        self.assertEqual((self.host.heard(), self.host.stored), ([], {}))
        hear(self.host.message("Ann++ bob++"))
        said = r"'bob: 1\nNobody can raise themselves, but I am sure others will.'"
        self.assertEqual(self.host.heard(), [f"chat.reply(<Ann++ bob++>, {said}, False, False)"])


if __name__ == "__main__":
    unittest.main()
