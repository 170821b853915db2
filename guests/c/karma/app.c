// Counts what people think well and ill of: `ann++ for the tea` raises ann by one, `mondays--` lowers mondays.
//
// It is the chat bot `guests/bots/karma` once more, in C: the same commands, words and keys. It keeps nothing in mind: a
// restart loses nothing. Names are counted apart on each network, and there are at most 5,000 on each.
//
// - This file is what the host calls; `changes` reads messages, `ledger` counts in the store, `arguments` reads what
//   follows a command.

#include "arguments.h"
#include "changes.h"
#include "ledger.h"
#include "markdown.h"
#include "parlor.h"

// The longest list of names, and the usual one.
#define LONGEST_LIST 25
#define USUAL_LIST 5

typedef exports_parlor_chat_command_handler_invocation_t invocation_t;
typedef exports_parlor_chat_message_handler_message_t message_t;

static text_t line(text_t name, int64_t score) {
    return text_format("%.*s: %lld", TEXT(markdown_escape(name)), (long long)score);
}

static text_t joined(text_t one, const char *between, text_t other) {
    return one.len == 0 ? other : text_format("%.*s%s%.*s", TEXT(one), between, TEXT(other));
}

// ---- what people say ----

// Makes the changes, and says how each name stands now.
static bool apply(text_t network, const struct change *changes, size_t count, text_t *answer, text_t *err) {
    struct ledger ledger = {network, false, 0};
    struct standing standings[MOST_CHANGES];
    size_t names = 0;
    bool room = true;
    for (size_t at = 0; at < count; at++) {
        int64_t score;
        const struct change *change = &changes[at];
        if (!ledger_change(&ledger, change->name, change->up, change->reason, &room, &score, err)) return false;
        if (!room) break;
        size_t place = 0;
        while (place < names && !text_equal(standings[place].name, change->name)) place++;
        standings[place] = (struct standing){change->name, score};
        if (place == names) names++;
    }
    *answer = text_of("");
    for (size_t at = 0; at < names; at++) *answer = joined(*answer, ", ", line(standings[at].name, standings[at].score));
    if (!room) *answer = joined(*answer, "\n", text_format("I keep %d names, and have no room for more.", MOST_NAMES));
    return true;
}

static bool hear(message_t *message, text_t *err) {
    // History is no news, and what is said in private nobody can answer.
    if (message->delayed || message->recipient.tag != PARLOR_CHAT_TYPES_RECIPIENT_ROOM) return true;
    struct change changes[MOST_CHANGES];
    size_t count = read_changes(message->body, changes);
    if (count == 0) return true;
    text_t me, answer;
    bool named = read_name(name_of(&message->sender), &me);
    size_t kept = 0;
    for (size_t at = 0; at < count; at++) {
        bool own = changes[at].up && named && text_equal(changes[at].name, me);
        if (!own) changes[kept++] = changes[at];
    }
    if (!apply(message->network, changes, kept, &answer, err)) return false;
    if (kept < count) {
        answer = joined(answer, "\n", text_of("Nobody can raise themselves, but I am sure others will."));
    }
    parlor_chat_types_error_t why;
    return parlor_chat_chat_reply(message, &answer, false, message->parent.is_some, &why) || fail_chat(err, &why);
}

// ---- commands ----

static bool karma(invocation_t *call, text_t *answer, text_t *err) {
    struct argument what = {"karma", "[NAME]", "NAME"};
    bool given, known;
    text_t name, reason;
    int64_t score;
    if (!read_word(what, call->arguments, &given, &name, err)) return false;
    if (!given) name = name_of(&call->message.sender);
    if (!read_name(name, &name)) return fail(err, "a name has a letter or digit, and at most %d bytes", LONGEST_NAME);
    struct ledger ledger = {call->message.network, false, 0};
    if (!ledger_score(&ledger, name, &known, &score, err)) return false;
    if (!known) {
        *answer = text_format("Nobody has said anything about %.*s yet.", TEXT(markdown_escape(name)));
        return true;
    }
    if (!ledger_reason(&ledger, name, &reason, err)) return false;
    *answer = line(name, score);
    if (reason.len > 0) *answer = text_format("%.*s (last for %.*s)", TEXT(*answer), TEXT(markdown_escape(reason)));
    return true;
}

