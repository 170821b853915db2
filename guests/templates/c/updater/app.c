// Chooses who brings a late joiner up to date: somebody of the same type, or else of the same family, which is what
// stands before the `/`: `editor/2` can help `editor/1`.

#include "parlor.h"

static text_t family(text_t type) {
    size_t len = 0;
    while (len < type.len && type.ptr[len] != '/') len++;
    return text_part(type, 0, len);
}

// The first call.
bool exports_parlor_coweb_updater_type_matcher_start(text_t *err) {
    (void)err;
    return true;
}

// None means that anybody will do.
bool exports_parlor_coweb_updater_type_matcher_match_updater_type(text_t *updater_type,
                                                                  extension_list_string_t *available,
                                                                  extension_option_string_t *ret, text_t *err) {
    (void)err;
    text_t wanted = text_keep(*updater_type), found = wanted;
    ret->is_some = false;
    for (size_t at = 0; at < available->len && !ret->is_some; at++) {
        ret->is_some = text_equal(available->ptr[at], wanted);
    }
    for (size_t at = 0; at < available->len && !ret->is_some; at++) {
        found = available->ptr[at];
        ret->is_some = text_equal(family(found), family(wanted));
    }
    if (ret->is_some) ret->val = text_copy(found);
    extension_list_string_free(available);
    return done(true);
}
