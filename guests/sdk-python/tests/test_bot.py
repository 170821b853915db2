"""Bots: commands, handlers, timers, and what becomes of what they raise."""

import contextlib
import io
import unittest

from host import Err, Host

BOT = ["parlor:chat/bot", "parlor:chat/command-handler", "parlor:chat/message-handler", "parlor:chat/room-handler",
       "parlor:host/timer-handler"]  # fmt: skip


def bot(source: str, **world):
    host = Host(exports=list(BOT), **world)
    return host, host.load("from parlor_sdk import *\n" + source)


def refusal(function, *arguments):
    """The words of a refusal, and what was printed."""
    printed = io.StringIO()
    with contextlib.redirect_stderr(printed):
        try:
            function(*arguments)
        except Err as error:
            return error.value, printed.getvalue()
    raise AssertionError("it was not refused")


class Commands(unittest.TestCase):
    def test_a_bot_says_what_it_is(self):
        _, app = bot(
            'bot("kettle", summary="tea", version="2.0")\n'
            '@command("tea now", usage="CUPS", summary="makes tea", admin_only=True)\ndef tea(call): pass'
        )
        said = app.the_bot.describe()
        self.assertEqual((said.name, said.version, said.summary), ("kettle", "2.0", "tea"))
        [tea] = said.commands
        self.assertEqual(
            (tea.name, tea.usage, tea.summary, tea.admin_only, tea.hidden),
            ("tea now", "CUPS", "makes tea", True, False),
        )

    def test_answers_are_one_text_several_or_none(self):
        host, app = bot(
            '@command("one")\ndef one(call): return call.arguments\n'
            '@command("two")\ndef two(call):\n    yield "a"\n    yield "b"\n'
            '@command("none")\ndef none(call): pass\n'
            '@command("list")\ndef several(call): return call.words()\n'
        )
        run = lambda name, words="": app.the_command_handler.on_command(host.invocation(name, words))
        self.assertEqual(run("one", " x  y "), [" x  y "])
        self.assertEqual((run("two"), run("none")), (["a", "b"], []))
        self.assertEqual(run("list", "a “b c” --d"), ["a", "b c", "--d"])

    def test_what_is_raised_reaches_the_sender_and_its_traceback_the_log(self):
        host, app = bot(
            '@command("crash")\ndef crash(call): return int(call.arguments)\n'
            '@command("fail")\ndef fail(call): raise Failure("no tea")\n'
            '@command("read")\ndef read(call): return call.read().next("CUPS", int)\n'
            '@command("leave")\ndef leave(call): raise SystemExit(1)\n'
            '@command("wrong")\ndef wrong(call): return [1]\n'
            '@command("worse")\ndef worse(call): return 1\n'
            '@command("deep")\ndef deep(call): return deep(call)\n'
            '@command("mute")\ndef mute(call):\n'
            "    class Mute(Exception):\n        def __str__(self): raise ValueError\n    raise Mute\n"
        )
        run = lambda name: refusal(app.the_command_handler.on_command, host.invocation(name, "x"))
        why, printed = run("crash")
        self.assertEqual(why, "ValueError: invalid literal for int() with base 10: 'x'")
        self.assertTrue(printed.startswith("Traceback (most recent call last):"), printed)
        self.assertIn('File "app.py", line 3, in crash', printed)
        self.assertNotIn("_boundary", printed)
        self.assertEqual(run("fail"), ("no tea", ""))
        self.assertEqual(run("read")[0], "CUPS must be a whole number, and `x` is none; usage: `read`")
        self.assertEqual(run("leave")[0], "SystemExit: 1")
        self.assertEqual(run("wrong")[0], "TypeError: the command 'wrong' must answer with texts, not int")
        self.assertEqual(run("worse")[0], "TypeError: the command 'worse' must answer with texts, not int")
        self.assertTrue(run("deep")[0].startswith("RecursionError: "))
        self.assertEqual(run("mute")[0], "Mute")

    def test_what_the_host_refuses_is_told_in_words(self):
        host, app = bot(
            '@command("say")\ndef say(call): chat.send("net", "#tea", "hi")\n'
            '@command("try")\ndef attempt(call):\n'
            '    try: chat.send("net", "#tea", "hi")\n'
            '    except ChatError as error: return f"{error.case} {error.text}"\n'
        )
        host.answers["chat.send"] = Err(host.wit("parlor:chat/types").Error_RoomNotJoined("#tea"))
        why, printed = refusal(app.the_command_handler.on_command, host.invocation("say"))
        self.assertEqual(why, "the bot is not in #tea")
        self.assertIn("in say", printed)
        self.assertEqual(app.the_command_handler.on_command(host.invocation("try")), ["room-not-joined #tea"])
        host.answers["chat.send"] = Err(host.wit("parlor:chat/types").Error_NotConnected())
        self.assertEqual(app.the_command_handler.on_command(host.invocation("try")), ["not-connected "])


