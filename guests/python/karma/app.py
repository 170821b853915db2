"""Counts what people think well and ill of: `ann++ for the tea` raises ann by one, `mondays--` lowers mondays.

It is the chat part of `guests/bots/karma`, which is in Rust: the same words, the same rules and the same store, so that
one can take the other's place. It keeps nothing in mind: a restart loses nothing, and a change writes no more than it
changes. Names are counted apart on each network, and there are at most 5,000 on each.

    [bot.karma]
    component = "karma.wasm"
    grant = { networks = ["libera"], store = "1 MiB" }
"""

import changes
from ledger import MOST_NAMES, Ledger
from parlor_sdk import *

LONGEST_LIST = 25
"""The most names of one list."""

bot("karma", summary="counts `name++` and `name--`")


@on_message
def hear(message):
    # History is no news, and what is said in private nobody can answer.
    if message.delayed or message.room is None:
        return
    found = changes.read(message.body)
    if not found:
        return
    me = changes.name(message.sender.name)
    fair = [change for change in found if change.by < 0 or change.name != me]
    answers = apply(message.network, fair)
    if len(fair) < len(found):
        answers.append("Nobody can raise themselves, but I am sure others will.")
    message.reply("\n".join(answers))


def apply(network, found):
    """Makes the changes, and says how each name stands now."""
    ledger = Ledger(network)
    standings = {}
    answers = []
    for change in found:
        score = ledger.change(change.name, change.by > 0, change.reason)
        if score is None:
            answers.append(f"I keep {MOST_NAMES} names, and have no room for more.")
            break
        standings[change.name] = score
    if standings:
        answers.insert(0, ", ".join(line(*standing) for standing in standings.items()))
    return answers


@command("karma", usage="[NAME]", summary="how NAME stands, or you")
def karma(call):
    args = call.read()
    said = args.optional("NAME")
    args.finish()
    name = changes.name(call.sender.name if said is None else said)
    if name is None:
        raise Failure(f"a name has a letter or digit, and at most {changes.LONGEST_NAME} bytes")
    ledger = Ledger(call.network)
    score = ledger.score(name)
    if score is None:
        return f"Nobody has said anything about {markdown.escape(name)} yet."
    reason = ledger.reason(name)
    return line(name, score) + (f" (last for {markdown.escape(reason)})" if reason else "")


@command("karma top", usage="[COUNT]", summary="who stands highest")
def top(call):
    return listing(call, reverse=True)


@command("karma bottom", usage="[COUNT]", summary="who stands lowest")
def bottom(call):
    return listing(call, reverse=False)


def listing(call, reverse):
    args = call.read()
    count = args.optional("COUNT", int, least=0)
    args.finish()
    count = 5 if count is None else max(1, min(count, LONGEST_LIST))
    standings = Ledger(call.network).all().items()
    # Names of one score stay in their own order.
    standings = sorted(standings, key=lambda standing: -standing[1] if reverse else standing[1])
    if not standings:
        return "Nobody has any karma yet: say `name++`."
    return ", ".join(line(*standing) for standing in standings[:count])


def line(name, score):
    return f"{markdown.escape(name)}: {score}"
