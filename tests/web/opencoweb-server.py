"""Runs OpenCoweb's own server 1.0 with a Python of today.

    opencoweb-server.py RELEASE PAGES --port=0

RELEASE is the folder of the unpacked release, PAGES one to serve under /www/. Its release itself is not changed.
"""

import collections
import collections.abc
import sys

# Until Python 3.10 these were here too, and Tornado 3 looks for them here.
for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

release, pages = sys.argv[1:3]
del sys.argv[1:3]
sys.path.insert(0, release)

import coweb  # noqa: E402
import tornado.httpserver  # noqa: E402
import tornado.netutil  # noqa: E402
import tornado.web  # noqa: E402

# OpenCoweb was written when this was text.
get_secure_cookie = tornado.web.RequestHandler.get_secure_cookie


def get_text(self, name):
    value = get_secure_cookie(self, name)
    return value.decode() if isinstance(value, bytes) else value


tornado.web.RequestHandler.get_secure_cookie = get_text


class Application(coweb.AppContainer):
    def on_configure(self):
        self.webSecretKey = "the tests' own"
        self.httpStaticPath = pages



def listen(self, port):
    """Only this machine can reach it, on a free port if none is given; and it says on which."""
    sockets = tornado.netutil.bind_sockets(port, "127.0.0.1")
    self.add_sockets(sockets)
    print(f"listening on 127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


tornado.httpserver.HTTPServer.listen = listen

coweb.run_server(Application)
