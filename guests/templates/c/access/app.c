// Lets friends into sessions, and nobody else. The setting `friends` lists them: ["anna","ben"].

#include "json.h"
#include "parlor.h"

typedef exports_parlor_coweb_access_session_t session_t;

// Whether somebody is on the list.
static bool find_friend(text_t who, bool *found, text_t *err) {
    text_t friends;
    *found = false;
    if (!config_require("friends", &friends, err)) return false;
    bool read = json_take(&friends, '[');
    if (read && json_take(&friends, ']')) return true;
    do {
        text_t name;
        read = read && json_text(&friends, &name);
        if (read && text_equal(name, who)) *found = true;
    } while (read && json_take(&friends, ','));
    if (read && json_take(&friends, ']') && json_end(friends)) return true;
    return fail(err, "`friends` must be a list of names: friends = [\"anna\", \"ben\"]");
}

// The first call. What is wrong in the settings is told now.
bool exports_parlor_coweb_access_start(text_t *err) {
    bool found;
    return done(find_friend(text_of(""), &found, err));
}

// Somebody prepares a session under a key. What they are welcomed with goes to their application.
bool exports_parlor_coweb_access_on_admin_request(text_t *username, text_t *key, bool collab,
                                                  exports_parlor_coweb_access_admission_t *ret, text_t *err) {
    (void)collab;
    text_keep(*key);
    bool found;
    if (!find_friend(text_keep(*username), &found, err)) return done(false);
    if (found) {
        ret->tag = EXPORTS_PARLOR_COWEB_ACCESS_ADMISSION_WELCOME;
        ret->val.welcome = text_copy(text_of("{\"motd\":\"be kind\"}"));
    } else {
        ret->tag = EXPORTS_PARLOR_COWEB_ACCESS_ADMISSION_REFUSED;
        ret->val.refused.status = 403;
        ret->val.refused.reason = text_copy(text_of("you are not on the list"));
    }
    return done(true);
}

// Somebody enters a session.
bool exports_parlor_coweb_access_on_session_request(session_t *to, text_t *username, bool *ret, text_t *err) {
    parlor_coweb_types_session_free(to);
    return done(find_friend(text_keep(*username), ret, err));
}

// Somebody who is in may use its services.
static bool yes(session_t *at, text_t *username, text_t *service, bool *ret) {
    parlor_coweb_types_session_free(at);
    text_keep(*username);
    text_keep(*service);
    return done(*ret = true);
}

bool exports_parlor_coweb_access_on_service_subscribe(session_t *at, text_t *username, text_t *service, bool *ret,
                                                      text_t *err) {
    (void)err;
    return yes(at, username, service, ret);
}

bool exports_parlor_coweb_access_on_service_unsubscribe(session_t *at, text_t *username, text_t *service, bool *ret,
                                                        text_t *err) {
    (void)err;
    return yes(at, username, service, ret);
}

bool exports_parlor_coweb_access_on_service_request(session_t *at, text_t *username, text_t *service, bool *ret,
                                                    text_t *err) {
    (void)err;
    return yes(at, username, service, ret);
}

// What the bot of a service is started with.
bool exports_parlor_coweb_access_on_service_config(session_t *at, text_t *service, text_t *ret, text_t *err) {
    (void)err;
    parlor_coweb_types_session_free(at);
    text_keep(*service);
    *ret = text_copy(text_of("{}"));
    return done(true);
}

// What it may do: EXPORTS_PARLOR_COWEB_ACCESS_ACLS_SERVICE_SYNC would show it the events of the session.
bool exports_parlor_coweb_access_on_service_acls(session_t *at, text_t *service,
                                                 exports_parlor_coweb_access_acls_t *ret, text_t *err) {
    (void)err;
    parlor_coweb_types_session_free(at);
    text_keep(*service);
    *ret = 0;
    return done(true);
}
