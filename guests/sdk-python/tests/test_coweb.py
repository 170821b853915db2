"""Managers of sessions, and service bots."""

import contextlib
import io
import unittest

from host import Err, Host


def load(exports, source):
    host = Host(exports=[f"parlor:coweb/{name}" for name in exports])
    return host, host.load("from parlor_sdk import *\n" + source)


def refused(function, *arguments):
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            function(*arguments)
        except Err as error:
            return error.value
    raise AssertionError("it was not refused")


class Managers(unittest.TestCase):
    def test_access_answers_with_what_the_contract_has(self):
        host, app = load(
            ["access"],
            """
class Friends(AccessManager):
    def start(self): self.friends = config.json("friends", list)
    def on_admin_request(self, username, key, collab):
        return {"motd": "ö"} if username in self.friends else Refused("no", 401) if username else None
    def on_session_request(self, session, username): return session.key == "plans"
    def on_service_use(self, session, username, service): return (username, service) == ("eve", "tea")
    def on_service_acls(self, session, service): return ["service-sync"] if service == "tea" else []
""",
        )
        host.config["friends"] = '["ann"]'
        it, kind, types = app.the_access, host.wit("parlor:coweb/access"), host.wit("parlor:coweb/types")
        it.start()
        self.assertEqual(it.on_admin_request("ann", "k", True), kind.Admission_Welcome('{"motd":"ö"}'))
        self.assertEqual(it.on_admin_request("eve", "k", True), kind.Admission_Refused(types.Refusal(401, "no")))
        self.assertIn("must return a dict", refused(it.on_admin_request, "", "k", True))
        session = types.Session("id", "plans", True, False)
        self.assertTrue(it.on_session_request(session, "eve"))
        self.assertEqual([it.on_service_request(session, "eve", name) for name in ("tea", "x")], [True, False])
        self.assertEqual([it.on_service_subscribe(session, "eve", name) for name in ("tea", "x")], [True, False])
        self.assertTrue(it.on_service_unsubscribe(session, "eve", "x"))
        self.assertEqual(it.on_service_config(session, "x"), "{}")
        self.assertEqual(it.on_service_acls(session, "tea"), kind.Acls.SERVICE_SYNC)
        self.assertEqual(it.on_service_acls(session, "x"), kind.Acls(0))

    def test_what_keeps_a_manager_from_starting_is_told_in_words(self):
        _, app = load(
            ["updater-type-matcher"],
            """
class Picky(Updater):
    def start(self): config.require("type")
    def match_updater_type(self, updater_type, available): return available[0]
""",
        )
        self.assertEqual(refused(app.the_updater_type_matcher.start), "`type` is not configured")
        self.assertEqual(app.the_updater_type_matcher.match_updater_type("x", ["y"]), "y")
        self.assertEqual(refused(app.the_updater_type_matcher.match_updater_type, "x", []),
                         "IndexError: list index out of range")  # fmt: skip

    def test_auth_may_make_up_a_name(self):
        host, app = load(
            ["auth"],
            """
class Guests(AuthManager):
    def current_user(self, request):
        known = request.cookie("user")
        return known or Identity("guest", [Cookie("user", "guest", 60)]) if request.header("Host") else None
    def clear_credentials(self, request): return [Cookie("user")]
""",
        )
        types, kind = host.wit("parlor:coweb/types"), host.wit("parlor:coweb/auth")
        request = lambda headers, cookies: types.Request("GET", "/", headers, cookies, "::1")
        user = lambda *asked: app.the_auth.get_current_user(request(*asked))
        self.assertEqual((app.the_auth.requires_login(), app.the_auth.requires_cookies()), (False, True))
        self.assertEqual(user([("host", "a")], [("user", "ann"), ("user", "eve")]), kind.Identity("ann", []))
        self.assertEqual(user([("host", "a")], []), kind.Identity("guest", [kind.Cookie("user", "guest", 60)]))
        self.assertEqual(user([], []), kind.Identity(None, []))
        self.assertIsNone(app.the_auth.check_credentials(request([], []), "a", "b"))
        self.assertEqual(app.the_auth.clear_credentials(request([], [])), [kind.Cookie("user", None, None)])

    def test_a_launcher_says_that_there_is_no_such_service(self):
        host, app = load(
            ["launcher", "process-handler"],
            """
ended = []
class Mine(ServiceLauncher):
    def start_service(self, service, token, manager, app_data):
        if manager.id == "raw": raise ValueError("raw")
        if service == "mine": self.one = processes.start("mine", token, {"A": "b"})
        else: components.launch(service, token, app_data)
    def on_process_exit(self, process, status): ended.append((process, status))
""",
        )
        services = host.wit("parlor:coweb/services")
        info = services.ManagerInfo("component", "{}")
        host.answers["components.launch"] = Err(services.LaunchError_NotFound())
        host.answers["processes.start"] = 7
        start = lambda service, info=info: (service, "t1", info, "{}")
        self.assertEqual(refused(app.the_launcher.start_service, *start("tea")), services.LaunchError_NotFound())
        raw = services.ManagerInfo("raw", "{}")
        self.assertEqual(
            refused(app.the_launcher.start_service, *start("tea", raw)), services.LaunchError_Failed("ValueError: raw")
        )
        app.the_launcher.start_service(*start("mine"))
        app.the_process_handler.on_exit(7, None)
        self.assertEqual(app.ended, [(host.sdk().Process(7), None)])
        self.assertEqual(
            host.heard(), ["components.launch('tea', 't1', '{}')", "processes.start('mine', b't1', [('A', 'b')])"]
        )

    def test_a_manager_passes_on_what_happens(self):
        host, app = load(
            ["manager", "component-events", "socket-handler"],
            """
class Lines(ServiceManager):
    id = "lines"
    def on_user_subscribe(self, service, username): return username.encode()
    def send_message(self, service, what, to): components.subscribe(service, what.decode())
    def on_started(self, service, token):
        try: bridge.auth_bot(service, token)
        except BridgeError as error: raise Failure(f"{error.case}: {error}")
    def on_socket_text(self, socket, text): socket.send(text)
""",
        )
        self.assertEqual((app.the_manager.get_manager_id(), app.the_manager.get_connection_info()), ("lines", "{}"))
        app.the_manager.send_message("tea", app.the_manager.on_user_subscribe("tea", "ann"), b"")
        app.the_socket_handler.on_open(3)
        app.the_socket_handler.on_text(3, "hi")
        self.assertEqual(
            host.heard(), ["components.deliver('tea', BotEvent_Subscribe(value='ann'))", "sockets.send(3, 'hi')"]
        )
        host.answers["bridge.auth-bot"] = Err(host.wit("parlor:coweb/bridge").Error_WrongToken())
        self.assertEqual(
            refused(app.the_component_events.on_started, "tea", "t"),
            "wrong-token: the launch token is wrong, used or too old",
        )


