"""Runs OpenCoweb's own server 1.0 with a Python of today.

    opencoweb-server.py RELEASE PAGES CONTAINER --port=PORT

RELEASE is the folder of the unpacked release, PAGES one to serve under /www/, and CONTAINER what the container is told
when it is configured, in words of Python: "self.cowebIdleTimeout = 5".
"""

import collections
import collections.abc
import sys

# Until Python 3.10 these were here too, and Tornado 3 looks for them here.
for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

release, pages, container = sys.argv[1:4]
del sys.argv[1:4]
sys.path.insert(0, release)

import coweb  # noqa: E402
import tornado.httpserver  # noqa: E402
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
        exec(container, globals(), {"self": self})


# It listens on all addresses; here only this machine can reach it.
listen = tornado.httpserver.HTTPServer.listen
tornado.httpserver.HTTPServer.listen = lambda self, port: listen(self, port, "127.0.0.1")

coweb.run_server(Application)
