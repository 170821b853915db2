"""People sign in with a name and a password; a cookie remembers who they are.

The setting `users` has both: `config = { users = { anna = "secret" } }`. That is for a try: whoever reads the
configuration reads the passwords, so for more keep hashes of them.
"""

import hmac

from parlor_sdk import *

COOKIE = "user"


class Passwords(AuthManager):
    # People sign in through the server's login form.
    login = True

    def start(self):
        # What is raised here keeps the server from listening, and is told to its owner.
        self.users = config.json("users", dict)

    def current_user(self, request):
        # The server signs its cookies, and shows none that somebody else made or that is too old.
        name = request.cookie(COOKIE)
        return name if name in self.users else None

    def check_credentials(self, request, username, password):
        # It takes as long for a user that there is as for one that there is not.
        known = str(self.users.get(username, ""))
        right = hmac.compare_digest(known.encode(), password.encode())
        return [Cookie(COOKIE, username)] if right and username in self.users else None

    def clear_credentials(self, request):
        return [Cookie(COOKIE)]
