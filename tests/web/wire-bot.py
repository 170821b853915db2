"""A service bot that knows nothing but the protocol: what guests/coweb/bayeux-manager and process-launcher say about it.

It is told on standard input, in one line of JSON, who it is and where to go. A request is answered by what is in it:

    {"upper": TEXT}     {"upper": TEXT in capitals}
    {"publish": DATA}   {"success": true}, and DATA goes to everybody who listens
    {"history": true}   everything else that it was told, in order: [["subscribe", USER], ["unsubscribe", USER],
                        ["sync", USER, DATA] ...]
    {"die": true}       not at all: it ends at once, with status 3

Whatever else is asked is answered {"error": "unknown"}. When it is to shut down it publishes {"bye": true}, and ends.

It needs Python 3.11 and the package websockets.
"""

import json
import os
import sys

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

# How long it waits for an answer to something that it sent.
PATIENCE = 10


class Bot:
    def __init__(self, socket, service):
        self.socket = socket
        self.service = service
        self.client = None
        self.number = 0
        # What came while an answer was waited for.
        self.heard = []
        self.history = []

    def send(self, channel, **fields):
        """Sends a message, and waits for its answer."""
        self.number += 1
        message = {"channel": channel, "id": f"own-{self.number}", **fields}
        if self.client:
            message["clientId"] = self.client
        self.socket.send(json.dumps([message]))
        while True:
            rest = []
            answer = None
            for other in json.loads(self.socket.recv(timeout=PATIENCE)):
                is_answer = "successful" in other and other.get("id") == message["id"]
                if is_answer and answer is None:
                    answer = other
                else:
                    rest.append(other)
            self.heard += rest
            if answer is None:
                continue
            if not answer["successful"]:
                print(f"{channel} was refused: {answer.get('error')}", file=sys.stderr)
            return answer

    def begin(self, token):
        credentials = {"authentication": {"user": self.service, "password": token}}
        hello = self.send(
            "/meta/handshake",
            version="1.0",
            minimumVersion="0.9",
            supportedConnectionTypes=["websocket"],
            ext=credentials,
        )
        if not hello["successful"]:
            sys.exit(1)
        self.client = hello["clientId"]
        self.send("/meta/connect", connectionType="websocket")
        if not self.send("/meta/subscribe", subscription=f"/service/bot/{self.service}/*")["successful"]:
            sys.exit(1)

    def run(self):
        while True:
            while self.heard:
                if self.take(self.heard.pop(0)):
                    return
            self.heard += json.loads(self.socket.recv())

    def take(self, message):
        """Does what a message asks for; true if that was to end."""
        prefix = f"/service/bot/{self.service}/"
        data = message.get("data")
        match message["channel"].removeprefix(prefix):
            case "request":
                self.answer(message["id"], data["value"])
            case "subscribe" | "unsubscribe" as what:
                self.history.append([what, data["username"]])
            case "sync":
                self.history.append(["sync", data["username"], data["syncData"]])
            case "shutdown":
                self.publish({"bye": True})
                return True
        return False

    def answer(self, token, value):
        match value:
            case {"upper": str(text)}:
                answer = {"upper": text.upper()}
            case {"publish": data}:
                self.publish(data)
                answer = {"success": True}
            case {"history": True}:
                answer = self.history
            case {"die": True}:
                os._exit(3)
            case _:
                answer = {"error": "unknown"}
        self.send(f"/service/bot/{self.service}/response", id=token, data=answer)

    def publish(self, data):
        self.send(f"/bot/{self.service}", data=data)


def main():
    told = json.loads(sys.stdin.readline())
    manager = told["manager"]
    if manager["id"] != "bayeux":
        sys.exit(f"this bot speaks with the manager bayeux, and not with {manager['id']}")
    # The address is on this machine: no proxy is on the way there.
    with connect(manager["connection"]["url"], proxy=None) as socket:
        bot = Bot(socket, told["service"])
        try:
            bot.begin(told["token"])
            bot.run()
        except ConnectionClosed:
            print("the connection was closed", file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
