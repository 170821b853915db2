"""Adds up the numbers that it is told in a session: `{"add": 2}` is answered with the sum, and all who listen hear it.

It begins with what the access manager gives it, `{"start": 10}`, or with 0.
"""

from parlor_sdk import *


class Adder(SessionBot):
    def start(self, service, app_data):
        start = app_data.get("start") if isinstance(app_data, dict) else None
        self.sum = start if is_number(start) else 0

    def on_request(self, question):
        match question.data:
            case {"add": number} if is_number(number):
                self.sum += number
                question.reply({"sum": self.sum})
                session.publish({"sum": self.sum, "by": question.username})
            case _:
                question.reply({"error": 'say {"add": NUMBER}'})


def is_number(value):
    # In Python, `True` is a number, too.
    return isinstance(value, int | float) and not isinstance(value, bool)
