// Speaks with service bots that are components of the same server.
//
// What happens in the session becomes a letter, which the server keeps until the bot is there, and gives back in order.
// A letter is a list of texts in JSON: ["request", data, token, user], ["subscribe", user], ["unsubscribe", user],
// ["sync", data, user] or ["shutdown"].

#include "json.h"
#include "parlor.h"

typedef exports_parlor_coweb_manager_bot_message_t bot_message_t;
typedef exports_parlor_coweb_manager_bot_handle_t bot_handle_t;

// ---- what this manager is ----

// What a bot needs to reach it: nothing.
bool exports_parlor_coweb_manager_get_connection_info(text_t *ret, text_t *err) {
    (void)err;
    *ret = text_copy(text_of("{}"));
    return done(true);
}

// By this the launcher knows what kind of bots it is to start.
bool exports_parlor_coweb_manager_get_manager_id(text_t *ret, text_t *err) {
    (void)err;
    *ret = text_copy(text_of("component"));
    return done(true);
}

bool exports_parlor_coweb_manager_start_services(text_t *err) {
    (void)err;
    return true;
}

bool exports_parlor_coweb_manager_end_services(text_t *err) {
    (void)err;
    return true;
}

// ---- what happens to a bot: letters ----

// Writes a letter of so many texts.
static bool write_letter(size_t count, const text_t *texts, bot_message_t *ret) {
    text_t letter = text_of("[");
    for (size_t at = 0; at < count; at++) {
        letter = text_format("%.*s%s%.*s", TEXT(letter), at > 0 ? "," : "", TEXT(json_quote(texts[at])));
    }
    letter = text_copy(text_format("%.*s]", TEXT(letter)));
    *ret = (bot_message_t){letter.ptr, letter.len};
    return done(true);
}

bool exports_parlor_coweb_manager_on_user_request(text_t *service, text_t *username, text_t *token, text_t *value,
                                                  bot_message_t *ret, text_t *err) {
    (void)err;
    text_keep(*service);
    text_t texts[] = {text_of("request"), text_keep(*value), text_keep(*token), text_keep(*username)};
    return write_letter(4, texts, ret);
}

bool exports_parlor_coweb_manager_on_user_subscribe(text_t *service, text_t *username, bot_message_t *ret,
                                                    text_t *err) {
    (void)err;
    text_keep(*service);
    text_t texts[] = {text_of("subscribe"), text_keep(*username)};
    return write_letter(2, texts, ret);
}

bool exports_parlor_coweb_manager_on_user_unsubscribe(text_t *service, text_t *username, bot_message_t *ret,
                                                      text_t *err) {
    (void)err;
    text_keep(*service);
    text_t texts[] = {text_of("unsubscribe"), text_keep(*username)};
    return write_letter(2, texts, ret);
}

bool exports_parlor_coweb_manager_on_user_sync(text_t *service, text_t *username, text_t *data, bot_message_t *ret,
                                               text_t *err) {
    (void)err;
    text_keep(*service);
    text_t texts[] = {text_of("sync"), text_keep(*data), text_keep(*username)};
    return write_letter(3, texts, ret);
}

bool exports_parlor_coweb_manager_on_shutdown_request(text_t *service, bot_message_t *ret, text_t *err) {
    (void)err;
    text_keep(*service);
    text_t texts[] = {text_of("shutdown")};
    return write_letter(1, texts, ret);
}

