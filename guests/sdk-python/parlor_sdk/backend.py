"""Backends: the glue to one chat service."""

from __future__ import annotations

from collections.abc import Iterable

from ._role import Role
from .card import Card
from .connection import Connection
from .errors import ChatError, NetError
from .identifier import Identifier, Recipient
from .message import Message


class ChatBackend(Role):
    """What a backend can do; a subclass is yours. What comes to nothing is a `ChatError`.

    No call waits for the service: what that answers is told to the host through `events`. The `network` of an
    `Identifier` and a `Message` is left empty: only the host knows under which name the backend was configured.
    """

    exported = "Backend", "parlor:chat/backend@0.1.0"

    mode = "chat"
    """The kind of service (`irc`)."""
    can: Iterable[str] = ()
    """What it can do, of `rooms`, `topics`, `invites`, `threads`, `cards`, `reactions`, `edits`, `presence`, `files`,
    `history` and `multiline`."""
    markup = "plain"
    """How it marks up text: `plain`, `markdown` or `irc`."""
    limit = 0
    """The longest body that fits into one message, in bytes as rendered; 0 for no bound."""

    def connect(self) -> None:
        """Starts to connect; `events.connected` or `events.disconnected` tells what became of it. Called again after
        each loss."""
        raise NotImplementedError

    def disconnect(self) -> None:
        """Says goodbye and closes."""
        raise NotImplementedError

    def bot_identifier(self) -> Identifier | None:
        """Who the bot is on this network, once connected."""
        raise NotImplementedError

    def build_identifier(self, text: str) -> Identifier:
        """Reads what a human writes for a person or an occupant. `malformed` says what a valid text looks like."""
        raise NotImplementedError

    def format_identifier(self, who: Identifier) -> str:
        """Writes it again: `build_identifier` of the result gives an equal identifier."""
        raise NotImplementedError

    def message_limit(self, to: Recipient) -> int:
        """The longest body for this recipient, where that is not always the same."""
        return self.limit

    def send_message(self, what: Message) -> None:
        """Queues the message for the service. Its body is rendered, and within the limit."""
        raise NotImplementedError

    def send_card(self, what: Message, card: Card) -> None:
        """Queues a card; the message tells where it goes and what it answers."""
        raise ChatError("not-supported", "cards")

    def react(self, to: Message, name: str, add: bool) -> None:
        """Marks a message, or takes the mark away."""
        raise ChatError("not-supported", "reactions")

    def build_reply(self, to: Message, body: str, private: bool, threaded: bool) -> Message:
        """Addresses an answer: to the sender alone if `private`, in the message's thread if `threaded`."""
        me = self.bot_identifier()
        if me is None:
            raise ChatError("not-connected")
        recipient = to.recipient if to.room is not None and not private else to.sender
        parent = to.parent or to.id if threaded else None
        return Message(me, recipient, body, network=to.network, parent=parent)

    def prefix_groupchat_reply(self, what: Message, addressee: Identifier) -> Message:
        """Puts the addressee's name in front, the way this service's people do in a room."""
        what.body = f"{addressee.name}: {what.body}"
        return what

    def change_presence(self, status: str, note: str | None) -> None:
        """Tells the service how available the bot is."""
        raise ChatError("not-supported", "presence")

    # The connection to the service.

    def on_open(self, connection: Connection) -> None:
        """The connection is up, TLS and WebSocket handshake included."""

    def on_data(self, connection: Connection, data: bytes) -> None:
        """Bytes have come, at most 64 KiB a call, or one whole WebSocket message."""

    def on_close(self, connection: Connection, reason: NetError | None) -> None:
        """The connection is gone; without a reason it was closed in good order."""

    # Rooms, each by its name. What changes is told to the host by `events.room_changed`, once each.

    def rooms(self) -> list[str]:
        """The rooms that the bot is in."""
        return []

    def query_room(self, text: str) -> str:
        """The name of the room that a human means by this text; `malformed` says what a valid one looks like."""
        raise ChatError("not-supported", "rooms")

    def join(self, room: str, username: str | None, password: str | None) -> None:
        """Comes in. Creates the room first where it does not exist; joining twice is no error."""
        raise ChatError("not-supported", "rooms")

    def leave(self, room: str, reason: str | None) -> None:
        """Leaving a room that one is not in is no error."""
        raise ChatError("not-supported", "rooms")

    def create(self, room: str) -> None:
        """Makes the room, without joining it. Creating twice is no error."""
        raise ChatError("not-supported", "creating rooms")

    def destroy(self, room: str) -> None:
        """Ends the room for everybody."""
        raise ChatError("not-supported", "ending rooms")

    def exists(self, room: str) -> bool:
        """Whether the service has such a room, as far as is known."""
        return self.joined(room)

    def joined(self, room: str) -> bool:
        """Whether the bot is in it."""
        return room in self.rooms()

    def topic(self, room: str) -> str | None:
        """The topic; none where none is set. `room-not-joined` outside."""
        return None

    def set_topic(self, room: str, topic: str) -> None:
        """Sets the topic."""
        raise ChatError("not-supported", "topics")

    def occupants(self, room: str) -> list[Identifier]:
        """Who is in the room now, the bot too. `room-not-joined` outside."""
        raise ChatError("not-supported", "lists of who is in a room")

    def invite(self, room: str, who: list[Identifier]) -> None:
        """Asks people to come in."""
        raise ChatError("not-supported", "invitations")
