// What a message raises and lowers.

#include "changes.h"

// The longest reason in letters.
#define LONGEST_REASON 100

static text_t rest_of(text_t text, size_t from) {
    return text_part(text, from, text.len);
}

static text_t trim_start(text_t text) {
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        if (!is_blank(text_letter(text, &at))) return rest_of(text, start);
    }
    return text_part(text, 0, 0);
}

static text_t trim(text_t text) {
    text = trim_start(text);
    while (text.len > 0) {
        size_t at = text_before(text, text.len), start = at;
        if (!is_blank(text_letter(text, &at))) break;
        text.len = start;
    }
    return text;
}

// The first blank (or the last) of a text: where it begins and ends. False if there is none.
static bool find_blank(text_t text, bool last, size_t *start, size_t *end) {
    bool found = false;
    for (size_t at = 0; at < text.len && (last || !found);) {
        size_t here = at;
        if (is_blank(text_letter(text, &at))) *start = here, *end = at, found = true;
    }
    return found;
}

static bool ends(text_t text, const char *chars) {
    size_t len = strlen(chars);
    return text.len >= len && memcmp(text.ptr + text.len - len, chars, len) == 0;
}

// Where a text is last found in another; false if it is not.
static bool find_last(text_t text, const char *chars, size_t *at) {
    size_t len = strlen(chars);
    for (size_t from = text.len; from >= len; from--) {
        if (memcmp(text.ptr + from - len, chars, len) == 0) return *at = from - len, true;
    }
    return false;
}

// ---- names ----

// Whether a letter is one of those that have small and capital forms.
static bool is_cased(uint32_t letter) {
    return iswupper((wint_t)letter) || iswlower((wint_t)letter) || (letter >= 0x24b6 && letter <= 0x24e9);
}

// Whether it is a mark that can stand within a word: an accent, an apostrophe, a full stop.
static bool is_mark(uint32_t letter) {
    return (letter < 0x80 && letter > 0 && strchr("'.:^`", (int)letter)) || letter == 0xa8 || letter == 0xad ||
           letter == 0xaf || letter == 0xb4 || letter == 0xb7 || letter == 0xb8 || (letter >= 0x2b0 && letter <= 0x36f) ||
           (letter >= 0x200b && letter <= 0x200f) || letter == 0x2018 || letter == 0x2019 || letter == 0x2024;
}

// Whether the next letter that is no mark is a cased one.
static bool cased_follows(text_t word, size_t at) {
    while (at < word.len) {
        uint32_t letter = text_letter(word, &at);
        if (!is_mark(letter)) return is_cased(letter);
    }
    return false;
}

// The small letters of a word, at `out`, which has room for 3 bytes to each of its bytes.
static size_t small_letters(text_t word, uint8_t *out) {
    size_t len = 0;
    bool cased_before = false;
    for (size_t at = 0; at < word.len;) {
        uint32_t letter = text_letter(word, &at);
        if (letter == 0x130) {
            // The one letter whose small form is two.
            len += letter_write('i', out + len);
            len += letter_write(0x307, out + len);
        } else if (letter == 0x3a3 && cased_before && !cased_follows(word, at)) {
            // Sigma has another form at the end of a word.
            len += letter_write(0x3c2, out + len);
        } else {
            // Circled letters have small forms, too, which the C library does not know.
            bool circled = letter >= 0x24b6 && letter <= 0x24cf;
            len += letter_write(circled ? letter + 26 : (uint32_t)towlower((wint_t)letter), out + len);
        }
        if (!is_mark(letter)) cased_before = is_cased(letter);
    }
    return len;
}

bool read_name(text_t text, text_t *name) {
    uint8_t *out = scratch(3 * text.len + 1);
    size_t len = 0;
    for (text_t rest = trim_start(text); rest.len > 0;) {
        size_t start = rest.len, end = rest.len;
        find_blank(rest, false, &start, &end);
        if (len > 0) out[len++] = ' ';
        len += small_letters(text_part(rest, 0, start), out + len);
        rest = trim_start(rest_of(rest, end));
    }
    *name = (text_t){out, len};
    bool word = false;
    for (size_t at = 0; at < len;) {
        uint32_t letter = text_letter(*name, &at);
        if (is_control(letter)) return false;
        word = word || is_word(letter);
    }
    return word && len <= LONGEST_NAME;
}

// ---- changes ----

