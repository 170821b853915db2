"""The peer's echo: the least that a command can do."""

from errbot import BotPlugin, botcmd


class Pong(BotPlugin):
    @botcmd(historize=False)
    def pong(self, msg, args):
        """pong TEXT: answers TEXT"""
        return args
