"""What speaks with the service bots of a session."""

from __future__ import annotations

from .._boundary import called
from .._role import Role, check, the
from .sockets import Socket


class ServiceManager(Role):
    """Speaks with the service bots of one session, which has one of its own.

    Each `on_user_…` function, and `on_shutdown_request`, puts what happened into a message in the manager's own form;
    the server gives it to `send_message` when its turn has come, and not before `bridge.mark_bot_subscribed`. Data of
    users and bots is JSON text, which a manager need not read.
    """

    exported = "Manager", "parlor:coweb/manager@0.1.0"

    id = "component"
    """Selects the way that bots speak with this manager, as launchers know it."""

    def connection_info(self) -> str:
        """What a bot needs to reach this manager (a URL, a port): JSON."""
        return "{}"

    def start_services(self) -> None:
        """The session has been prepared for the first time. The first call."""

    def end_services(self) -> None:
        """The session has ended, and its bots have been stopped. The last call."""

    def on_shutdown_request(self, service: str) -> bytes:
        """The bot of a service is asked to shut down."""
        raise NotImplementedError

    def on_user_request(self, service: str, username: str, token: str, value: str) -> bytes:
        """A user asks a service. `token` names the request in `bridge.on_bot_response`."""
        raise NotImplementedError

    def on_user_subscribe(self, service: str, username: str) -> bytes:
        """A user listens to a service."""
        raise NotImplementedError

    def on_user_unsubscribe(self, service: str, username: str) -> bytes:
        """A user does not listen to a service any more."""
        raise NotImplementedError

    def on_user_sync(self, service: str, username: str, data: str) -> bytes:
        """A user's cooperative event: a JSON object with its `siteId` and `order`."""
        raise NotImplementedError

    def send_message(self, service: str, what: bytes, to: bytes) -> None:
        """Delivers a message that one of the above made, to the bot that `bridge.auth_bot` let in with this handle."""
        raise NotImplementedError

    # Bots that run in this server as components.

    def on_started(self, service: str, token: str) -> None:
        """A component has started, and shows the token that it was launched with."""

    def on_reply(self, service: str, token: str, data: str) -> None:
        """It answers a request."""

    def on_publish(self, service: str, data: str) -> None:
        """It publishes."""

    def on_exit(self, service: str, reason: str | None) -> None:
        """It has ended; with words, if it failed."""

    # Bots elsewhere, which come by WebSocket.

    def on_socket_open(self, socket: Socket) -> None:
        """Somebody has connected, who is nobody yet."""

    def on_socket_text(self, socket: Socket, text: str) -> None:
        """A text message."""

    def on_socket_close(self, socket: Socket) -> None:
        """It is closed."""


class Manager:
    """parlor:coweb/manager."""

    def __init__(self) -> None:
        check(ServiceManager)

    @called
    def get_connection_info(self) -> str:
        return _it().connection_info()

    @called
    def get_manager_id(self) -> str:
        return _it().id

    @called
    def start_services(self) -> None:
        _it().start_services()

    @called
    def end_services(self) -> None:
        _it().end_services()

    @called
    def on_shutdown_request(self, service: str) -> bytes:
        return _it().on_shutdown_request(service)

    @called
    def on_user_request(self, service: str, username: str, token: str, value: str) -> bytes:
        return _it().on_user_request(service, username, token, value)

    @called
    def on_user_subscribe(self, service: str, username: str) -> bytes:
        return _it().on_user_subscribe(service, username)

    @called
    def on_user_unsubscribe(self, service: str, username: str) -> bytes:
        return _it().on_user_unsubscribe(service, username)

    @called
    def on_user_sync(self, service: str, username: str, data: str) -> bytes:
        return _it().on_user_sync(service, username, data)

    @called
    def send_message(self, service: str, what: bytes, to: bytes) -> None:
        _it().send_message(service, what, to)


class ComponentEvents:
    """parlor:coweb/component-events."""

    @called
    def on_started(self, service: str, token: str) -> None:
        _it().on_started(service, token)

    @called
    def on_reply(self, service: str, token: str, data: str) -> None:
        _it().on_reply(service, token, data)

    @called
    def on_publish(self, service: str, data: str) -> None:
        _it().on_publish(service, data)

    @called
    def on_exit(self, service: str, reason: str | None) -> None:
        _it().on_exit(service, reason)


class SocketHandler:
    """parlor:coweb/socket-handler."""

    @called
    def on_open(self, what: int) -> None:
        _it().on_socket_open(Socket(what))

    @called
    def on_text(self, by: int, text: str) -> None:
        _it().on_socket_text(Socket(by), text)

    @called
    def on_close(self, what: int) -> None:
        _it().on_socket_close(Socket(what))


def _it() -> ServiceManager:
    return the(ServiceManager)
