// Markdown, which bots write and the host renders for each network.

#ifndef PARLOR_MARKDOWN_H
#define PARLOR_MARKDOWN_H

#include "letters.h"
#include "parlor.h"

// A text that reads the same after it was rendered: for what people wrote, in what a bot says.
static inline text_t markdown_escape(text_t text) {
    uint8_t *out = scratch(2 * text.len);
    size_t len = 0;
    uint32_t before = '\n';
    // Whether only spaces, or only digits, came on this line so far.
    bool blank = true, digits = false;
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t c = text_letter(text, &at);
        size_t next = at;
        uint32_t after = at < text.len ? text_letter(text, &next) : '\n';
        bool ascii_word = after < 0x80 && is_word(after);
        bool special = false;
        switch (c) {
        case '\\': case '*': case '`': case '[': case ']': case '<': case '~': case '|': special = true; break;
        // Within a word it stays as it is.
        case '_': special = !(is_word(before) && is_word(after)); break;
        case '&': special = after == '#' || ascii_word; break;
        case '>': special = blank; break;
        // These mean something at the beginning of a line, before a space or several of them: not in `#lobby`.
        case '#': case '-': case '+': case '=': special = blank && (is_blank(after) || after == c); break;
        case '.': case ')': special = digits && is_blank(after); break;
        default: break;
        }
        if (special) out[len++] = '\\';
        memcpy(out + len, text.ptr + start, at - start);
        len += at - start;
        digits = (blank || digits) && c >= '0' && c <= '9';
        blank = c == '\n' || c == '\r' || (blank && is_blank(c));
        before = c;
    }
    return (text_t){out, len};
}

#endif