class ServiceBots(unittest.TestCase):
    def test_questions_are_answered_now_or_later(self):
        host, app = load(
            ["service-bot"],
            """
class Echo(SessionBot):
    def start(self, service, app_data): self.first = app_data["first"]
    def on_request(self, question):
        question.reply([self.first, question.data, question.username])
        session.publish({"ö": 1})
""",
        )
        app.the_service_bot.start("echo", '{"first":1}')
        app.the_service_bot.on_request('{"a": [1.5, null]}', "7", "ann")
        self.assertEqual(
            host.heard(),
            ["""session-api.reply('7', '[1,{"a":[1.5,null]},"ann"]')""", """session-api.publish('{"ö":1}')"""],
        )
        self.assertTrue(refused(app.the_service_bot.on_request, "{", "7", "ann").startswith("JSONDecodeError: "))


class Roles(unittest.TestCase):
    def mistake(self, exports, source):
        with self.assertRaises(Exception) as raised:
            load(exports, source)
        return str(raised.exception)

    def test_a_world_that_nobody_fills_is_told_when_it_is_built(self):
        said = self.mistake(["access"], "")
        self.assertIn("the world exports parlor:coweb/access@0.1.0: write `class Mine(AccessManager):`", said)

    def test_a_class_that_nobody_would_call_is_told(self):
        said = self.mistake(["access"], "class A(AccessManager): pass\nclass B(SessionBot): pass")
        self.assertIn("add `export parlor:coweb/service-bot@0.1.0;`", said)

    def test_one_class_fills_a_role_and_the_last_that_builds_on_it(self):
        said = self.mistake(["access"], "class A(AccessManager): pass\nclass B(AccessManager): pass")
        self.assertIn("A and B are both of AccessManager", said)
        _, app = load(["updater-type-matcher"], "class A(Updater): pass\nclass B(A):\n"
                      "    def match_updater_type(self, updater_type, available): return 'b'")  # fmt: skip
        self.assertEqual(app.the_updater_type_matcher.match_updater_type("x", []), "b")
