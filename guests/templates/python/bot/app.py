"""Greets people and counts them, says good morning back, and comes back after a minute.

It needs two grants: a network to talk on and a store to count in.
"""

from parlor_sdk import *

bot("{{name}}", summary="greets people")


# What is returned is the answer; what is raised is shown to the sender as an error, and its traceback in the log.
@command("hello", usage="[NAME]", summary="greets NAME, or you")
def hello(call):
    name = call.arguments.strip() or call.sender.name
    # The store outlives the bot. A variable does not.
    number = int(store.get("greeted", "0")) + 1
    store.set("greeted", str(number))
    return f"Hello, {markdown.escape(name)}! You are number {number}."


# Called with everything that people say and that is no command.
@on_message
def hear(message):
    # What is delayed was said while the bot was away: history, and no news.
    if message.room and not message.delayed and "good morning" in message.body.lower():
        name = markdown.escape(message.sender.name)
        chat.send(message.network, message.room, f"Good morning, {name}!")


# Nothing waits here: the host keeps the time, and calls `chat.send` then.
@command("later", summary="says so in a minute")
def come_back(call):
    later(60, chat.send, call.network, call.place, "Here I am again.")
    return "See you in a minute."
