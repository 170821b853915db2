"""Chooses who brings somebody up to date who joins a session late.

That is an application of the same type, else the first of the same family: `text/plain` and `text/html` are of one.
"""

from parlor_sdk import *


class Families(Updater):
    def match_updater_type(self, updater_type, available):
        if updater_type in available:
            return updater_type
        family = updater_type.split("/")[0]
        return next((other for other in available if other.split("/")[0] == family), None)
