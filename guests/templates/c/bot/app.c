// Greets people and counts them, says good morning back, and comes back after a minute.
//
// It needs two grants: a network to talk on and a store to count in.

#include "markdown.h"
#include "parlor.h"

#include <ctype.h>

typedef exports_parlor_chat_command_handler_invocation_t invocation_t;
typedef parlor_chat_types_message_t message_t;
typedef parlor_chat_types_recipient_t recipient_t;

// ---- what it is ----

bool exports_parlor_chat_bot_describe(exports_parlor_chat_bot_description_t *ret, text_t *err) {
    (void)err;
    static const char *const commands[][3] = {
        {"hello", "[NAME]", "greets NAME, or you"},
        {"later", "", "says so in a minute"},
    };
    *ret = (exports_parlor_chat_bot_description_t){
        .name = text_copy(text_of("{{name}}")),
        .version = text_copy(text_of("0.1.0")),
        .summary = text_copy(text_of("greets people")),
    };
    size_t count = sizeof commands / sizeof *commands;
    ret->commands.ptr = memory(NULL, count * sizeof *ret->commands.ptr);
    ret->commands.len = count;
    for (size_t at = 0; at < count; at++) {
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

// ---- commands ----

static bool hello(invocation_t *call, text_t *answer, text_t *err) {
    text_t name = text_trim(call->arguments);
    if (name.len == 0) name = name_of(&call->message.sender);
    // The store outlives the bot. A variable does not.
    bool found;
    text_t value, key = text_of("greeted");
    if (!store_get(key, &found, &value, err)) return false;
    unsigned long long number = strtoull(text_chars(value), NULL, 10) + 1;
    if (!store_set(key, text_format("%llu", number), err)) return false;
    *answer = text_format("Hello, %.*s! You are number %llu.", TEXT(markdown_escape(name)), number);
    return true;
}

// The timers that are under way, and the network and place where each was asked for.
static struct waiting {
    parlor_host_timers_timer_t timer;
    text_t network;
    recipient_t place;
} *waiting = NULL;
static size_t waiting_count = 0;

// Nothing waits here: the host keeps the time, and calls `on_timer`.
static bool later(invocation_t *call, text_t *answer, text_t *err) {
    struct waiting it;
    message_t *message = &call->message;
    if (!parlor_host_timers_once(60000, &it.timer, err)) return false;
    // What is taken out of the message is not freed with it.
    it.network = message->network;
    message->network = text_of("");
    it.place.tag = message->recipient.tag;
    if (it.place.tag == PARLOR_CHAT_TYPES_RECIPIENT_ROOM) {
        it.place.val.room = message->recipient.val.room;
        message->recipient.val.room = text_of("");
    } else {
        it.place.val.person = message->sender;
        message->sender = (parlor_chat_types_identifier_t){0};
    }
    waiting = memory(waiting, (waiting_count + 1) * sizeof *waiting);
    waiting[waiting_count++] = it;
    *answer = text_of("See you in a minute.");
    return true;
}

// What is replied is the answer; an error is shown to the sender as such.
bool exports_parlor_chat_command_handler_on_command(invocation_t *call, extension_list_string_t *ret, text_t *err) {
    text_t answer;
    bool (*run)(invocation_t *, text_t *, text_t *) = text_is(call->command, "hello") ? hello : later;
    bool answered = run(call, &answer, err) && REPLY(ret, answer);
    exports_parlor_chat_command_handler_invocation_free(call);
    return done(answered);
}

bool exports_parlor_host_timer_handler_on_timer(parlor_host_timers_timer_t timer, text_t *err) {
    for (size_t at = 0; at < waiting_count; at++) {
        if (waiting[at].timer != timer) continue;
        struct waiting it = waiting[at];
        memmove(&waiting[at], &waiting[at + 1], (--waiting_count - at) * sizeof *waiting);
        text_t body = text_of("Here I am again.");
        parlor_chat_types_error_t why;
        bool sent = parlor_chat_chat_send(&it.network, &it.place, &body, &why) || fail_chat(err, &why);
        extension_string_free(&it.network);
        parlor_chat_types_recipient_free(&it.place);
        return done(sent);
    }
    return true;
}

// ---- talk ----

// Whether a text has some words in it, in capitals or not.
static bool mentions(text_t text, const char *words) {
    size_t len = strlen(words);
    for (size_t from = 0; from + len <= text.len; from++) {
        size_t at = 0;
        while (at < len && tolower(text.ptr[from + at]) == words[at]) at++;
        if (at == len) return true;
    }
    return false;
}

// Called with everything that people say and that is no command.
bool exports_parlor_chat_message_handler_on_message(message_t *message, text_t *err) {
    bool heard = true;
    bool room = message->recipient.tag == PARLOR_CHAT_TYPES_RECIPIENT_ROOM;
    // What is delayed was said while the bot was away: history, and no news.
    if (room && !message->delayed && mentions(message->body, "good morning")) {
        text_t name = markdown_escape(name_of(&message->sender));
        text_t body = text_format("Good morning, %.*s!", TEXT(name));
        parlor_chat_types_error_t why;
        heard = parlor_chat_chat_send(&message->network, &message->recipient, &body, &why) || fail_chat(err, &why);
    }
    exports_parlor_chat_message_handler_message_free(message);
    return done(heard);
}
