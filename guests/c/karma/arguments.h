// The arguments of a command: words and quotes as in a shell, and errors that tell how it is used.

#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "parlor.h"

// What one command takes: one argument that may be left out, and nothing else.
struct argument {
    const char *command, *usage;
    // What the usage calls it.
    const char *name;
};

// Reads it as a text. False if there is more than that, or an option.
bool read_word(struct argument what, text_t arguments, bool *given, text_t *word, text_t *err);

// Reads it as a whole number.
bool read_count(struct argument what, text_t arguments, bool *given, uint32_t *count, text_t *err);

#endif
