// The arguments of a command.
//
// Words are split at blanks; quotes keep what is between them together. What chat clients make of quotes and of two
// hyphens is mended: `“all of it”` is quoted, and `—count` is `--count`.

#include "arguments.h"

#include "letters.h"

// The most letters of a wrong word that an error shows.
#define MOST_SHOWN 40

struct word {
    text_t text;
    // It begins with a quote, so it is no option.
    bool quoted;
};

// The quote that a letter stands for; 0 for none.
static char quote(uint32_t c) {
    switch (c) {
    case '"': case 0x201c: case 0x201d: case 0x201e: return '"';
    case '\'': case 0x2018: case 0x2019: return '\'';
    default: return 0;
    }
}

// Options begin with one; the C library also takes the digits of other scripts for letters.
static bool is_letter(uint32_t c) {
    bool arabic = (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
    return iswalpha((wint_t)c) && !arabic;
}

// Reads what is between a quote, which ends before `*at`, and the next of its kind. False if that never comes.
static bool read_quoted(text_t text, size_t *at, char with, uint8_t *out, size_t *len) {
    size_t here = *at, written = *len;
    while (here < text.len) {
        uint32_t c = text_letter(text, &here);
        if (quote(c) == with) return *at = here, *len = written, true;
        if (with == '"' && c == '\\' && here < text.len && memchr("\"\\", text.ptr[here], 2)) {
            c = text.ptr[here++];
        }
        written += letter_write(c, out + written);
    }
    return false;
}

// Reads the next word. A quote opens at the beginning of a word or after `=`, so that `don't` is a word; one that is
// never closed is a letter like any other. Between double quotes `\"` and `\\` are `"` and `\`.
static bool next_word(text_t text, size_t *at, struct word *word) {
    size_t start = *at;
    while (*at < text.len && is_blank(text_letter(text, at))) start = *at;
    if (start == text.len) return false;
    *at = start;
    // Two hyphens can take the place of one dash, and nothing else grows.
    uint8_t *out = scratch(text.len - start);
    size_t len = 0;
    bool may_open = true;
    word->quoted = false;
    while (*at < text.len) {
        size_t here = *at;
        uint32_t c = text_letter(text, at);
        if (is_blank(c)) {
            *at = here;
            break;
        }
        bool inside = quote(c) != 0 && may_open && read_quoted(text, at, quote(c), out, &len);
        if (inside) word->quoted = word->quoted || here == start;
        else len += letter_write(quote(c) != 0 ? (uint32_t)quote(c) : c, out + len);
        may_open = c == '=';
    }
    word->text = (text_t){out, len};
    size_t behind = 0, name = 0;
    uint32_t first = len > 0 ? text_letter(word->text, &behind) : 0;
    name = behind;
    if (!word->quoted && (first == 0x2014 || first == 0x2013) && name < len && is_letter(text_letter(word->text, &name))) {
        word->text = text_format("--%.*s", TEXT(text_part(word->text, behind, len)));
    }
    return true;
}

static bool is_option(struct word word) {
    size_t at = 2;
    return !word.quoted && text_starts(word.text, "--") && word.text.len > 2 && is_letter(text_letter(word.text, &at));
}

// As much of a wrong word as an error needs, without what would end the code span around it.
static text_t shown(text_t word) {
    uint8_t *out = scratch(word.len);
    size_t len = 0, letters = 0;
    for (size_t at = 0; at < word.len && letters < MOST_SHOWN;) {
        uint32_t c = text_letter(word, &at);
        if (is_control(c) || c == '`') continue;
        len += letter_write(c, out + len);
        letters++;
    }
    return (text_t){out, len};
}

static bool wrong(struct argument what, text_t *err, text_t words) {
    return fail(err, "%.*s; usage: `%s %s`", TEXT(words), what.command, what.usage);
}

static bool unknown(struct argument what, struct word option, text_t *err) {
    size_t len = 0;
    while (len < option.text.len && option.text.ptr[len] != '=') len++;
    return wrong(what, err, text_format("there is no option `%.*s`", TEXT(shown(text_part(option.text, 0, len)))));
}

// Reads the first word, and behind it nothing else.
static bool first_word(struct argument what, text_t arguments, size_t *at, bool *given, struct word *word, text_t *err) {
    *given = next_word(arguments, at, word);
    return !*given || !is_option(*word) || unknown(what, *word, err);
}

static bool finish(struct argument what, text_t arguments, size_t *at, text_t *err) {
    struct word more;
    if (!next_word(arguments, at, &more)) return true;
    if (is_option(more)) return unknown(what, more, err);
    return wrong(what, err, text_format("`%.*s` is more than there is a use for", TEXT(shown(more.text))));
}

bool read_word(struct argument what, text_t arguments, bool *given, text_t *text, text_t *err) {
    size_t at = 0;
    struct word word = {{NULL, 0}, false};
    if (!first_word(what, arguments, &at, given, &word, err)) return false;
    *text = word.text;
    return finish(what, arguments, &at, err);
}

bool read_count(struct argument what, text_t arguments, bool *given, uint32_t *count, text_t *err) {
    size_t at = 0;
    struct word word = {{NULL, 0}, false};
    if (!first_word(what, arguments, &at, given, &word, err)) return false;
    if (*given) {
        size_t digit = text_starts(word.text, "+") ? 1 : 0;
        bool number = digit < word.text.len;
        uint64_t sum = 0;
        for (; digit < word.text.len && number; digit++) {
            uint8_t c = word.text.ptr[digit];
            sum = sum * 10 + (c - '0');
            number = c >= '0' && c <= '9' && sum <= UINT32_MAX;
        }
        if (!number) {
            const char *words = "%s must be a whole number, 0 or more, and `%.*s` is none";
            return wrong(what, err, text_format(words, what.name, TEXT(shown(word.text))));
        }
        *count = (uint32_t)sum;
    }
    return finish(what, arguments, &at, err);
}
