// The glue to a chat service whose protocol is lines of text over TCP.
//
// It sends `NICK me`, `JOIN #room`, `PART #room` and `SAY #room text` (or `SAY @somebody text`), and hears
// `WELCOME me`, `SAY somebody #room text` (`*` for a room: to the bot alone), `JOIN somebody #room` and
// `PART somebody #room`. The setting `server` is the `host:port` to connect to; that must be granted too.

#include "letters.h"
#include "parlor.h"

#include <time.h>

// The longest line that the server may send, in bytes.
#define LONGEST_LINE 4096

typedef parlor_chat_types_identifier_t identifier_t;
typedef parlor_chat_types_message_t message_t;
typedef parlor_chat_types_recipient_t recipient_t;
typedef parlor_chat_types_error_t error_t;
typedef exports_parlor_chat_rooms_borrow_muc_room_t room_t;

// What the host holds of a room: its name, and nothing that could go out of date.
struct exports_parlor_chat_rooms_muc_room_t {
    text_t name;
};

// ---- what is remembered ----

struct names {
    text_t *ptr;
    size_t len;
};

static parlor_host_net_connection_t connection;
static bool is_connected = false;
// What came of a line whose end did not come yet.
static char unread[LONGEST_LINE];
static size_t unread_len = 0;
// What the server calls the bot, once it has let it in.
static text_t nick = {NULL, 0};
// The rooms that the bot is in, and who was seen in each.
static struct names rooms = {NULL, 0};
static struct names *people = NULL;

static size_t find(struct names names, text_t name) {
    size_t at = 0;
    while (at < names.len && !text_equal(names.ptr[at], name)) at++;
    return at;
}

static void add(struct names *names, text_t name) {
    if (find(*names, name) < names->len) return;
    names->ptr = memory(names->ptr, (names->len + 1) * sizeof *names->ptr);
    names->ptr[names->len++] = text_copy(name);
}

static void drop(struct names *names, size_t at) {
    if (at >= names->len) return;
    extension_string_free(&names->ptr[at]);
    memmove(&names->ptr[at], &names->ptr[at + 1], (--names->len - at) * sizeof *names->ptr);
}

static void enter_room(text_t room) {
    if (find(rooms, room) < rooms.len) return;
    add(&rooms, room);
    people = memory(people, rooms.len * sizeof *people);
    people[rooms.len - 1] = (struct names){NULL, 0};
}

static void leave_room(size_t at) {
    if (at >= rooms.len) return;
    while (people[at].len > 0) drop(&people[at], 0);
    free(people[at].ptr);
    drop(&rooms, at);
    memmove(&people[at], &people[at + 1], (rooms.len - at) * sizeof *people);
}

static void forget(void) {
    while (rooms.len > 0) leave_room(0);
    extension_string_free(&nick);
    nick = (text_t){NULL, 0};
    unread_len = 0;
    is_connected = false;
}

// ---- words of the contract ----

// Refuses something, and is false.
static bool refuse(error_t *err, uint8_t why, text_t words) {
    err->tag = why;
    err->val.other = text_copy(words);
    return false;
}

static bool unsupported(error_t *err, const char *what) {
    return refuse(err, PARLOR_CHAT_TYPES_ERROR_NOT_SUPPORTED, text_of(what));
}

// What the connection refused, as the host wants to hear it. Frees the error.
static bool refuse_net(error_t *err, parlor_host_net_error_t *why) {
    switch (why->tag) {
    case PARLOR_HOST_NET_ERROR_DENIED:
        refuse(err, PARLOR_CHAT_TYPES_ERROR_DENIED, text_format("%.*s is not granted", TEXT(why->val.denied)));
        break;
    case PARLOR_HOST_NET_ERROR_FULL: err->tag = PARLOR_CHAT_TYPES_ERROR_FULL; break;
    case PARLOR_HOST_NET_ERROR_CLOSED: err->tag = PARLOR_CHAT_TYPES_ERROR_NOT_CONNECTED; break;
    default: refuse(err, PARLOR_CHAT_TYPES_ERROR_OTHER, why->val.other);
    }
    parlor_host_net_error_free(why);
    return false;
}

