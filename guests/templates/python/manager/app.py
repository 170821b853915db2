"""Speaks with service bots that are components of the same server. Each session has a manager of its own.

What happens to a bot becomes a letter, which the server keeps until the bot listens, and then has delivered: JSON such
as `["subscribe","anna"]`.
"""

import json

from parlor_sdk import *


class Letters(ServiceManager):
    # `component-launcher`, and others that start components, know this name.
    id = "component"

    # What happens becomes a letter.

    def on_user_request(self, service, username, token, value):
        return letter("request", value, token, username)

    def on_user_subscribe(self, service, username):
        return letter("subscribe", username)

    def on_user_unsubscribe(self, service, username):
        return letter("unsubscribe", username)

    def on_user_sync(self, service, username, data):
        return letter("sync", data, username)

    def on_shutdown_request(self, service):
        return letter("shutdown")

    def send_message(self, service, what, to):
        match json.loads(what):
            case ["request", value, token, username]:
                components.request(service, value, token, username)
            case ["subscribe", username]:
                components.subscribe(service, username)
            case ["unsubscribe", username]:
                components.unsubscribe(service, username)
            case ["sync", data, username]:
                components.sync(service, data, username)
            case ["shutdown"]:
                components.shutdown(service)
            case _:
                raise Failure("this is no letter of this manager's")

    # What bots do is told to the session.

    def on_started(self, service, token):
        try:
            bridge.auth_bot(service, token)
            bridge.mark_bot_subscribed(service)
        except BridgeError:
            components.terminate(service)
            raise Failure(f"{service} is not let in, and ended") from None

    def on_reply(self, service, token, data):
        bridge.on_bot_response(service, token, data)

    def on_publish(self, service, data):
        bridge.on_bot_publish(service, data)

    def on_exit(self, service, reason):
        bridge.deactivate_bot(service)


def letter(*words):
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
