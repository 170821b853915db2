// What a message raises and lowers: `ann++`, `"mondays"-- # too early`, `(c)++ for the speed`.

#ifndef CHANGES_H
#define CHANGES_H

#include "letters.h"
#include "parlor.h"

// The longest name in bytes.
#define LONGEST_NAME 64
// The most names that one message changes.
#define MOST_CHANGES 10

// One name, raised or lowered.
struct change {
    // In small letters: `Ann` and `ann` are one.
    text_t name;
    bool up;
    // Why, if they said so.
    text_t reason;
};

// The name that a text means: in small letters, one space between words. False if it cannot be one.
bool read_name(text_t text, text_t *name);

// All that a message changes, in order; how many these are.
size_t read_changes(text_t message, struct change changes[MOST_CHANGES]);

#endif
