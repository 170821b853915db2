// What an extension in C does all the time, in few words: texts, memory, errors, the store, settings, the log.
//
// It stands on `extension.h`, which is made from `wit/world.wit` at each build and has everything else. What a world does
// not import is left out here. It is code and all: include it in as many files as you like.
//
// Memory, in four sentences:
// - What the host gives to a function of yours is yours: free it with the `..._free` function of its type.
// - What you give to a function of the host stays yours.
// - What you return, in `ret` and `err`, becomes the host's: it must come from malloc, as `fail`, `text_copy` and
//   REPLY see to it; never return `text_of("...")`.
// - Everything else that the functions here make is scratch, and so is what you give to `text_keep`: it is gone when you
//   call `done` or `scratch_free`, which you do at the end of each function that the host calls.

#ifndef PARLOR_H
#define PARLOR_H

#include "extension.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A text: UTF-8 and a length, without a NUL at its end.
typedef extension_string_t text_t;

// ---- memory ----

struct parlor_scratch {
    void **ptr;
    size_t len, room;
};

// One for all files that include this.
__attribute__((weak)) struct parlor_scratch parlor_scratch = {NULL, 0, 0};

// Like malloc, but never NULL: an extension without memory ends here, and is started again.
static inline void *memory(void *old, size_t size) {
    void *new = realloc(old, size > 0 ? size : 1);
    if (new == NULL) {
        fputs("there is no memory left\n", stderr);
        abort();
    }
    return new;
}

// Makes what came from malloc scratch.
static inline void *scratch_keep(void *ptr) {
    struct parlor_scratch *all = &parlor_scratch;
    if (all->len == all->room) {
        all->room = all->room > 0 ? 2 * all->room : 64;
        all->ptr = memory(all->ptr, all->room * sizeof *all->ptr);
    }
    all->ptr[all->len++] = ptr;
    return ptr;
}

// So many bytes of scratch.
static inline void *scratch(size_t size) {
    return scratch_keep(memory(NULL, size));
}

// Frees all scratch.
static inline void scratch_free(void) {
    struct parlor_scratch *all = &parlor_scratch;
    while (all->len > 0) free(all->ptr[--all->len]);
}

// The end of a function that the host calls, after all else: return done(REPLY(ret, text));
static inline bool done(bool result) {
    scratch_free();
    return result;
}

// ---- texts ----

// For printf and the like: printf("%.*s", TEXT(name)).
#define TEXT(text) (int)(text).len, (const char *)(text).ptr

// A text that stays where it is.
static inline text_t text_of(const char *chars) {
    return (text_t){(uint8_t *)chars, strlen(chars)};
}

// A part of a text, where it is.
static inline text_t text_part(text_t text, size_t from, size_t to) {
    return (text_t){text.ptr + from, to - from};
}

// The same text, to be returned to the host.
static inline text_t text_copy(text_t text) {
    text_t copy = {memory(NULL, text.len), text.len};
    if (text.len > 0) {
        memcpy(copy.ptr, text.ptr, text.len);
    } else {
        // The host frees no text without bytes.
        free(copy.ptr);
        copy.ptr = NULL;
    }
    return copy;
}

// The same text as C's own functions want it, with a NUL at its end.
static inline char *text_chars(text_t text) {
    char *chars = scratch(text.len + 1);
    if (text.len > 0) memcpy(chars, text.ptr, text.len);
    chars[text.len] = 0;
    return chars;
}

// Makes a text that the host gave scratch, so that nobody has to free it.
static inline text_t text_keep(text_t text) {
    if (text.len > 0) scratch_keep(text.ptr);
    return text;
}

static inline text_t text_vformat(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0) len = 0;
    char *chars = scratch((size_t)len + 1);
    vsnprintf(chars, (size_t)len + 1, format, arguments);
    return (text_t){(uint8_t *)chars, (size_t)len};
}

// As printf writes it.
__attribute__((format(printf, 1, 2))) static inline text_t text_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_t text = text_vformat(format, arguments);
    va_end(arguments);
    return text;
}

static inline bool text_equal(text_t one, text_t other) {
    return one.len == other.len && (one.len == 0 || memcmp(one.ptr, other.ptr, one.len) == 0);
}

static inline bool text_is(text_t text, const char *chars) {
    return text_equal(text, text_of(chars));
}

static inline bool text_starts(text_t text, const char *chars) {
    size_t len = strlen(chars);
    return text.len >= len && memcmp(text.ptr, chars, len) == 0;
}

// Without the spaces, tabs and line ends around it.
static inline text_t text_trim(text_t text) {
    while (text.len > 0 && memchr(" \t\r\n", text.ptr[text.len - 1], 4)) text.len--;
    while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4)) text = text_part(text, 1, text.len);
    return text;
}

// ---- errors ----

// Says what is wrong, and is false: return fail(err, "there is no %.*s", TEXT(name));
__attribute__((format(printf, 2, 3))) static inline bool fail(text_t *err, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    *err = text_copy(text_vformat(format, arguments));
    va_end(arguments);
    return false;
}

// What a command answers with, once: return REPLY(ret, text_format("...")); The text is copied.
#define REPLY(ret, text)                                            \
    ((ret)->ptr = memory(NULL, sizeof *(ret)->ptr), (ret)->len = 1, \
     (ret)->ptr[0] = text_copy(text), true)

// ---- chat ----

#ifdef PARLOR_CHAT_TYPES_ERROR_OTHER

