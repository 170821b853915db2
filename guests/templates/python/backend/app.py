"""The glue to a chat service whose protocol is lines of text over TCP.

It sends `NICK me`, `JOIN #room`, `PART #room` and `SAY #room text` (or `SAY @somebody text`), and hears `WELCOME me`,
`SAY somebody #room text` (`*` for a room: to the bot alone), `JOIN somebody #room` and `PART somebody #room`. The
setting `server` is the `host:port` to connect to; that must be granted too.
"""

import re

from parlor_sdk import *

# The longest line that the server may send, in bytes.
LONGEST_LINE = 4096


class Lines(ChatBackend):
    mode = "lines"
    can = ["rooms"]
    markup = "plain"
    limit = 400

    def __init__(self):
        self.connection = None
        self.forget()

    def forget(self):
        # What came of a line whose end did not come yet.
        self.unread = b""
        # What the server calls the bot, once it has let it in.
        self.nick = None
        # The rooms that the bot is in, and who was seen there.
        self.people = {}

    # The connection.

    def connect(self):
        # Returns at once: `on_open` or `on_close` hears what becomes of it.
        self.connection = connect("tcp://" + config.require("server"))

    def disconnect(self):
        if self.connection:
            self.connection.close()

    def on_open(self, connection):
        connection.send("NICK parlor\n")

    def on_data(self, connection, data):
        # Data comes in pieces of any size.
        *lines, self.unread = (self.unread + data).split(b"\n")
        # A server that never ends a line must not fill the memory.
        if any(len(line) > LONGEST_LINE for line in [*lines, self.unread]):
            log.warn("the server's line is too long")
            self.unread = b""
            connection.close()
            return
        for line in lines:
            self.hear(line.decode(errors="replace").rstrip("\r"))

    def on_close(self, connection, reason):
        self.connection = None
        self.forget()
        events.disconnected(str(reason or "the server closed the connection"))

    def hear(self, line):
        # A line that is not known says nothing.
        match line.split(" ", 3):
            case ["WELCOME", nick] if is_name(nick):
                self.nick = nick
                events.connected(person(nick))
            case _ if not self.nick:
                return
            case ["SAY", who, room, text] if is_name(who) and is_name(room):
                recipient = person(self.nick) if room == "*" else room
                events.message_received(Message(person(who), recipient, text))
            case ["JOIN", who, room] if is_name(who) and is_name(room):
                if who == self.nick:
                    self.people[room] = set()
                if room in self.people:
                    self.people[room].add(who)
                events.room_changed(room, Joined(person(who)))
            case ["PART", who, room] if is_name(who) and is_name(room):
                if who == self.nick:
                    self.people.pop(room, None)
                if room in self.people:
                    self.people[room].discard(who)
                events.room_changed(room, Left(person(who)))

    def say(self, line):
        if not self.nick:
            raise ChatError("not-connected")
        self.connection.send(line + "\n")

    # People and messages.

    def bot_identifier(self):
        return person(self.nick) if self.nick else None

    def build_identifier(self, text):
        return person(checked(text))

    def format_identifier(self, who):
        return checked(who.person)

    def send_message(self, what):
        to = checked(what.room) if what.room else "@" + checked(what.recipient.person)
        text = re.sub("[\r\n]", " ", what.body)
        self.say(f"SAY {to} {text}")

    # Rooms.

    def rooms(self):
        return sorted(self.people)

    def query_room(self, text):
        return checked(text)

    def join(self, room, username, password):
        self.say(f"JOIN {room}")

    def leave(self, room, reason):
        self.say(f"PART {room}")

    def occupants(self, room):
        if room not in self.people:
            raise ChatError("room-not-joined", room)
        return [person(name) for name in sorted(self.people[room])]

    def topic(self, room):
        # There are none. Outside of a room that is not even known.
        self.occupants(room)


def is_name(text):
    # Names are one word: what is sent must not become two words, or two lines.
    return bool(text) and not any(char.isspace() or not char.isprintable() for char in text)


def checked(name):
    if not is_name(name):
        raise ChatError("malformed", "a name has no spaces")
    return name


def person(name):
    # Access rules go by `access_id`. A service where people choose their names freely needs something better.
    return Identifier(name, nick=name, access_id=name)
