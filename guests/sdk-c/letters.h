// The letters of a text, one after another, and what they are.

#ifndef PARLOR_LETTERS_H
#define PARLOR_LETTERS_H

#include "parlor.h"

#include <wctype.h>

// The letter at `*at`, of which `*at` then is behind; U+FFFD for what is none.
static inline uint32_t text_letter(text_t text, size_t *at) {
    uint8_t first = text.ptr[(*at)++];
    if (first < 0x80) return first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t letter = more > 0 ? first & (0x3fu >> more) : 0xfffd;
    for (; more > 0; more--) {
        if (*at == text.len || (text.ptr[*at] & 0xc0) != 0x80) return 0xfffd;
        letter = letter << 6 | (text.ptr[(*at)++] & 0x3f);
    }
    return letter;
}

// Where the letter before `at` begins.
static inline size_t text_before(text_t text, size_t at) {
    do at--;
    while (at > 0 && (text.ptr[at] & 0xc0) == 0x80);
    return at;
}

// Writes a letter at `out`, which needs room for 4 bytes; how many it took.
static inline size_t letter_write(uint32_t letter, uint8_t *out) {
    if (letter < 0x80) return out[0] = (uint8_t)letter, 1;
    size_t len = letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
    for (size_t at = len - 1; at > 0; at--, letter >>= 6) out[at] = (uint8_t)(0x80 | (letter & 0x3f));
    out[0] = (uint8_t)(0xf00 >> len | letter);
    return len;
}

// A space, a line end, or one of Unicode's other blanks.
static inline bool is_blank(uint32_t letter) {
    return letter == ' ' || (letter >= 9 && letter <= 13) || letter == 0x85 || letter == 0xa0 || letter == 0x1680 ||
           (letter >= 0x2000 && letter <= 0x200a) || letter == 0x2028 || letter == 0x2029 || letter == 0x202f ||
           letter == 0x205f || letter == 0x3000;
}

static inline bool is_control(uint32_t letter) {
    return letter < 0x20 || (letter >= 0x7f && letter < 0xa0);
}

// A letter, or a number, of some language.
static inline bool is_word(uint32_t letter) {
    // The C library knows letters and digits, and none of the other numbers: superscripts, fractions, circled ones.
    static const uint16_t numbers[][2] = {
        {0xb2, 0xb3}, {0xb9, 0xb9}, {0xbc, 0xbe}, {0x2070, 0x2070}, {0x2074, 0x2079}, {0x2080, 0x2089},
        {0x2150, 0x215f}, {0x2189, 0x2189}, {0x2460, 0x249b}, {0x24ea, 0x24ff}, {0x2776, 0x2793}, {0x3192, 0x3195},
        {0x3220, 0x3229}, {0x3248, 0x324f}, {0x3251, 0x325f}, {0x3280, 0x3289}, {0x32b1, 0x32bf},
    };
    for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++) {
        if (letter >= numbers[at][0] && letter <= numbers[at][1]) return true;
    }
    return iswalnum((wint_t)letter);
}

// A text from bytes of anybody's: what is no UTF-8 becomes U+FFFD. The host takes no other texts.
static inline text_t text_utf8(text_t bytes) {
    uint8_t *out = scratch(3 * bytes.len);
    size_t len = 0;
    for (size_t at = 0; at < bytes.len;) {
        uint8_t check[4];
        size_t next = at;
        uint32_t letter = text_letter(bytes, &next);
        // A letter must be written as it would be here, and be none of those that stand for half a letter.
        bool right = letter <= 0x10ffff && (letter < 0xd800 || letter > 0xdfff);
        right = right && letter_write(letter, check) == next - at && memcmp(check, bytes.ptr + at, next - at) == 0;
        len += letter_write(right ? letter : 0xfffd, out + len);
        at = right ? next : at + 1;
    }
    return (text_t){out, len};
}

#endif