// Names are one word: what is sent must not become two words, or two lines.
static bool is_name(text_t text) {
    for (size_t at = 0; at < text.len;) {
        uint32_t letter = text_letter(text, &at);
        if (is_blank(letter) || is_control(letter)) return false;
    }
    return text.len > 0;
}

static bool check_name(text_t name, error_t *err) {
    return is_name(name) || refuse(err, PARLOR_CHAT_TYPES_ERROR_MALFORMED, text_of("a name has no spaces"));
}

// Who goes by a name; for the host to look at.
static identifier_t person(text_t name) {
    return (identifier_t){
        // The host knows under which name this backend was configured, and fills it in.
        .network = text_of(""),
        .person = name,
        .nick = {true, name},
        // Access rules go by this. A service where people choose their names freely needs something better.
        .access_id = name,
    };
}

// The same, to be returned to the host.
static identifier_t person_copy(text_t name) {
    identifier_t who = person(text_copy(name));
    who.nick.val = text_copy(name);
    who.access_id = text_copy(name);
    return who;
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

// ---- what the server says ----

// Takes the next word of a line.
static text_t word(text_t *line) {
    size_t len = 0;
    while (len < line->len && line->ptr[len] != ' ') len++;
    text_t word = text_part(*line, 0, len);
    *line = text_part(*line, len < line->len ? len + 1 : len, line->len);
    return word;
}

// Tells the host what a line says. A line that is not known says nothing.
static void hear(text_t line) {
    text_t verb = word(&line), who = word(&line), room = word(&line);
    if (text_is(verb, "WELCOME") && is_name(who)) {
        extension_string_free(&nick);
        nick = text_copy(who);
        identifier_t me = person(who);
        parlor_chat_events_connected(&me);
    }
    if (nick.len == 0 || !is_name(who) || !is_name(room)) return;
    identifier_t them = person(who);
    if (text_is(verb, "SAY")) {
        message_t message = {.sender = them, .network = text_of(""), .body = line, .timestamp = now()};
        message.recipient.tag = PARLOR_CHAT_TYPES_RECIPIENT_ROOM;
        message.recipient.val.room = room;
        if (text_is(room, "*")) {
            message.recipient.tag = PARLOR_CHAT_TYPES_RECIPIENT_PERSON;
            message.recipient.val.person = person(nick);
        }
        parlor_chat_events_message_received(&message);
    } else if (text_is(verb, "JOIN")) {
        if (text_equal(who, nick)) enter_room(room);
        size_t at = find(rooms, room);
        if (at < rooms.len) add(&people[at], who);
        parlor_chat_types_room_event_t event = {.tag = PARLOR_CHAT_TYPES_ROOM_EVENT_JOINED, .val.joined = them};
        parlor_chat_events_room_changed(&room, &event);
    } else if (text_is(verb, "PART")) {
        size_t at = find(rooms, room);
        if (at < rooms.len) drop(&people[at], find(people[at], who));
        if (text_equal(who, nick)) leave_room(at);
        parlor_chat_types_room_event_t event = {.tag = PARLOR_CHAT_TYPES_ROOM_EVENT_LEFT, .val.left = them};
        parlor_chat_events_room_changed(&room, &event);
    }
}

// Writes a line to the server, once it has let the bot in.
static bool say(text_t line, error_t *err) {
    if (!is_connected || nick.len == 0) return err->tag = PARLOR_CHAT_TYPES_ERROR_NOT_CONNECTED, false;
    text_t whole = text_format("%.*s\n", TEXT(line));
    extension_list_u8_t data = {whole.ptr, whole.len};
    parlor_host_net_error_t why;
    return parlor_host_net_send(connection, &data, &why) || refuse_net(err, &why);
}

bool exports_parlor_host_net_handler_on_open(parlor_host_net_connection_t what, text_t *err) {
    text_t line = text_of("NICK parlor\n");
    extension_list_u8_t data = {line.ptr, line.len};
    parlor_host_net_error_t why;
    if (parlor_host_net_send(what, &data, &why)) return true;
    parlor_host_net_error_free(&why);
    return fail(err, "nothing can be sent to the server");
}

// Data comes in pieces of any size.
bool exports_parlor_host_net_handler_on_data(parlor_host_net_connection_t what, extension_list_u8_t *data, text_t *err) {
    (void)err;
    for (size_t at = 0; at < data->len; at++) {
        if (data->ptr[at] == '\n') {
            text_t line = text_utf8((text_t){(uint8_t *)unread, unread_len});
            unread_len = 0;
            hear(line.len > 0 && line.ptr[line.len - 1] == '\r' ? text_part(line, 0, line.len - 1) : line);
            scratch_free();
        } else if (unread_len < LONGEST_LINE) {
            unread[unread_len++] = (char)data->ptr[at];
        } else {
            // A server that never ends a line must not fill the memory.
            log_line(WASI_LOGGING_LOGGING_LEVEL_WARN, text_of("the server's line is too long"));
            unread_len = 0;
            parlor_host_net_close(what);
            break;
        }
    }
    extension_list_u8_free(data);
    return done(true);
}

bool exports_parlor_host_net_handler_on_close(parlor_host_net_connection_t what, parlor_host_net_error_t *maybe_reason,
                                              text_t *err) {
    (void)what;
    (void)err;
    forget();
    text_t reason = text_of("the server closed the connection");
    if (maybe_reason != NULL) {
        // Every case with words has them at the same place.
        bool silent = maybe_reason->tag == PARLOR_HOST_NET_ERROR_FULL || maybe_reason->tag == PARLOR_HOST_NET_ERROR_CLOSED;
        reason = silent ? text_of("the connection is closed") : text_keep(maybe_reason->val.other);
    }
    parlor_chat_events_disconnected(&reason, false);
    return done(true);
}

// ---- the backend ----

bool exports_parlor_chat_backend_describe(exports_parlor_chat_backend_description_t *ret, text_t *err) {
    (void)err;
    ret->mode = text_copy(text_of("lines"));
    ret->can = EXPORTS_PARLOR_CHAT_BACKEND_CAPABILITIES_ROOMS;
    ret->markup = EXPORTS_PARLOR_CHAT_BACKEND_MARKUP_PLAIN;
    return true;
}

// Returns at once: `on_open` or `on_close` hears what becomes of it.
bool exports_parlor_chat_backend_connect(error_t *err) {
    text_t server, words;
    if (!config_require("server", &server, &words)) {
        return done(refuse(err, PARLOR_CHAT_TYPES_ERROR_OTHER, text_keep(words)));
    }
    text_t url = text_format("tcp://%.*s", TEXT(server));
    parlor_host_net_error_t why;
    is_connected = parlor_host_net_connect(&url, &connection, &why);
    return done(is_connected || refuse_net(err, &why));
}

bool exports_parlor_chat_backend_disconnect(text_t *err) {
    (void)err;
    if (is_connected) parlor_host_net_close(connection);
    return true;
}

bool exports_parlor_chat_backend_bot_identifier(identifier_t *ret) {
    if (nick.len > 0) *ret = person_copy(nick);
    return nick.len > 0;
}

bool exports_parlor_chat_backend_build_identifier(text_t *text, identifier_t *ret, error_t *err) {
    text_t name = text_keep(*text);
    if (!check_name(name, err)) return done(false);
    *ret = person_copy(name);
    return done(true);
}

bool exports_parlor_chat_backend_format_identifier(identifier_t *who, text_t *ret, error_t *err) {
    bool right = check_name(who->person, err);
    if (right) *ret = text_copy(who->person);
    parlor_chat_types_identifier_free(who);
    return done(right);
}

// The host cuts what is longer.
uint32_t exports_parlor_chat_backend_message_limit(recipient_t *to) {
    parlor_chat_types_recipient_free(to);
    return 400;
}

static bool send(message_t *what, error_t *err) {
    bool room = what->recipient.tag == PARLOR_CHAT_TYPES_RECIPIENT_ROOM;
    text_t to = room ? what->recipient.val.room : what->recipient.val.person.person;
    if (!check_name(to, err)) return false;
    for (size_t at = 0; at < what->body.len; at++) {
        if (what->body.ptr[at] == '\n' || what->body.ptr[at] == '\r') what->body.ptr[at] = ' ';
    }
    return say(text_format("SAY %s%.*s %.*s", room ? "" : "@", TEXT(to), TEXT(what->body)), err);
}

bool exports_parlor_chat_backend_send_message(message_t *what, error_t *err) {
    bool sent = send(what, err);
    parlor_chat_types_message_free(what);
    return done(sent);
}

bool exports_parlor_chat_backend_send_card(message_t *what, parlor_chat_types_card_t *card, error_t *err) {
    parlor_chat_types_message_free(what);
    parlor_chat_types_card_free(card);
    return done(unsupported(err, "cards"));
}

bool exports_parlor_chat_backend_react(message_t *to, text_t *name, bool add, error_t *err) {
    (void)add;
    parlor_chat_types_message_free(to);
    text_keep(*name);
    return done(unsupported(err, "reactions"));
}

bool exports_parlor_chat_backend_build_reply(message_t *to, text_t *body, bool private_, bool threaded, message_t *ret,
                                             error_t *err) {
    // There are no threads.
    (void)threaded;
    text_t words = text_keep(*body);
    bool connected = nick.len > 0;
    if (connected) {
        *ret = (message_t){
            .network = text_copy(to->network),
            .sender = person_copy(nick),
            .body = text_copy(words),
            .timestamp = now(),
        };
        // What is taken out of a message is not freed with it.
        if (to->recipient.tag == PARLOR_CHAT_TYPES_RECIPIENT_ROOM && !private_) {
            ret->recipient.tag = PARLOR_CHAT_TYPES_RECIPIENT_ROOM;
            ret->recipient.val.room = to->recipient.val.room;
            to->recipient.val.room = text_of("");
        } else {
            ret->recipient.tag = PARLOR_CHAT_TYPES_RECIPIENT_PERSON;
            ret->recipient.val.person = to->sender;
            to->sender = (identifier_t){0};
        }
    } else {
        err->tag = PARLOR_CHAT_TYPES_ERROR_NOT_CONNECTED;
    }
    parlor_chat_types_message_free(to);
    return done(connected);
}

bool exports_parlor_chat_backend_prefix_groupchat_reply(message_t *what, identifier_t *addressee, message_t *ret,
                                                        error_t *err) {
    (void)err;
    text_t body = text_keep(what->body);
    *ret = *what;
    ret->body = text_copy(text_format("%.*s: %.*s", TEXT(name_of(addressee)), TEXT(body)));
    parlor_chat_types_identifier_free(addressee);
    return done(true);
}

bool exports_parlor_chat_backend_change_presence(parlor_chat_types_status_t *status, text_t *maybe_note, error_t *err) {
    parlor_chat_types_status_free(status);
    if (maybe_note != NULL) text_keep(*maybe_note);
    return done(unsupported(err, "presence"));
}

// ---- rooms ----

static exports_parlor_chat_rooms_own_muc_room_t give_room(text_t name) {
    struct exports_parlor_chat_rooms_muc_room_t *room = memory(NULL, sizeof *room);
    room->name = text_copy(name);
    return exports_parlor_chat_rooms_muc_room_new(room);
}

// The host does not need the room any more.
void exports_parlor_chat_rooms_muc_room_destructor(exports_parlor_chat_rooms_muc_room_t *room) {
    extension_string_free(&room->name);
    free(room);
}

bool exports_parlor_chat_backend_rooms(exports_parlor_chat_backend_list_own_muc_room_t *ret, error_t *err) {
    (void)err;
    ret->len = rooms.len;
    ret->ptr = rooms.len > 0 ? memory(NULL, rooms.len * sizeof *ret->ptr) : NULL;
    for (size_t at = 0; at < rooms.len; at++) ret->ptr[at] = give_room(rooms.ptr[at]);
    return true;
}

bool exports_parlor_chat_backend_query_room(text_t *name, exports_parlor_chat_rooms_own_muc_room_t *ret, error_t *err) {
    text_t room = text_keep(*name);
    if (!check_name(room, err)) return done(false);
    *ret = give_room(room);
    return done(true);
}

bool exports_parlor_chat_backend_join_room(text_t *name, text_t *maybe_username, text_t *maybe_password,
                                           exports_parlor_chat_rooms_own_muc_room_t *ret, error_t *err) {
    text_t room = text_keep(*name);
    if (maybe_username != NULL) text_keep(*maybe_username);
    if (maybe_password != NULL) text_keep(*maybe_password);
    if (!check_name(room, err) || !say(text_format("JOIN %.*s", TEXT(room)), err)) return done(false);
    *ret = give_room(room);
    return done(true);
}

void exports_parlor_chat_rooms_method_muc_room_network(room_t self, text_t *ret) {
    (void)self;
    *ret = text_of("");
}

void exports_parlor_chat_rooms_method_muc_room_name(room_t self, text_t *ret) {
    *ret = text_copy(self->name);
}

bool exports_parlor_chat_rooms_method_muc_room_join(room_t self, text_t *maybe_username, text_t *maybe_password,
                                                    error_t *err) {
    if (maybe_username != NULL) text_keep(*maybe_username);
    if (maybe_password != NULL) text_keep(*maybe_password);
    return done(say(text_format("JOIN %.*s", TEXT(self->name)), err));
}

bool exports_parlor_chat_rooms_method_muc_room_leave(room_t self, text_t *maybe_reason, error_t *err) {
    if (maybe_reason != NULL) text_keep(*maybe_reason);
    return done(say(text_format("PART %.*s", TEXT(self->name)), err));
}

bool exports_parlor_chat_rooms_method_muc_room_create(room_t self, error_t *err) {
    (void)self;
    return unsupported(err, "rooms that nobody is in");
}

bool exports_parlor_chat_rooms_method_muc_room_destroy(room_t self, error_t *err) {
    (void)self;
    return unsupported(err, "the end of rooms");
}

bool exports_parlor_chat_rooms_method_muc_room_exists(room_t self, bool *ret, error_t *err) {
    (void)err;
    *ret = find(rooms, self->name) < rooms.len;
    return true;
}

bool exports_parlor_chat_rooms_method_muc_room_joined(room_t self) {
    return find(rooms, self->name) < rooms.len;
}

bool exports_parlor_chat_rooms_method_muc_room_topic(room_t self, extension_option_string_t *ret, error_t *err) {
    ret->is_some = false;
    return find(rooms, self->name) < rooms.len || refuse(err, PARLOR_CHAT_TYPES_ERROR_ROOM_NOT_JOINED, self->name);
}

bool exports_parlor_chat_rooms_method_muc_room_set_topic(room_t self, text_t *topic, error_t *err) {
    (void)self;
    text_keep(*topic);
    return done(unsupported(err, "topics"));
}

bool exports_parlor_chat_rooms_method_muc_room_occupants(room_t self, exports_parlor_chat_rooms_list_identifier_t *ret,
                                                         error_t *err) {
    size_t at = find(rooms, self->name);
    if (at == rooms.len) return refuse(err, PARLOR_CHAT_TYPES_ERROR_ROOM_NOT_JOINED, self->name);
    ret->len = people[at].len;
    ret->ptr = ret->len > 0 ? memory(NULL, ret->len * sizeof *ret->ptr) : NULL;
    for (size_t one = 0; one < ret->len; one++) ret->ptr[one] = person_copy(people[at].ptr[one]);
    return true;
}

bool exports_parlor_chat_rooms_method_muc_room_invite(room_t self, exports_parlor_chat_rooms_list_identifier_t *who,
                                                      error_t *err) {
    (void)self;
    exports_parlor_chat_rooms_list_identifier_free(who);
    return done(unsupported(err, "invitations"));
}