// Who stands highest first; of one score, in the order of the alphabet, which they are in.
static int highest_first(const void *one, const void *other) {
    const struct standing *a = one, *b = other;
    if (a->score != b->score) return a->score < b->score ? 1 : -1;
    size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = memcmp(a->name.ptr, b->name.ptr, len);
    return order != 0 ? order : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

static int lowest_first(const void *one, const void *other) {
    const struct standing *a = one, *b = other;
    if (a->score != b->score) return a->score > b->score ? 1 : -1;
    return highest_first(one, other);
}

static bool list(invocation_t *call, int (*rank)(const void *, const void *), text_t *answer, text_t *err) {
    struct argument what = {rank == highest_first ? "karma top" : "karma bottom", "[COUNT]", "COUNT"};
    struct ledger ledger = {call->message.network, false, 0};
    struct standing *all;
    bool given;
    uint32_t count = USUAL_LIST;
    size_t names;
    if (!read_count(what, call->arguments, &given, &count, err)) return false;
    if (count < 1) count = 1;
    if (count > LONGEST_LIST) count = LONGEST_LIST;
    if (!ledger_all(&ledger, &all, &names, err)) return false;
    qsort(all, names, sizeof *all, rank);
    *answer = text_of(names == 0 ? "Nobody has any karma yet: say `name++`." : "");
    for (size_t at = 0; at < names && at < count; at++) *answer = joined(*answer, ", ", line(all[at].name, all[at].score));
    return true;
}

static bool answer_to(invocation_t *call, text_t *answer, text_t *err) {
    if (text_is(call->command, "karma")) return karma(call, answer, err);
    if (text_is(call->command, "karma top")) return list(call, highest_first, answer, err);
    if (text_is(call->command, "karma bottom")) return list(call, lowest_first, answer, err);
    return fail(err, "this bot has no command \"%.*s\"", TEXT(call->command));
}

// ---- what the host calls ----

bool exports_parlor_chat_bot_describe(exports_parlor_chat_bot_description_t *ret, text_t *err) {
    (void)err;
    static const char *const commands[][3] = {
        {"karma", "[NAME]", "how NAME stands, or you"},
        {"karma top", "[COUNT]", "who stands highest"},
        {"karma bottom", "[COUNT]", "who stands lowest"},
    };
    ret->name = text_copy(text_of("karma"));
    ret->version = text_copy(text_of("0.1.0"));
    ret->summary = text_copy(text_of("counts `name++` and `name--`"));
    ret->commands.len = sizeof commands / sizeof *commands;
    ret->commands.ptr = memory(NULL, ret->commands.len * sizeof *ret->commands.ptr);
    for (size_t at = 0; at < ret->commands.len; at++) {
        ret->commands.ptr[at] = (exports_parlor_chat_bot_command_t){
            .name = text_copy(text_of(commands[at][0])),
            .usage = text_copy(text_of(commands[at][1])),
            .summary = text_copy(text_of(commands[at][2])),
        };
    }
    return true;
}

bool exports_parlor_chat_bot_start(text_t *err) {
    (void)err;
    return true;
}

bool exports_parlor_chat_bot_stop(text_t *err) {
    (void)err;
    return true;
}

bool exports_parlor_chat_command_handler_on_command(invocation_t *call, extension_list_string_t *ret, text_t *err) {
    text_t answer;
    bool answered = answer_to(call, &answer, err) && REPLY(ret, answer);
    exports_parlor_chat_command_handler_invocation_free(call);
    return done(answered);
}

bool exports_parlor_chat_message_handler_on_message(message_t *message, text_t *err) {
    bool heard = hear(message, err);
    exports_parlor_chat_message_handler_message_free(message);
    return done(heard);
}
