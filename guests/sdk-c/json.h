// JSON: read from the front of a text, piece by piece, and written by `text_format`.
//
//     text_t rest = text_of("[\"anna\", 2]"), name;
//     int64_t number;
//     bool read = json_take(&rest, '[') && json_text(&rest, &name) && json_take(&rest, ',')
//              && json_whole(&rest, &number) && json_take(&rest, ']') && json_end(rest);
//     text_t written = text_format("[%.*s,%lld]", TEXT(json_quote(name)), (long long)number);

#ifndef PARLOR_JSON_H
#define PARLOR_JSON_H

#include "parlor.h"

static inline void json_blanks(text_t *rest) {
    while (rest->len > 0 && memchr(" \t\r\n", rest->ptr[0], 4)) *rest = text_part(*rest, 1, rest->len);
}

// Whether this sign (a bracket, a comma, a colon) comes next; then it is taken.
static inline bool json_take(text_t *rest, char sign) {
    json_blanks(rest);
    bool next = rest->len > 0 && rest->ptr[0] == (uint8_t)sign;
    if (next) *rest = text_part(*rest, 1, rest->len);
    return next;
}

// Whether nothing is left.
static inline bool json_end(text_t rest) {
    json_blanks(&rest);
    return rest.len == 0;
}

// Four hexadecimal digits.
static inline bool json_unit(text_t *rest, uint32_t *unit) {
    if (rest->len < 4) return false;
    *unit = 0;
    for (size_t at = 0; at < 4; at++) {
        const char *digits = "0123456789abcdef";
        const char *digit = memchr(digits, rest->ptr[at] | 0x20, 16);
        bool decimal = rest->ptr[at] >= '0' && rest->ptr[at] <= '9';
        if (digit == NULL || (digit - digits < 10) != decimal) return false;
        *unit = *unit * 16 + (uint32_t)(digit - digits);
    }
    *rest = text_part(*rest, 4, rest->len);
    return true;
}

// What stands behind a backslash.
static inline bool json_escape(text_t *rest, uint8_t *out, size_t *len) {
    if (rest->len == 0) return false;
    const char *names = "\"\\/bfnrt", *signs = "\"\\/\b\f\n\r\t";
    uint8_t name = rest->ptr[0];
    const char *found = memchr(names, name, 8);
    *rest = text_part(*rest, 1, rest->len);
    if (found != NULL) return out[(*len)++] = (uint8_t)signs[found - names], true;
    uint32_t letter, low;
    if (name != 'u' || !json_unit(rest, &letter)) return false;
    if (letter >= 0xd800 && letter < 0xdc00) {
        // The first half of a letter; the other follows.
        if (!text_starts(*rest, "\\u")) return false;
        *rest = text_part(*rest, 2, rest->len);
        if (!json_unit(rest, &low) || low < 0xdc00 || low > 0xdfff) return false;
        letter = 0x10000 + ((letter - 0xd800) << 10) + (low - 0xdc00);
    } else if (letter >= 0xdc00 && letter < 0xe000) {
        return false;
    }
    size_t size = letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
    if (size == 1) return out[(*len)++] = (uint8_t)letter, true;
    for (size_t at = size - 1; at > 0; at--, letter >>= 6) out[*len + at] = (uint8_t)(0x80 | (letter & 0x3f));
    out[*len] = (uint8_t)(0xf00 >> size | letter);
    *len += size;
    return true;
}

// Reads a string. What it stands for is never longer.
static inline bool json_text(text_t *rest, text_t *text) {
    if (!json_take(rest, '"')) return false;
    uint8_t *out = scratch(rest->len);
    size_t len = 0;
    while (rest->len > 0) {
        uint8_t c = rest->ptr[0];
        *rest = text_part(*rest, 1, rest->len);
        if (c == '"') return *text = (text_t){out, len}, true;
        if (c < 0x20 || (c == '\\' && !json_escape(rest, out, &len))) return false;
        if (c != '\\') out[len++] = c;
    }
    return false;
}

// Reads a whole number. One that does not fit into 53 bits is none: not every language could hold it.
static inline bool json_whole(text_t *rest, int64_t *number) {
    bool negative = json_take(rest, '-');
    size_t at = 0;
    int64_t sum = 0;
    for (; at < rest->len && rest->ptr[at] >= '0' && rest->ptr[at] <= '9'; at++) {
        sum = sum * 10 + (rest->ptr[at] - '0');
        if (sum > (1LL << 53)) return false;
    }
    bool whole = at > 0 && (at == rest->len || !memchr(".eE", rest->ptr[at], 3));
    *rest = text_part(*rest, at, rest->len);
    *number = negative ? -sum : sum;
    return whole;
}

// Passes over a value of any kind, however deep it is.
static inline bool json_skip(text_t *rest) {
    size_t depth = 0;
    do {
        json_blanks(rest);
        if (rest->len == 0) return false;
        uint8_t c = rest->ptr[0];
        text_t ignored;
        if (c == '"') {
            if (!json_text(rest, &ignored)) return false;
            continue;
        }
        if (c == '[' || c == '{') depth++;
        if (c == ']' || c == '}') {
            if (depth == 0) return false;
            depth--;
        }
        size_t len = 1;
        // A number or a name ends where something else begins.
        bool word = !memchr("[]{},:", c, 6);
        while (word && len < rest->len && !memchr("[]{},: \t\r\n\"", rest->ptr[len], 11)) len++;
        *rest = text_part(*rest, len, rest->len);
    } while (depth > 0);
    return true;
}

// Finds the value of a key in an object, as JSON. Of several the last counts.
static inline bool json_member(text_t object, const char *key, text_t *value) {
    bool found = false;
    if (!json_take(&object, '{')) return false;
    do {
        text_t name;
        if (!json_text(&object, &name) || !json_take(&object, ':')) return found;
        json_blanks(&object);
        text_t from = object;
        if (!json_skip(&object)) return found;
        if (text_is(name, key)) *value = text_part(from, 0, from.len - object.len), found = true;
    } while (json_take(&object, ','));
    return found;
}

// Writes a text as a string.
static inline text_t json_quote(text_t text) {
    uint8_t *out = scratch(6 * text.len + 2);
    size_t len = 0;
    out[len++] = '"';
    for (size_t at = 0; at < text.len; at++) {
        uint8_t c = text.ptr[at];
        if (c == '"' || c == '\\') out[len++] = '\\';
        if (c >= 0x20) out[len++] = c;
        else len += (size_t)sprintf((char *)out + len, "\\u%04x", c);
    }
    out[len++] = '"';
    return (text_t){out, len};
}

#endif
