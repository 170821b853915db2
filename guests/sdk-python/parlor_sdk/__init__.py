"""Chat bots, backends and session managers for Parlor, in Python. A whole bot:

    \"\"\"Says again what it is told.\"\"\"

    from parlor_sdk import *

    bot("echo", summary="says again what it is told")


    @command("echo", usage="TEXT", summary="says TEXT again")
    def echo(call):
        return call.arguments

- `bot` and `command` declare a bot; `on_message`, `on_room` and the others hear what happens; `later` and `every` call
  a function when the time has come. `ChatBackend`, `AuthManager`, `AccessManager`, `Updater`, `ServiceLauncher`,
  `ServiceManager` and `SessionBot` are classes to write one's own of.
- What the host gives: `chat`, `store`, `config`, `log`, `fetch`, `connect`; `events` for backends; `bridge`,
  `components`, `sockets`, `processes` and `session` for sessions. The world (wit/world.wit) says which of them the
  extension imports; the host asks its owner to grant no more.
- The star also brings what componentize-py wants of the module: a class for each interface that the world exports (see
  `exports`). The generated bindings are there as well, as `wit_world`.

Nothing here waits. A function of yours is called, does a little and returns; data, answers and timers come as later
calls, one at a time. What you keep in variables lasts until the host starts a new instance; `store` outlives that.

The top level of a module runs once, when the component is built: import everything there (later there is no file system
to import from), and call nothing of the host. What is raised and not caught ends the call: its traceback goes to the
log, and its words to whoever gave the command. `raise Failure("…")` ends it with these words alone.
"""

from . import chat, config, events, exports, log, markdown, store
from ._bot import bot
from .arguments import Arguments
from .backend import ChatBackend
from .card import Card
from .commands import command
from .connection import Connection, Secret, connect, connections
from .coweb import bridge, components, processes, session, sockets
from .coweb.access import AccessManager, Refused, Session
from .coweb.auth import AuthManager, Cookie, Identity, Request
from .coweb.launcher import ManagerInfo, ServiceLauncher
from .coweb.manager import ServiceManager
from .coweb.processes import Process
from .coweb.service_bot import Question, SessionBot
from .coweb.sockets import Socket
from .coweb.updater import Updater
from .errors import (
    BridgeError,
    ChatError,
    ConfigError,
    Failure,
    HostError,
    LaunchError,
    NetError,
    StoreError,
)
from .exports import *
from .handlers import (
    on_close,
    on_connected,
    on_data,
    on_disconnected,
    on_mention,
    on_message,
    on_open,
    on_presence,
    on_reaction,
    on_room,
    on_start,
    on_stop,
)
from .identifier import Identifier, Recipient
from .invocation import Invocation
from .message import Message, now
from .presence import Presence
from .reaction import Reaction
from .request import Response, cancel_fetch, fetch
from .room import Room
from .room_event import Invited, Joined, Left, Renamed, RoomEvent, TopicChanged
from .timer import Timer, every, later

__all__ = [
    "AccessManager",
    "Arguments",
    "AuthManager",
    "BridgeError",
    "Card",
    "ChatBackend",
    "ChatError",
    "ConfigError",
    "Connection",
    "Cookie",
    "Failure",
    "HostError",
    "Identifier",
    "Identity",
    "Invited",
    "Invocation",
    "Joined",
    "LaunchError",
    "Left",
    "ManagerInfo",
    "Message",
    "NetError",
    "Presence",
    "Process",
    "Question",
    "Reaction",
    "Recipient",
    "Refused",
    "Renamed",
    "Request",
    "Response",
    "Room",
    "RoomEvent",
    "Secret",
    "ServiceLauncher",
    "ServiceManager",
    "Session",
    "SessionBot",
    "Socket",
    "StoreError",
    "Timer",
    "TopicChanged",
    "Updater",
    "bot",
    "bridge",
    "cancel_fetch",
    "chat",
    "command",
    "components",
    "config",
    "connect",
    "connections",
    "events",
    "every",
    "fetch",
    "later",
    "log",
    "markdown",
    "now",
    "on_close",
    "on_connected",
    "on_data",
    "on_disconnected",
    "on_mention",
    "on_message",
    "on_open",
    "on_presence",
    "on_reaction",
    "on_room",
    "on_start",
    "on_stop",
    "processes",
    "session",
    "sockets",
    "store",
]
__all__ += exports.__all__