// What to call somebody: the nick, else the full name, else what identifies them.
static inline text_t name_of(const parlor_chat_types_identifier_t *who) {
    if (who->nick.is_some) return who->nick.val;
    return who->display_name.is_some ? who->display_name.val : who->person;
}

// Says what a function of chat or rooms refused, and is false. Frees the error.
static inline bool fail_chat(text_t *err, parlor_chat_types_error_t *why) {
    static const char *const words[] = {
        [PARLOR_CHAT_TYPES_ERROR_ROOM_NOT_JOINED] = "the bot is not in %.*s",
        [PARLOR_CHAT_TYPES_ERROR_ROOM_DOES_NOT_EXIST] = "there is no room %.*s",
        [PARLOR_CHAT_TYPES_ERROR_USER_DOES_NOT_EXIST] = "there is nobody called %.*s",
        [PARLOR_CHAT_TYPES_ERROR_USER_NOT_UNIQUE] = "there are several called %.*s",
        [PARLOR_CHAT_TYPES_ERROR_MALFORMED] = "%.*s",
        [PARLOR_CHAT_TYPES_ERROR_NOT_SUPPORTED] = "this network has no such thing: %.*s",
        [PARLOR_CHAT_TYPES_ERROR_DENIED] = "not allowed: %.*s",
        [PARLOR_CHAT_TYPES_ERROR_NOT_CONNECTED] = "the network is not connected",
        [PARLOR_CHAT_TYPES_ERROR_FULL] = "too much is waiting to be sent",
        [PARLOR_CHAT_TYPES_ERROR_OTHER] = "%.*s",
    };
    bool silent = why->tag == PARLOR_CHAT_TYPES_ERROR_NOT_CONNECTED || why->tag == PARLOR_CHAT_TYPES_ERROR_FULL;
    // Every case with words has them at the same place.
    text_t with = silent ? text_of("") : why->val.other;
    *err = text_copy(silent ? text_of(words[why->tag]) : text_format(words[why->tag], TEXT(with)));
    parlor_chat_types_error_free(why);
    return false;
}

#endif

// ---- the store, which needs the grant `store` ----

#ifdef WASI_KEYVALUE_STORE_ERROR_OTHER

// Says what the store refused, and is false. Frees the error.
static inline bool fail_store(text_t *err, wasi_keyvalue_store_error_t *why) {
    switch (why->tag) {
    case WASI_KEYVALUE_STORE_ERROR_NO_SUCH_STORE: fail(err, "there is no such store"); break;
    case WASI_KEYVALUE_STORE_ERROR_ACCESS_DENIED: fail(err, "the store is not granted"); break;
    default: fail(err, "%.*s", TEXT(why->val.other));
    }
    wasi_keyvalue_store_error_free(why);
    return false;
}

// The extension's own bucket, opened once.
static inline bool store_open(wasi_keyvalue_store_borrow_bucket_t *bucket, text_t *err) {
    static bool is_open = false;
    static wasi_keyvalue_store_own_bucket_t own;
    wasi_keyvalue_store_error_t why;
    text_t name = text_of("");
    if (!is_open && !wasi_keyvalue_store_open(&name, &own, &why)) return fail_store(err, &why);
    is_open = true;
    *bucket = wasi_keyvalue_store_borrow_bucket(own);
    return true;
}

// What is at a key; `found` tells nothing from an empty text.
static inline bool store_get(text_t key, bool *found, text_t *value, text_t *err) {
    wasi_keyvalue_store_borrow_bucket_t bucket;
    wasi_keyvalue_store_error_t why;
    extension_option_list_u8_t got;
    if (!store_open(&bucket, err)) return false;
    if (!wasi_keyvalue_store_method_bucket_get(bucket, &key, &got, &why)) return fail_store(err, &why);
    *found = got.is_some;
    *value = got.is_some ? text_keep((text_t){got.val.ptr, got.val.len}) : text_of("");
    return true;
}

// Keeps a text at a key, in place of what was there.
static inline bool store_set(text_t key, text_t value, text_t *err) {
    wasi_keyvalue_store_borrow_bucket_t bucket;
    wasi_keyvalue_store_error_t why;
    extension_list_u8_t bytes = {value.ptr, value.len};
    if (!store_open(&bucket, err)) return false;
    return wasi_keyvalue_store_method_bucket_set(bucket, &key, &bytes, &why) || fail_store(err, &why);
}

#endif

// ---- settings ----

#ifdef WASI_CONFIG_STORE_ERROR_UPSTREAM

// A setting that must be there.
static inline bool config_require(const char *key, text_t *value, text_t *err) {
    extension_option_string_t got;
    wasi_config_store_error_t why;
    text_t name = text_of(key);
    if (!wasi_config_store_get(&name, &got, &why)) {
        fail(err, "%.*s", TEXT(why.val.upstream));
        wasi_config_store_error_free(&why);
        return false;
    }
    if (!got.is_some) return fail(err, "`%s` is not configured", key);
    *value = text_keep(got.val);
    return true;
}

#endif

// ---- the log ----

#ifdef WASI_LOGGING_LOGGING_LEVEL_INFO

// Writes a line, which the host marks with who it comes from: log_line(WASI_LOGGING_LOGGING_LEVEL_INFO, text).
static inline void log_line(wasi_logging_logging_level_t level, text_t line) {
    text_t context = text_of("");
    wasi_logging_logging_log(level, &context, &line);
}

#endif

#endif
