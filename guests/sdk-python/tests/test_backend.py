"""Backends: what the host asks, and what they tell it."""

import contextlib
import io
import unittest

from host import Err, Host

BACKEND = ["parlor:chat/backend", "parlor:chat/rooms", "parlor:host/net-handler"]
SHORE = """
from parlor_sdk import *

class Shore(ChatBackend):
    mode, can, markup, limit = "shore", ["rooms", "topics"], "irc", 400

    def connect(self):
        self.line = connect("tcp://shore:1")

    def on_open(self, connection):
        events.connected(Identifier("me", nick="me"))

    def on_data(self, connection, data):
        events.message_received(Message(Identifier("ann"), "#tea", data.decode()))
        events.room_changed("#tea", Renamed(Identifier("ann"), Identifier("eve")))

    def on_close(self, connection, reason):
        events.disconnected(str(reason or "gone"), turned_away=True)

    def bot_identifier(self):
        return Identifier("me")

    def build_identifier(self, text):
        if " " in text:
            raise ChatError("malformed", "no spaces")
        return Identifier(text, access_id="account:" + text)

    def send_message(self, what):
        self.line.send(f"{what.room or what.recipient.person} {what.body}")

    def rooms(self):
        return ["#tea"]

    def query_room(self, text):
        return "#" + text

    def join(self, room, username, password):
        if password != "key":
            raise RuntimeError("a mistake")
"""


def shore():
    host = Host(exports=list(BACKEND))
    return host, host.load(SHORE)


def refused(function, *arguments):
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            function(*arguments)
        except Err as error:
            return error.value
    raise AssertionError("it was not refused")


class Backend(unittest.TestCase):
    def test_it_says_what_it_can_do(self):
        host, app = shore()
        said = app.the_backend.describe()
        kind = host.wit("parlor:chat/backend")
        self.assertEqual((said.mode, said.markup), ("shore", kind.Markup.IRC))
        self.assertEqual(said.can, kind.Capabilities.ROOMS | kind.Capabilities.TOPICS)
        self.assertEqual(app.the_backend.message_limit(host.message("").recipient), 400)

    def test_what_happens_on_the_connection_is_its_own(self):
        host, app = shore()
        app.the_backend.connect()
        app.the_net_handler.on_open(1)
        app.the_net_handler.on_data(1, "ahoy ö".encode())
        app.the_net_handler.on_close(1, host.wit("parlor:host/net").Error_Unreachable("the tide is out"))
        app.the_net_handler.on_close(1, None)
        self.assertEqual(host.heard(), [
            "net.connect('tcp://shore:1')", "events.connected(me)", "events.message-received(<ahoy ö>)",
            "events.room-changed('#tea', RoomEvent_Renamed(value=Renaming(before=Identifier(network='', person='ann', "
            "client=None, nick=None, display_name=None, room=None, access_id='ann'), after=Identifier(network='', "
            "person='eve', client=None, nick=None, display_name=None, room=None, access_id='eve'))))",
            "events.disconnected('the tide is out', True)", "events.disconnected('gone', True)",
        ])  # fmt: skip

    def test_what_it_raises_is_an_error_of_the_contract(self):
        host, app = shore()
        types = host.wit("parlor:chat/types")
        self.assertEqual(refused(app.the_backend.build_identifier, "a b"), types.Error_Malformed("no spaces"))
        self.assertEqual(refused(app.the_backend.send_card, host.message(""), types.Card(*[None] * 7, [])),
                         types.Error_NotSupported("cards"))  # fmt: skip
        room = app.the_backend.query_room("tea")
        self.assertEqual((room.name(), room.network(), room.joined()), ("#tea", "", True))
        self.assertEqual(refused(room.join, None, None), types.Error_Other("RuntimeError: a mistake"))
        room.join(None, "key")
        host.answers["net.send"] = Err(host.wit("parlor:host/net").Error_Full())
        app.the_backend.connect()
        self.assertEqual(refused(app.the_backend.send_message, host.message("x")), types.Error_Full())
        host.answers["net.send"] = Err(host.wit("parlor:host/net").Error_Closed())
        self.assertEqual(refused(app.the_backend.send_message, host.message("x")), types.Error_NotConnected())

    def test_identifiers_and_replies_go_both_ways(self):
        host, app = shore()
        ann = app.the_backend.build_identifier("ann")
        self.assertEqual((ann.person, ann.access_id, ann.network), ("ann", "account:ann", ""))
        reply = app.the_backend.build_reply(host.message("hi"), "yes", False, True)
        self.assertEqual(
            (reply.recipient.value, reply.body, reply.parent, reply.sender.person), ("#lobby", "yes", "1", "me")
        )
        private = app.the_backend.build_reply(host.message("hi"), "yes", True, False)
        self.assertEqual((private.recipient.value.person, private.parent), ("ann", None))
        named = app.the_backend.prefix_groupchat_reply(reply, host.person("ann"))
        self.assertEqual(named.body, "ann: yes")

    def test_what_has_no_error_in_the_contract_has_an_answer(self):
        host = Host(exports=list(BACKEND))
        app = host.load("from parlor_sdk import *\nclass Empty(ChatBackend): pass")
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            self.assertIsNone(app.the_backend.bot_identifier())
        self.assertIn("NotImplementedError", printed.getvalue())
