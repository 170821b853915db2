// How names stand, in the store.
//
// What was raised and what was lowered are counted apart, each at a key of its own: the store adds to a number without
// anybody in between, so that several can count at once.

#include "ledger.h"

// What stands before a name in its keys.
#define UP '+'
#define DOWN '-'
#define REASON '#'
// How many values are read at once: as many as surely fit into one answer of the host's.
#define READ_AT_ONCE 100

static text_t key_of(struct ledger *ledger, char sign, text_t name) {
    return text_format("%.*s/%c%.*s", TEXT(ledger->network), sign, TEXT(name));
}

// The number that a text is. What is none counts as nothing: better than a bot that stumbles over it for ever.
static bool read_number(text_t text, uint64_t *number) {
    size_t at = text_starts(text, "+") ? 1 : 0;
    if (at == text.len) return false;
    uint64_t sum = 0;
    for (; at < text.len; at++) {
        uint64_t digit = (uint64_t)text.ptr[at] - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10) return false;
        sum = sum * 10 + digit;
    }
    return *number = sum, true;
}

static int64_t score_of(uint64_t up, uint64_t down) {
    if (up > INT64_MAX) up = INT64_MAX;
    if (down > INT64_MAX) down = INT64_MAX;
    return (int64_t)up - (int64_t)down;
}

// How often a name was raised, or lowered; 0 and not `known` if never.
static bool count_of(struct ledger *ledger, char sign, text_t name, bool *known, uint64_t *count, text_t *err) {
    text_t value;
    *count = 0;
    if (!store_get(key_of(ledger, sign, name), known, &value, err)) return false;
    *known = *known && read_number(value, count);
    return true;
}

bool ledger_score(struct ledger *ledger, text_t name, bool *known, int64_t *score, text_t *err) {
    bool raised, lowered;
    uint64_t up, down;
    if (!count_of(ledger, UP, name, &raised, &up, err)) return false;
    if (!count_of(ledger, DOWN, name, &lowered, &down, err)) return false;
    *known = raised || lowered;
    *score = score_of(up, down);
    return true;
}

bool ledger_reason(struct ledger *ledger, text_t name, text_t *reason, text_t *err) {
    bool found;
    return store_get(key_of(ledger, REASON, name), &found, reason, err);
}

static int by_name(const void *one, const void *other) {
    const struct standing *a = one, *b = other;
    size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = len > 0 ? memcmp(a->name.ptr, b->name.ptr, len) : 0;
    return order != 0 ? order : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

// All keys of this network that begin with a sign, without what stands before the name, added behind the `count` that
// are there.
static bool names_of(struct ledger *ledger, char sign, struct standing **names, size_t *count, text_t *err) {
    text_t prefix = key_of(ledger, sign, text_of(""));
    wasi_keyvalue_store_borrow_bucket_t bucket;
    if (!store_open(&bucket, err)) return false;
    uint64_t cursor = 0;
    for (bool more = false;;) {
        wasi_keyvalue_store_key_response_t page;
        wasi_keyvalue_store_error_t why;
        if (!wasi_keyvalue_store_method_bucket_list_keys(bucket, more ? &cursor : NULL, &page, &why)) {
            return fail_store(err, &why);
        }
        struct standing *longer = scratch((*count + page.keys.len) * sizeof **names);
        if (*count > 0) memcpy(longer, *names, *count * sizeof **names);
        *names = longer;
        for (size_t at = 0; at < page.keys.len; at++) {
            text_t key = page.keys.ptr[at];
            if (key.len < prefix.len || memcmp(key.ptr, prefix.ptr, prefix.len) != 0) continue;
            text_t name = text_part(key, prefix.len, key.len);
            longer[(*count)++].name = text_format("%.*s", TEXT(name));
        }
        more = page.cursor.is_some;
        cursor = page.cursor.val;
        wasi_keyvalue_store_key_response_free(&page);
        if (!more) return true;
    }
}

// Reads how often each of these was raised, or lowered, and adds it to how they stand.
static bool read_counts(struct ledger *ledger, char sign, struct standing *names, size_t count, text_t *err) {
    wasi_keyvalue_store_borrow_bucket_t bucket;
    if (!store_open(&bucket, err)) return false;
    for (size_t done = 0; done < count; done += READ_AT_ONCE) {
        text_t keys[READ_AT_ONCE];
        extension_list_string_t asked = {keys, 0};
        while (asked.len < READ_AT_ONCE && done + asked.len < count) {
            keys[asked.len] = key_of(ledger, sign, names[done + asked.len].name);
            asked.len++;
        }
        extension_list_option_tuple2_string_list_u8_t got;
        wasi_keyvalue_batch_error_t why;
        if (!wasi_keyvalue_batch_get_many(bucket, &asked, &got, &why)) return fail_store(err, &why);
        for (size_t at = 0; at < got.len && at < asked.len; at++) {
            uint64_t number = 0;
            struct standing *name = &names[done + at];
            if (got.ptr[at].is_some) {
                text_t value = {got.ptr[at].val.f1.ptr, got.ptr[at].val.f1.len};
                read_number(value, &number);
            }
            name->score = sign == UP ? score_of(number, 0) : score_of(0, number);
        }
        extension_list_option_tuple2_string_list_u8_free(&got);
    }
    return true;
}

// Makes one of names that stand twice.
static size_t merge(struct standing *names, size_t count) {
    qsort(names, count, sizeof *names, by_name);
    size_t kept = 0;
    for (size_t at = 0; at < count; at++) {
        bool again = kept > 0 && text_equal(names[kept - 1].name, names[at].name);
        if (again) names[kept - 1].score += names[at].score;
        else names[kept++] = names[at];
    }
    return kept;
}

bool ledger_all(struct ledger *ledger, struct standing **all, size_t *count, text_t *err) {
    *all = NULL;
    *count = 0;
    if (!names_of(ledger, UP, all, count, err)) return false;
    size_t raised = *count;
    if (!read_counts(ledger, UP, *all, raised, err)) return false;
    if (!names_of(ledger, DOWN, all, count, err)) return false;
    if (!read_counts(ledger, DOWN, *all + raised, *count - raised, err)) return false;
    *count = merge(*all, *count);
    return true;
}

bool ledger_change(struct ledger *ledger, text_t name, bool up, text_t reason, bool *changed, int64_t *score, text_t *err) {
    bool known;
    if (!ledger_score(ledger, name, &known, score, err)) return false;
    if (!known) {
        if (!ledger->counted) {
            struct standing *names = NULL;
            size_t count = 0;
            if (!names_of(ledger, UP, &names, &count, err) || !names_of(ledger, DOWN, &names, &count, err)) return false;
            count = merge(names, count);
            ledger->room = count < MOST_NAMES ? MOST_NAMES - count : 0;
            ledger->counted = true;
        }
        *changed = ledger->room > 0;
        if (!*changed) return true;
        ledger->room--;
    }
    *changed = true;
    wasi_keyvalue_store_borrow_bucket_t bucket;
    wasi_keyvalue_atomics_error_t why;
    text_t key = key_of(ledger, up ? UP : DOWN, name);
    uint64_t count, other;
    if (!store_open(&bucket, err)) return false;
    if (!wasi_keyvalue_atomics_increment(bucket, &key, 1, &count, &why)) return fail_store(err, &why);
    if (!count_of(ledger, up ? DOWN : UP, name, &known, &other, err)) return false;
    if (reason.len > 0 && !store_set(key_of(ledger, REASON, name), reason, err)) return false;
    *score = up ? score_of(count, other) : score_of(other, count);
    return true;
}