// Reads what `write_letter` wrote. What the event points to is scratch.
static bool read_letter(text_t letter, parlor_coweb_components_bot_event_t *event) {
    text_t texts[4];
    size_t count = 0;
    bool more = json_take(&letter, '[');
    while (more && count < 4) {
        if (!json_text(&letter, &texts[count++])) return false;
        more = json_take(&letter, ',');
    }
    if (more || count == 0 || !json_take(&letter, ']') || !json_end(letter)) return false;
    if (count == 4 && text_is(texts[0], "request")) {
        event->tag = PARLOR_COWEB_COMPONENTS_BOT_EVENT_REQUEST;
        event->val.request.f0 = texts[1];
        event->val.request.f1 = texts[2];
        event->val.request.f2 = texts[3];
    } else if (count == 2 && text_is(texts[0], "subscribe")) {
        event->tag = PARLOR_COWEB_COMPONENTS_BOT_EVENT_SUBSCRIBE;
        event->val.subscribe = texts[1];
    } else if (count == 2 && text_is(texts[0], "unsubscribe")) {
        event->tag = PARLOR_COWEB_COMPONENTS_BOT_EVENT_UNSUBSCRIBE;
        event->val.unsubscribe = texts[1];
    } else if (count == 3 && text_is(texts[0], "sync")) {
        event->tag = PARLOR_COWEB_COMPONENTS_BOT_EVENT_SYNC;
        event->val.sync.f0 = texts[1];
        event->val.sync.f1 = texts[2];
    } else if (count == 1 && text_is(texts[0], "shutdown")) {
        event->tag = PARLOR_COWEB_COMPONENTS_BOT_EVENT_SHUTDOWN;
    } else {
        return false;
    }
    return true;
}

// A letter's turn has come.
bool exports_parlor_coweb_manager_send_message(text_t *service, bot_message_t *what, bot_handle_t *to, text_t *err) {
    text_t name = text_keep(*service), letter = text_keep((text_t){what->ptr, what->len});
    text_keep((text_t){to->ptr, to->len});
    parlor_coweb_components_bot_event_t event;
    if (!read_letter(letter, &event)) return done(fail(err, "this is no letter of this manager's"));
    return done(parlor_coweb_components_deliver(&name, &event, err));
}

// ---- what a bot does ----

// Says what the session refused, and is false.
static bool fail_bridge(text_t *err, parlor_coweb_bridge_error_t why) {
    static const char *const words[] = {
        [PARLOR_COWEB_BRIDGE_ERROR_UNKNOWN_SERVICE] = "no such service was started in this session",
        [PARLOR_COWEB_BRIDGE_ERROR_WRONG_TOKEN] = "the launch token is wrong, used or too old",
        [PARLOR_COWEB_BRIDGE_ERROR_NOT_SUBSCRIBED] = "the bot was not let in, or does not listen yet",
        [PARLOR_COWEB_BRIDGE_ERROR_UNKNOWN_REQUEST] = "nobody waits for this answer",
        [PARLOR_COWEB_BRIDGE_ERROR_TOO_LARGE] = "it is more than the limits of the session allow",
        [PARLOR_COWEB_BRIDGE_ERROR_NOT_JSON] = "it is no JSON",
    };
    return fail(err, "%s", words[why.tag]);
}

bool exports_parlor_coweb_component_events_on_started(text_t *service, text_t *token, text_t *err) {
    text_t name = text_keep(*service);
    text_keep(*token);
    // The handle is given back with each letter. The name of the service says enough.
    bot_handle_t handle = {NULL, 0};
    parlor_coweb_bridge_error_t why;
    if (parlor_coweb_bridge_auth_bot(&name, token, &handle, &why) &&
        parlor_coweb_bridge_mark_bot_subscribed(&name, &why)) {
        return done(true);
    }
    parlor_coweb_components_terminate(&name);
    return done(fail(err, "%.*s is not let in, and ended", TEXT(name)));
}

bool exports_parlor_coweb_component_events_on_reply(text_t *service, text_t *token, text_t *data, text_t *err) {
    text_keep(*service);
    text_keep(*token);
    text_keep(*data);
    parlor_coweb_bridge_error_t why;
    return done(parlor_coweb_bridge_on_bot_response(service, token, data, &why) || fail_bridge(err, why));
}

bool exports_parlor_coweb_component_events_on_publish(text_t *service, text_t *data, text_t *err) {
    text_keep(*service);
    text_keep(*data);
    parlor_coweb_bridge_error_t why;
    return done(parlor_coweb_bridge_on_bot_publish(service, data, &why) || fail_bridge(err, why));
}

bool exports_parlor_coweb_component_events_on_exit(text_t *service, text_t *maybe_reason, text_t *err) {
    text_keep(*service);
    if (maybe_reason != NULL) text_keep(*maybe_reason);
    parlor_coweb_bridge_error_t why;
    return done(parlor_coweb_bridge_deactivate_bot(service, &why) || fail_bridge(err, why));
}
