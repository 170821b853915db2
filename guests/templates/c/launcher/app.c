// Starts service bots that are components of the same server, and stops them.

#include "parlor.h"

typedef exports_parlor_coweb_launcher_manager_info_t manager_info_t;

// The services of this session that were started and not stopped. Each session has a launcher of its own.
static text_t *started = NULL;
static size_t started_count = 0;

static size_t find(text_t service) {
    size_t at = 0;
    while (at < started_count && !text_equal(started[at], service)) at++;
    return at;
}

// The bot proves itself to the manager with the token; `app_data` is what the access manager says to it.
bool exports_parlor_coweb_launcher_start_service(text_t *service, text_t *token, manager_info_t *manager,
                                                 text_t *app_data,
                                                 exports_parlor_coweb_launcher_launch_error_t *err) {
    text_t name = text_keep(*service);
    text_keep(*token);
    text_keep(*app_data);
    parlor_coweb_services_manager_info_free(manager);
    bool launched = parlor_coweb_components_launch(&name, token, app_data, err);
    if (launched && find(name) == started_count) {
        started = memory(started, (started_count + 1) * sizeof *started);
        started[started_count++] = text_copy(name);
    }
    return done(launched);
}

bool exports_parlor_coweb_launcher_stop_service(text_t *service, manager_info_t *manager, text_t *err) {
    (void)err;
    text_t name = text_keep(*service);
    parlor_coweb_services_manager_info_free(manager);
    parlor_coweb_components_terminate(&name);
    size_t at = find(name);
    if (at < started_count) {
        extension_string_free(&started[at]);
        memmove(&started[at], &started[at + 1], (--started_count - at) * sizeof *started);
    }
    return done(true);
}

// The session has ended.
bool exports_parlor_coweb_launcher_stop_all_services(manager_info_t *manager, text_t *err) {
    (void)err;
    parlor_coweb_services_manager_info_free(manager);
    for (size_t at = 0; at < started_count; at++) {
        parlor_coweb_components_terminate(&started[at]);
        extension_string_free(&started[at]);
    }
    started_count = 0;
    return done(true);
}
