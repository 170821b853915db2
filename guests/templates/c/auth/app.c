// People sign in with a name and a password, which are in the setting `users`: {"anna":"secret"}.
//
// That is for trying things out: a real one keeps no passwords, only hashes of them.

#include "json.h"
#include "parlor.h"

typedef exports_parlor_coweb_auth_request_t request_t;
typedef exports_parlor_coweb_auth_list_cookie_t cookies_t;

// The cookie with the name of who is signed in. The server signs it, and shows only those that it has signed itself.
#define COOKIE "user"

// Finds somebody's password in the setting.
static bool find_user(text_t who, bool *found, text_t *password, text_t *err) {
    text_t users;
    *found = false;
    if (!config_require("users", &users, err)) return false;
    bool read = json_take(&users, '{');
    if (read && json_take(&users, '}')) return true;
    do {
        text_t name, word;
        read = read && json_text(&users, &name) && json_take(&users, ':') && json_text(&users, &word);
        if (read && text_equal(name, who)) *found = true, *password = word;
    } while (read && json_take(&users, ','));
    if (read && json_take(&users, '}') && json_end(users)) return true;
    return fail(err, "`users` must be names and passwords: users = { anna = \"secret\" }");
}

// One cookie, with a value or to be removed.
static cookies_t one_cookie(bool is_some, text_t value) {
    cookies_t cookies = {memory(NULL, sizeof *cookies.ptr), 1};
    // Without an end it holds until the browser is closed, and for a day at most.
    cookies.ptr[0] = (exports_parlor_coweb_auth_cookie_t){
        .name = text_copy(text_of(COOKIE)),
        .value = {is_some, is_some ? text_copy(value) : text_of("")},
        .max_age = {false, 0},
    };
    return cookies;
}

// The first call. What is wrong in the settings is told now.
bool exports_parlor_coweb_auth_start(text_t *err) {
    bool found;
    text_t password;
    return done(find_user(text_of(""), &found, &password, err));
}

bool exports_parlor_coweb_auth_requires_login(bool *ret, text_t *err) {
    (void)err;
    return *ret = true, true;
}

bool exports_parlor_coweb_auth_requires_cookies(bool *ret, text_t *err) {
    (void)err;
    return *ret = true, true;
}

// Called when somebody opens a page, prepares a session or comes in. Nobody is sent to the login form.
bool exports_parlor_coweb_auth_get_current_user(request_t *by, exports_parlor_coweb_auth_identity_t *ret, text_t *err) {
    bool read = true, found = false;
    text_t user = text_of(""), password;
    for (size_t at = 0; at < by->cookies.len && user.len == 0; at++) {
        if (text_is(by->cookies.ptr[at].f0, COOKIE)) user = by->cookies.ptr[at].f1;
    }
    // Who was taken out of the list is out, whatever the cookie says.
    if (user.len > 0) read = find_user(user, &found, &password, err);
    *ret = (exports_parlor_coweb_auth_identity_t){{found, found ? text_copy(user) : text_of("")}, {NULL, 0}};
    parlor_coweb_types_request_free(by);
    return done(read);
}

// Called with what was typed into the login form.
bool exports_parlor_coweb_auth_check_credentials(request_t *by, text_t *username, text_t *password,
                                                 exports_parlor_coweb_auth_option_list_cookie_t *ret, text_t *err) {
    parlor_coweb_types_request_free(by);
    text_t name = text_keep(*username), typed = text_keep(*password), known;
    bool found;
    if (!find_user(name, &found, &known, err)) return done(false);
    ret->is_some = found && text_equal(known, typed);
    if (ret->is_some) ret->val = one_cookie(true, name);
    return done(true);
}

bool exports_parlor_coweb_auth_clear_credentials(request_t *by, cookies_t *ret, text_t *err) {
    (void)err;
    parlor_coweb_types_request_free(by);
    *ret = one_cookie(false, text_of(""));
    return done(true);
}
