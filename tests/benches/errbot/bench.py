"""Messages through Errbot's dispatcher, by its own in-process backend; prints one line of JSON.

This is the dispatcher at its fastest: commands run in the receiving thread (BOT_ASYNC off), nothing is logged below
WARNING, and no Markdown is rendered. Nothing here talks to a network. `cargo xtask bench chat` runs it in turn with
Parlor's side, on the same core.
"""

import importlib
import json
import logging
import os
import sys
import tempfile
import threading
import time
import types

MESSAGES = 5000
WARM_UP = 500

# The backend imports pytest for one decorator: kept out of the figures.
sys.modules["pytest"] = types.SimpleNamespace(fixture=lambda f=None, **_: f)
from errbot.backends.test import ShallowConfig  # noqa: E402
from errbot.bootstrap import setup_bot  # noqa: E402


def started():
    folder = tempfile.mkdtemp(prefix="errbot-bench")
    config = ShallowConfig()
    config.__dict__.update(importlib.import_module("errbot.config-template").__dict__)
    config.BOT_DATA_DIR = folder
    config.BOT_LOG_FILE = os.path.join(folder, "log.txt")
    config.BOT_LOG_LEVEL = logging.WARNING
    config.BOT_EXTRA_PLUGIN_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plugin")
    config.BOT_ASYNC = False
    config.STORAGE = "Memory"
    config.AUTOINSTALL_DEPS = False
    bot = setup_bot("Test", logging.getLogger(""), config)
    bot.md = types.SimpleNamespace(convert=lambda text: text)
    for handler in list(logging.getLogger("").handlers):
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            logging.getLogger("").removeHandler(handler)
    threading.Thread(target=bot.serve_forever, daemon=True).start()
    bot.push_message("!pong ready")
    while bot.pop_message(timeout=60) != "ready":
        pass
    return bot


def main():
    bot = started()
    for _ in range(WARM_UP):
        bot.push_message("!pong warm")
        bot.pop_message()
    latencies = []
    begin = time.perf_counter()
    for number in range(MESSAGES):
        sent = time.perf_counter_ns()
        bot.push_message(f"!pong hello {number}")
        answer = bot.pop_message()
        latencies.append(time.perf_counter_ns() - sent)
        assert answer == f"hello {number}", answer
    took = time.perf_counter() - begin
    latencies.sort()
    figures = {
        "per_second": MESSAGES / took,
        "p50_us": latencies[MESSAGES // 2] / 1e3,
        "p99_us": latencies[MESSAGES * 99 // 100] / 1e3,
    }
    begin = time.perf_counter()
    for number in range(MESSAGES):
        bot.push_message("!pong hello")
    for number in range(MESSAGES):
        bot.pop_message(timeout=60)
    pipelined = MESSAGES / (time.perf_counter() - begin)
    print(json.dumps({"one_by_one": figures, "pipelined_per_second": pipelined}))
    sys.stdout.flush()
    # Its threads would keep the process.
    os._exit(0)


main()
