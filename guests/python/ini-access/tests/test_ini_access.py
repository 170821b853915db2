"""Rules in an INI text, and the manager that goes by them."""

import sys
import unittest
from pathlib import Path

GUESTS = Path(__file__).parents[3]
# What stands there goes into the component.
sys.dont_write_bytecode = True
sys.path[:0] = [str(GUESTS / "python/ini-access"), str(GUESTS / "sdk-python"), str(GUESTS / "sdk-python/tests")]

from host import Err, Host  # noqa: E402

APP = (GUESTS / "python/ini-access/app.py").read_text()
EXAMPLE = APP.partition("rules = '''")[2].partition("'''")[0].replace("\n    ", "\n")


def manager(rules, **config):
    sys.modules.pop("rules", None)
    host = Host(exports=["parlor:coweb/access"], config={"rules": rules, **config})
    app = host.load(APP)
    return host, app


def refusal(rules, **config):
    _, app = manager(rules, **config)
    try:
        app.the_access.start()
    except Err as error:
        return error.value
    raise AssertionError("it was not refused")


class Rules(unittest.TestCase):
    def rules(self, text):
        manager("")
        from rules import Rules

        return Rules(text)

    def test_the_first_section_about_a_session_counts_and_then_the_defaults(self):
        rules = self.rules(
            "[DEFAULT]\nallow = ann\n[team-?]\nallow = b*, cleo\n[team-*]\ndeny = dan\n[#hall]\ndeny = eve\nallow = *"
        )
        for user, key, may in (
            ("ben", "team-1", True), ("cleo", "team-1", True), ("ann", "team-1", False), ("Ben", "team-1", False),
            ("ann", "team-12", True), ("dan", "team-12", False), ("ben", "team-12", False),
            ("ann", "other", True), ("ben", "other", False),
            ("ben", "#hall", True), ("eve", "#hall", False),
        ):  # fmt: skip
            self.assertEqual(rules.may_enter(user, key), may, (user, key))

    def test_nobody_comes_in_whom_nobody_thought_of(self):
        self.assertFalse(self.rules("").may_enter("ann", "plans"))
        self.assertFalse(self.rules("[plans]\ninfo = {}").may_enter("ann", "plans"))
        self.assertFalse(self.rules("[plans]\nallow =").may_enter("ann", "plans"))
        self.assertTrue(self.rules("[plans]\ndeny = eve").may_enter("ann", "plans"))

    def test_the_example_says_what_its_table_says(self):
        rules = self.rules(EXAMPLE)
        self.assertTrue(rules.may_enter("bob", "team-1") and not rules.may_enter("eve", "team-1"))
        self.assertTrue(rules.may_enter("ann", "hall") and not rules.may_enter("eve", "hall"))
        self.assertTrue(rules.may_enter("ann", "elsewhere") and not rules.may_enter("eve", "elsewhere"))
        self.assertEqual(
            [rules.may_use("bob", "team-1", name) for name in ("scribe", "clock", "x")], [True, False, False]
        )
        self.assertEqual(
            [rules.may_use("ann", "team-1", name) for name in ("scribe", "clock", "x")], [True, True, False]
        )
        self.assertTrue(rules.may_use("bob", "hall", "x"))
        self.assertEqual((rules.acls("team-1", "scribe"), rules.acls("team-1", "clock")), (["service-sync"], []))
        self.assertEqual((rules.config("team-1", "scribe"), rules.config("hall", "scribe")), ({"pages": 10}, {}))
        self.assertEqual((rules.info("team-1"), rules.info("hall")), ({"motd": "be kind"}, {}))

    def test_globs_have_two_signs_only(self):
        rules = self.rules("[a.[b]*?]\nallow = *")
        self.assertTrue(rules.may_enter("x", "a.[b]\n") and rules.may_enter("x", "a.[b]more"))
        self.assertFalse(rules.may_enter("x", "a.b") or rules.may_enter("x", "ab[b]x") or rules.may_enter("x", "a.[b]"))

    def test_percent_and_colons_are_characters_like_any_other(self):
        rules = self.rules('[a:b%c]\nallow = %(x)s\ninfo = {"50%": 1}')
        self.assertTrue(rules.may_enter("%(x)s", "a:b%c"))
        self.assertEqual(rules.info("a:b%c"), {"50%": 1})


class Manager(unittest.TestCase):
    def test_it_answers_as_the_rules_say(self):
        host, app = manager(EXAMPLE)
        it, types = app.the_access, host.wit("parlor:coweb/types")
        it.start()
        welcome = it.on_admin_request("ann", "team-1", True)
        self.assertEqual(welcome.value, '{"motd":"be kind"}')
        self.assertEqual(it.on_admin_request("eve", "team-1", True).value.status, 403)
        session = types.Session("id", "team-1", True, False)
        self.assertEqual([it.on_session_request(session, name) for name in ("ann", "eve")], [True, False])
        self.assertFalse(it.on_service_subscribe(session, "bob", "clock"))
        self.assertEqual(it.on_service_config(session, "scribe"), '{"pages":10}')
        self.assertEqual(it.on_service_acls(session, "scribe").name, "SERVICE_SYNC")

    def test_what_is_wrong_keeps_the_server_from_starting(self):
        for rules, words in (
            ("allow = ann", "File contains no section headers"),
            ("[a]\nallow = x\n[a]", "section 'a' already exists"),
            ("[a]\nallow = x\nallow = y", "option 'allow' in section 'a' already exists"),
            ("[a]\nalow = x", "`alow` in section [a] of `rules`: there is no such key, only allow"),
            ("[DEFAULT]\ninfo.x = {}", "`info.x` in section [DEFAULT] of `rules`: there is no such key"),
            ("[a]\nallow. = x", "`allow.` in section [a]"),
            ("[a]\nacls.x = sync all", "there is no right `all`, only sync"),
            ("[a]\nconfig = {", "`config` in section [a] of `rules`: this is no JSON"),
            ("[a]\ninfo = []", "this must be a JSON object"),
        ):
            self.assertIn(words, refusal(rules))
        self.assertEqual(refusal("", rulez="x"), "there is no key `rulez` here, only `rules`")


if __name__ == "__main__":
    unittest.main()
