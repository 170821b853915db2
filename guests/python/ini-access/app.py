"""Decides by rules in an INI text who may enter which sessions and use which services.

    [coweb.access]
    component = "ini-access.wasm"

    [coweb.access.config]
    rules = '''
    [DEFAULT]
    deny = eve

    [team-*]
    allow         = ann, b*
    services      = scribe, clock
    acls.scribe   = sync
    config.scribe = {"pages": 10}
    allow.clock   = ann
    info          = {"motd": "be kind"}

    [hall]
    '''

The first section whose name matches the key of a session is about it, and `[DEFAULT]` is about all others. What a
section does not say, `[DEFAULT]` says. Lists are of names between commas or spaces; in them, and in the names of
sections, `*` is any text and `?` any character. All else is compared exactly.

| key | is | where nobody says it |
|---|---|---|
| `allow`, `deny` | users: only these may enter; not these | see below |
| `services` | what those who are in may use | all |
| `allow.SERVICE`, `deny.SERVICE` | users: only these may use it; not these | all |
| `acls`, `acls.SERVICE` | what bots may do: `sync` is to see the session's cooperative events | nothing |
| `config`, `config.SERVICE` | what bots are started with: JSON | `{}` |
| `info` | what the application is told when it prepares a session: a JSON object | `{}` |

Where only `deny` is said, all others may enter. Where neither is said, nobody may: what nobody thought of is denied.
"""

from parlor_sdk import *
from rules import Rules


class Ini(AccessManager):
    def start(self):
        self.rules = Rules(config.require("rules"))
        for key in config.all():
            if key != "rules":
                raise Failure(f"there is no key `{key}` here, only `rules`")

    def on_admin_request(self, username, key, collab):
        if not self.rules.may_enter(username, key):
            return Refused("you are not among those who may meet here")
        return self.rules.info(key)

    def on_session_request(self, session, username):
        return self.rules.may_enter(username, session.key)

    def on_service_use(self, session, username, service):
        return self.rules.may_use(username, session.key, service)

    def on_service_config(self, session, service):
        return self.rules.config(session.key, service)

    def on_service_acls(self, session, service):
        return self.rules.acls(session.key, service)
