"""Only friends come into the sessions; whoever is in may use all services.

The setting `friends` lists their names: `config = { friends = ["anna", "ben"] }`.
"""

from parlor_sdk import *


class Friends(AccessManager):
    def start(self):
        # What is raised here keeps the server from listening, and is told to its owner.
        self.friends = config.json("friends", list)

    def on_admin_request(self, username, key, collab):
        if username not in self.friends:
            return Refused("you are not on the list")
        # This is what the application is told.
        return {"motd": "be kind"}

    def on_session_request(self, session, username):
        return username in self.friends

    def on_service_use(self, session, username, service):
        return True

    # The bot of a service is started with this …
    def on_service_config(self, session, service):
        return {}

    # … and may do no more than answer. `["service-sync"]` would show it the events of the session.
    def on_service_acls(self, session, service):
        return []