class Handlers(unittest.TestCase):
    def test_all_who_want_to_hear_are_called_in_order(self):
        host, app = bot(
            "said = []\n"
            "@on_message\ndef one(m): said.append((m.sender.name, m.room, m.body))\n"
            "@on_message\ndef two(m): m.reply('yes')\n"
            "@on_start\ndef begin(): said.append('start')\n"
        )
        app.the_bot.start()
        app.the_message_handler.on_message(host.message("hi"))
        app.the_message_handler.on_message(host.message("psst", room=None, parent="7"))
        self.assertEqual(app.said, ["start", ("ann", "#lobby", "hi"), ("ann", None, "psst")])
        self.assertEqual(
            host.heard(), ["chat.reply(<hi>, 'yes', False, False)", "chat.reply(<psst>, 'yes', False, True)"]
        )

    def test_what_happens_in_rooms_has_a_class_each(self):
        host, app = bot("seen = []\n@on_room\ndef see(network, room, what): seen.append((network, room, what))")
        types, sdk = host.wit("parlor:chat/types"), host.sdk()
        ann, ben = host.person("ann"), host.person("ben")
        for what in (types.RoomEvent_Joined(ann), types.RoomEvent_Left(ann), types.RoomEvent_Topic(None),
                     types.RoomEvent_Renamed(types.Renaming(ann, ben)), types.RoomEvent_Invited(ben)):  # fmt: skip
            app.the_room_handler.on_room("net", "#tea", what)
        a, b = (sdk.Identifier(name, "net") for name in ("ann", "ben"))
        self.assertEqual(
            [what for _, _, what in app.seen],
            [sdk.Joined(a), sdk.Left(a), sdk.TopicChanged(None), sdk.Renamed(a, b), sdk.Invited(b)],
        )

    def test_timers_call_what_was_given_and_cancelled_ones_nothing(self):
        host, app = bot(
            "said = []\n@on_start\ndef begin():\n"
            "    later(1.5, said.append, 'once')\n    every(60, said.append, 'again')\n"
            "    global gone\n    gone = later(2, said.append, 'never')\n"
        )
        app.the_bot.start()
        app.gone.cancel()
        app.gone.cancel()
        self.assertEqual(
            host.heard(), ["timers.once(1500)", "timers.every(60000)", "timers.once(2000)", "timers.cancel(3)"]
        )
        for timer in (1, 1, 2, 2, 3, 99):
            app.the_timer_handler.on_timer(timer)
        self.assertEqual(app.said, ["once", "again", "again"])

    def test_python_logging_is_the_hosts_log(self):
        import logging

        root = logging.getLogger()
        before, root.handlers = (root.handlers, root.level), []
        try:
            host, app = bot(
                "import logging\n@on_start\ndef begin():\n"
                "    logging.getLogger('tea').warning('%s cups', 2)\n    logging.debug('no')\n    log.info('plain')\n"
            )
            app.the_bot.start()
            [warning, plain] = host.heard()
            self.assertTrue(warning.endswith("'tea', '2 cups')") and "WARN" in warning, warning)
            self.assertTrue(plain.endswith("'', 'plain')") and "INFO" in plain, plain)
        finally:
            root.handlers, root.level = before


class Mistakes(unittest.TestCase):
    def mistake(self, source: str, **world) -> str:
        with self.assertRaises(Exception) as raised:
            bot(source, **world)
        return f"{type(raised.exception).__name__}: {raised.exception}"

    def test_a_call_at_the_top_level_says_where_it_belongs(self):
        self.assertIn("while the component is being built", self.mistake("store.get('x')"))

    def test_a_handler_that_nobody_would_call_says_what_to_add(self):
        said = self.mistake("@on_mention\ndef hear(m): pass")
        self.assertIn("add `export parlor:chat/mention-handler@0.1.0;` to wit/world.wit", said)

    def test_what_the_world_does_not_import_says_what_to_add(self):
        host, app = bot(
            "@on_start\ndef begin(): store.increment('x')", imports=["wasi:keyvalue/store", "wasi:logging/logging"]
        )
        why, _ = refusal(app.the_bot.start)
        self.assertIn("add `import wasi:keyvalue/atomics@0.2.0-draft;` to wit/world.wit", why)

    def test_odd_declarations_are_refused(self):
        self.assertIn("two commands called 'x'", self.mistake("for _ in 1, 2: command('x')(print)"))
        self.assertIn("a command has a name", self.mistake("@command\ndef x(call): pass"))
        self.assertIn("`bot(…)` is said once", self.mistake("bot('a')\nbot('b')"))

    def test_a_class_of_ones_own_takes_the_place_of_the_sdks(self):
        _, app = bot("class RoomHandler:\n    def on_room(self, *what): return what")
        self.assertEqual(app.the_room_handler.on_room(1, 2, 3), (1, 2, 3))
