"""Runs OpenCoweb's own server 1.0 with a Python of today.

    opencoweb-server.py RELEASE PAGES [--lists] --port=0

RELEASE is the folder of the unpacked release, PAGES one to serve under /www/. Its release itself is not changed. With
--lists an access manager decides by rules about who may do what; without it the release's own allows everything.

It has one service, `clock`, whose bot runs in this process: the quickest way that the release knows. The release's own
launcher for such bots does not load in Python 3 (it imports `base` as Python 2 did), so there is one here.
"""

import collections
import collections.abc
import fnmatch
import re
import sys
import time

# Until Python 3.10 these were here too, and Tornado 3 looks for them here.
for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

release, pages = sys.argv[1:3]
lists = "--lists" in sys.argv
sys.argv = [argument for argument in sys.argv[:1] + sys.argv[3:] if argument != "--lists"]
sys.path.insert(0, release)

import coweb  # noqa: E402
import tornado.httpserver  # noqa: E402
import tornado.netutil  # noqa: E402
import tornado.web  # noqa: E402
from coweb.access.public import PublicAccess  # noqa: E402
from coweb.service.launcher import ServiceLauncherBase  # noqa: E402
from coweb.service.manager.object import ObjectServiceManager  # noqa: E402

# OpenCoweb was written when this was text.
get_secure_cookie = tornado.web.RequestHandler.get_secure_cookie


def get_text(self, name):
    value = get_secure_cookie(self, name)
    return value.decode() if isinstance(value, bytes) else value


tornado.web.RequestHandler.get_secure_cookie = get_text


class Clock:
    """What Parlor's clock does where nobody listens: it answers requests."""

    def __init__(self, wrapper, service, data):
        self.wrapper = wrapper

    def on_request(self, data, token, username):
        self.wrapper.reply(token, {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})


class ClockLauncher(ServiceLauncherBase):
    """Starts that bot in this process."""

    def start_service(self, service, token, manager, data):
        if service != "clock":
            raise ValueError("there is no such service")
        manager.add_bot(Clock, service, token, data)

    def stop_service(self, service, manager):
        manager.remove_bot(service)

    def stop_all_services(self, manager):
        manager.remove_all_bots()


def globs(*texts):
    return re.compile("|".join(fnmatch.translate(text) for text in texts)).match


class ListAccess(PublicAccess):
    """The rules that `cargo xtask bench services` gives Parlor's list-access, decided in the same way."""

    # Keys, services (none: about the sessions), who may and who may not. The first rule that is about something holds.
    rules = [
        (globs("secret-*"), None, globs("anna", "b*"), None),
        (None, globs("scribe", "visits"), globs("anna"), None),
        (globs("bench*"), globs("clock"), globs("user*"), globs("eve", "mallory*")),
    ]
    others = (globs("*"), globs("eve"))

    def may(self, username, key, service=None):
        allowed, denied = self.others
        for keys, services, only, never in self.rules:
            if (not keys or keys(key)) and (services(service) if services and service else services is None):
                allowed, denied = only or allowed, never or denied
                break
        return bool(allowed(username)) and not denied(username)

    def on_admin_request(self, username, key, collab):
        if not self.may(username, key):
            raise tornado.web.HTTPError(403)
        return {}

    def on_session_request(self, session, username):
        return self.may(username, session.key)

    def on_service_subscribe(self, session, username, service):
        return self.may(username, session.key, service)

    def on_service_request(self, session, username, service):
        return self.may(username, session.key, service)


class Application(coweb.AppContainer):
    def on_configure(self):
        self.webSecretKey = "the tests' own"
        self.httpStaticPath = pages
        self.serviceLauncherClass = ClockLauncher
        self.serviceManagerClass = ObjectServiceManager
        if lists:
            self.accessClass = ListAccess


def listen(self, port):
    """Only this machine can reach it, on a free port if none is given; and it says on which."""
    sockets = tornado.netutil.bind_sockets(port, "127.0.0.1")
    self.add_sockets(sockets)
    print(f"listening on 127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


tornado.httpserver.HTTPServer.listen = listen

coweb.run_server(Application)