// Whether a sign that this follows ends its word.
static bool ends_word(text_t after) {
    while (after.len > 0 && memchr(",.;:!?", after.ptr[0], 6)) after = rest_of(after, 1);
    size_t at = 0;
    return after.len == 0 || is_blank(text_letter(after, &at));
}

// Where the next `++` or `--` is that ends a word. In `c++++` the sign is what ends it.
static bool next_sign(text_t text, size_t *at) {
    for (size_t here = 0; here + 2 <= text.len; here++) {
        uint8_t c = text.ptr[here];
        if ((c == '+' || c == '-') && text.ptr[here + 1] == c && ends_word(rest_of(text, here + 2))) {
            return *at = here, true;
        }
    }
    return false;
}

// The name that stands before a sign: a word of at least two letters, or whatever is quoted or in parentheses.
static bool subject(text_t before, text_t *name) {
    static const char *const quotes[][2] = {{"(", ")"}, {"\"", "\""}, {"“", "”"}};
    for (size_t kind = 0; kind < 3; kind++) {
        const char *open = quotes[kind][0], *close = quotes[kind][1];
        if (!ends(before, close)) continue;
        text_t inner = text_part(before, 0, before.len - strlen(close));
        size_t at;
        return find_last(inner, open, &at) && read_name(rest_of(inner, at + strlen(open)), name);
    }
    size_t start, end = 0;
    find_blank(before, true, &start, &end);
    text_t word = rest_of(before, end);
    static const char *const leading[] = {"@", "(", "\"", "“"};
    for (size_t kind = 0; kind < 4;) {
        bool starts = text_starts(word, leading[kind]);
        if (starts) word = rest_of(word, strlen(leading[kind]));
        kind = starts ? 0 : kind + 1;
    }
    size_t letters = 0;
    for (size_t at = 0; at < word.len; letters++) text_letter(word, &at);
    // `--` and `++` are also punctuation, and part of links and options.
    size_t at;
    bool odd = letters < 2 || find_last(word, "://", &at) || text_starts(word, "-") || text_starts(word, "+");
    return !odd && read_name(word, name);
}

// Why: what follows `for` or `#` on the same line, up to the next change.
static text_t reason(text_t after) {
    size_t end = 0;
    while (end < after.len && after.ptr[end] != '\n') end++;
    if (end < after.len && end > 0 && after.ptr[end - 1] == '\r') end--;
    text_t line = trim_start(text_part(after, 0, end));
    if (text_starts(line, "for ")) line = rest_of(line, 4);
    else if (text_starts(line, "#")) line = rest_of(line, 1);
    else return text_of("");
    size_t sign, start, behind;
    if (next_sign(line, &sign)) {
        text_t before = text_part(line, 0, sign);
        line = text_part(line, 0, find_blank(before, true, &start, &behind) ? start : 0);
    }
    line = trim(line);
    while (line.len > 0 && (line.ptr[line.len - 1] == ',' || line.ptr[line.len - 1] == ';')) line.len--;
    uint8_t *out = scratch(line.len);
    size_t len = 0, letters = 0;
    for (size_t at = 0; at < line.len && letters < LONGEST_REASON;) {
        uint32_t letter = text_letter(line, &at);
        if (is_control(letter)) continue;
        len += letter_write(letter, out + len);
        letters++;
    }
    return (text_t){out, len};
}

// The changes of a stretch without code.
static size_t read_stretch(text_t rest, struct change *changes, size_t count) {
    size_t at;
    while (count < MOST_CHANGES && next_sign(rest, &at)) {
        text_t before = text_part(rest, 0, at);
        bool up = rest.ptr[at] == '+';
        rest = rest_of(rest, at + 2);
        text_t name;
        if (subject(before, &name)) changes[count++] = (struct change){name, up, reason(rest)};
    }
    return count;
}

size_t read_changes(text_t message, struct change changes[MOST_CHANGES]) {
    // What is between backticks is code. One that is never closed is a character like any other.
    size_t ticks = 0, tick = 0, start = 0, count = 0;
    for (size_t at = 0; at < message.len; at++) ticks += message.ptr[at] == '`';
    for (size_t at = 0; at <= message.len; at++) {
        if (at < message.len && message.ptr[at] != '`') continue;
        if (tick % 2 == 0 || tick == ticks) count = read_stretch(text_part(message, start, at), changes, count);
        start = at + 1;
        tick++;
    }
    return count;
}
