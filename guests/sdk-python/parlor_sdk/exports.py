"""What componentize-py looks for in the module that it is given: a class for each interface that the world exports.

`from parlor_sdk import *` brings them along; `from parlor_sdk.exports import *` brings nothing else. A class that the
module writes itself, under the same name and as the generated bindings describe it, takes the place of the one here.
"""

from . import _host
from ._backend import Backend, Rooms
from ._bot import (
    Bot,
    CommandHandler,
    MentionHandler,
    MessageHandler,
    NetworkHandler,
    PresenceHandler,
    ReactionHandler,
    RoomHandler,
)
from ._host_handlers import FetchHandler, NetHandler, TimerHandler
from .coweb.access import Access
from .coweb.auth import Auth
from .coweb.launcher import Launcher, ProcessHandler
from .coweb.manager import ComponentEvents, Manager, SocketHandler
from .coweb.service_bot import ServiceBot
from .coweb.updater import UpdaterTypeMatcher

_ALL = (
    Access,
    Auth,
    Backend,
    Bot,
    CommandHandler,
    ComponentEvents,
    FetchHandler,
    Launcher,
    Manager,
    MentionHandler,
    MessageHandler,
    NetHandler,
    NetworkHandler,
    PresenceHandler,
    ProcessHandler,
    ReactionHandler,
    RoomHandler,
    Rooms,
    ServiceBot,
    SocketHandler,
    TimerHandler,
    UpdaterTypeMatcher,
)

__all__ = [known.__name__ for known in _ALL if _host.exports(known.__name__)]
