// Adds up numbers: {"add": 2} is answered with {"sum": 2}, and all who listen are told the sum and who added.
//
// Each session that uses the service has a bot of its own. The access manager can start it with {"start": 40}.

#include "json.h"
#include "parlor.h"

static int64_t sum = 0;

// The whole number at a key, if there is one.
static bool number(text_t data, const char *key, int64_t *number) {
    text_t value;
    return json_member(data, key, &value) && json_whole(&value, number);
}

bool exports_parlor_coweb_service_bot_start(text_t *service, text_t *app_data, text_t *err) {
    (void)err;
    text_keep(*service);
    if (!number(text_keep(*app_data), "start", &sum)) sum = 0;
    return done(true);
}

// Somebody asks. The token answers, now or later.
bool exports_parlor_coweb_service_bot_on_request(text_t *data, text_t *token, text_t *username, text_t *err) {
    text_t asked = text_keep(*data), by = text_keep(*username);
    text_keep(*token);
    int64_t add, new;
    if (!number(asked, "add", &add) || __builtin_add_overflow(sum, add, &new)) {
        text_t wrong = text_of("{\"error\":\"say {\\\"add\\\": NUMBER}\"}");
        return done(parlor_coweb_session_api_reply(token, &wrong, err));
    }
    sum = new;
    text_t answer = text_format("{\"sum\":%lld}", (long long)sum);
    text_t news = text_format("{\"sum\":%lld,\"by\":%.*s}", (long long)sum, TEXT(json_quote(by)));
    return done(parlor_coweb_session_api_reply(token, &answer, err) && parlor_coweb_session_api_publish(&news, err));
}

bool exports_parlor_coweb_service_bot_on_subscribe(text_t *username, text_t *err) {
    (void)err;
    text_keep(*username);
    return done(true);
}

bool exports_parlor_coweb_service_bot_on_unsubscribe(text_t *username, text_t *err) {
    (void)err;
    text_keep(*username);
    return done(true);
}

// The session's events; only with the right to see them.
bool exports_parlor_coweb_service_bot_on_sync(text_t *data, text_t *username, text_t *err) {
    (void)err;
    text_keep(*data);
    text_keep(*username);
    return done(true);
}

bool exports_parlor_coweb_service_bot_on_shutdown(text_t *err) {
    (void)err;
    return done(true);
}
