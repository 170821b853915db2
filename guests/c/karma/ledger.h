// How names stand, in the store.

#ifndef LEDGER_H
#define LEDGER_H

#include "parlor.h"

// The most names that are kept on one network.
#define MOST_NAMES 5000

// The names of one network.
struct ledger {
    text_t network;
    // How many more names there is room for, once that matters: it takes a look at all keys.
    bool counted;
    size_t room;
};

// A name, and how it stands.
struct standing {
    text_t name;
    int64_t score;
};

// How a name stands; it is not `known` if nobody has said anything about it.
bool ledger_score(struct ledger *ledger, text_t name, bool *known, int64_t *score, text_t *err);

// Why it was changed last; empty if nobody has said.
bool ledger_reason(struct ledger *ledger, text_t name, text_t *reason, text_t *err);

// Raises a name by one, or lowers it: how it stands then. Not `changed` if there is no room for more names.
bool ledger_change(struct ledger *ledger, text_t name, bool up, text_t reason, bool *changed, int64_t *score, text_t *err);

// All names, in their own order, and how each stands.
bool ledger_all(struct ledger *ledger, struct standing **all, size_t *count, text_t *err);

#endif
