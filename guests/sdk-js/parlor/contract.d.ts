// The contract, as TypeScript sees it. Generated from wit/ by contract-types.mjs: change that, not this.

/**
 * Chat networks, the people and rooms on them, and the bots that talk there.
 *
 * A *backend* is the glue to one chat service: it exports `backend` and `rooms`, and reports what
 * happens there through `events`. A *bot* imports `chat` and `rooms`, and exports `bot` and as many of
 * the handlers as it wants. The host stands in between: it passes on what the bot's grants allow.
 * The words that backends and bots share.
 */
declare module 'parlor:chat/types@0.1.0' {
  /**
   * A person, or, with `room`, a person in a chatroom (an occupant). A value: two are the same if `network`,
   * `person` and `room` are.
   */
  export interface Identifier {
    /**
     * The configured name of the network that this identifier lives on. A backend, which does not know it, may
     * leave it empty: the host fills it in, and sees to it that it is true.
     */
    network: string;
    /** Identifies the person securely, and suffices to contact them (`U00234FBE`). */
    person: string;
    /** The device or channel that the person is speaking from, where the service knows one. */
    client: string | null;
    /** The short name to call the person by (`gbin`). */
    nick: string | null;
    /** The full name (`Guillaume Binet`). */
    displayName: string | null;
    /** The room that this person is in. Some services cannot contact the person once they have left it. */
    room: string | null;
    /** What access rules are matched against: never a name that its bearer can choose freely. */
    accessId: string;
  }
  /** Who a message is for. */
  export type Recipient =
    /** One person, or one occupant of a room in private. */
    | { tag: 'person'; val: Identifier }
    /** Everybody in a room, by its name on the network. */
    | { tag: 'room'; val: string };
  /** One message, as received or as built for sending. */
  export interface Message {
    /** The service's own id for it, where it has one. */
    id: string | null;
    /** The network that it came from or goes to; filled in as in `identifier`. */
    network: string;
    /** Who said it. */
    sender: Identifier;
    /** Who it is for. */
    recipient: Recipient;
    /**
     * As received: the text, without the service's own markup. From a bot: Markdown. For a backend to send: rendered
     * into the service's own markup.
     */
    body: string;
    /** The id of the message that this one answers, or whose thread it is in. */
    parent: string | null;
    /** Milliseconds since 1970, UTC; below 2^53, so that every language can hold it. */
    timestamp: number;
    /** History that the service replays: not news, and never a command. */
    delayed: boolean;
    /** What the service says beyond this record, as name and JSON text. */
    extras: [string, string][];
  }
  /** A message with a frame, for services that can show one; others get it as text. */
  export interface Card {
    /** One line, for services that show no more. */
    summary: string | null;
    /** The headline. */
    title: string | null;
    /** Markdown. */
    body: string;
    /** Where the title leads. */
    link: string | null;
    /** The URL of a picture. */
    image: string | null;
    /** The URL of a small picture. */
    thumbnail: string | null;
    /** The frame's colour, as `#rrggbb`. */
    color: string | null;
    /** Names and values, shown as a table. */
    fields: [string, string][];
  }
  /** How available somebody is. */
  export type Status =
    /** There, and ready to talk. */
    | { tag: 'online' }
    /** Not at the keyboard. */
    | { tag: 'away' }
    /** There, but not to be disturbed. */
    | { tag: 'do-not-disturb' }
    /** Not there. */
    | { tag: 'offline' }
    /** One of the service's own. */
    | { tag: 'other'; val: string };
  /** Somebody's status changed. */
  export interface Presence {
    /** Whose. */
    who: Identifier;
    /** What it is now. */
    status: Status;
    /** Their own words about it. */
    note: string | null;
  }
  /** Somebody marked a message. */
  export interface Reaction {
    /** Who did it. */
    who: Identifier;
    /** The reaction's name, without colons. */
    name: string;
    /** Put there; otherwise taken away. */
    added: boolean;
    /** The message that was marked. */
    messageId: string;
    /** Where that message was said. */
    recipient: Recipient;
  }
  /** Somebody goes by another name from now on. */
  export interface Renaming {
    /** Who it was. */
    before: Identifier;
    /** Who it is. */
    after: Identifier;
  }
  /** What happened in a room. The person may be the bot itself. */
  export type RoomEvent =
    /** Somebody came in; once per person and stay. */
    | { tag: 'joined'; val: Identifier }
    /** Somebody is gone, for whatever reason. */
    | { tag: 'left'; val: Identifier }
    /** Somebody who is here changed their name: told in every room that they are in, and neither `left` nor `joined`. */
    | { tag: 'renamed'; val: Renaming }
    /** The topic is now this. */
    | { tag: 'topic'; val: string | null }
    /** Somebody asked the bot to come in. */
    | { tag: 'invited'; val: Identifier };
  /** Why a request came to nothing. */
  export type Error =
    /** The bot is not in this room. */
    | { tag: 'room-not-joined'; val: string }
    /** There is no such room. */
    | { tag: 'room-does-not-exist'; val: string }
    /** There is nobody of this name. */
    | { tag: 'user-does-not-exist'; val: string }
    /** There are several of this name. */
    | { tag: 'user-not-unique'; val: string }
    /** The text names nobody and nothing; the message says what would. */
    | { tag: 'malformed'; val: string }
    /** The service has no such thing. */
    | { tag: 'not-supported'; val: string }
    /** The grants, or the service, forbid it. */
    | { tag: 'denied'; val: string }
    /** The network is not connected now; the host is trying. */
    | { tag: 'not-connected' }
    /** Too much is waiting to be sent. Nothing was sent. */
    | { tag: 'full' }
    /** Anything else, in words. */
    | { tag: 'other'; val: string };
}

/** Chatrooms (Errbot's Room and MUCRoom). */
declare module 'parlor:chat/rooms@0.1.0' {
  import type { Identifier, Error } from 'parlor:chat/types@0.1.0';
  export type { Identifier, Error };
  /** A multi-user chatroom, joined or not. To hold one changes nothing there, and to drop one neither. */
  export interface MucRoom {
    /** The network that the room is on. A backend's own answer is not asked for: bots hear the host's. */
    network(): string;
    /** Identifies the room on its network. */
    name(): string;
    /** Creates the room first where it does not exist. Joining twice is no error. */
    join(username: string | null, password: string | null): void;
    /** Leaving a room that one is not in is no error. */
    leave(reason: string | null): void;
    /** Makes the room, without joining it. Creating twice is no error. */
    create(): void;
    /** Ends the room for everybody: `left` events follow, the bot's own last. */
    destroy(): void;
    /** Whether the service has such a room, as far as is known. */
    exists(): boolean;
    /** Whether the bot is in it. */
    joined(): boolean;
    /** The topic; none where none is set. `room-not-joined` outside. */
    topic(): string | null;
    /** Sets the topic; `room-event.topic` follows once the service agrees. */
    setTopic(topic: string): void;
    /** Who is in the room now, the bot too. `room-not-joined` outside. */
    occupants(): Identifier[];
    /** Asks people to come in. */
    invite(who: Identifier[]): void;
    [Symbol.dispose](): void;
  }
  export interface Functions {
    MucRoom: { prototype: MucRoom };
  }
  const functions: Functions;
  export default functions;
}

/** What a backend must be able to do. No call waits for the service: what it answers comes back as an event. */
declare module 'parlor:chat/backend@0.1.0' {
  import type { Identifier, Recipient, Message, Card, Presence, Status, Error } from 'parlor:chat/types@0.1.0';
  export type { Identifier, Recipient, Message, Card, Presence, Status, Error };
  import type { MucRoom } from 'parlor:chat/rooms@0.1.0';
  export type { MucRoom };
  /** What the service can do; the host offers bots no more. */
  export interface Capabilities {
    /** Has chatrooms. */
    rooms?: boolean;
    /** Rooms have topics. */
    topics?: boolean;
    /** People can be asked into rooms. */
    invites?: boolean;
    /** Messages can answer one another. */
    threads?: boolean;
    /** Shows cards as such. */
    cards?: boolean;
    /** Messages can be marked. */
    reactions?: boolean;
    /** Messages can be changed after they were sent. */
    edits?: boolean;
    /** Tells who is there. */
    presence?: boolean;
    /** Files can be sent. */
    files?: boolean;
    /** Replays what was said while the bot was away. */
    history?: boolean;
    /** One message can have several lines. To a service without it the host sends each line by itself. */
    multiline?: boolean;
  }
  /** How a service marks up text. The host renders the Markdown of bots into it. */
  export type Markup =
    /** Not at all. */
    | 'plain'
    /** By Markdown (CommonMark): sent as bots write it. */
    | 'markdown'
    /** By IRC's formatting codes (bold 0x02, italics 0x1D, monospace 0x11, strikethrough 0x1E, reset 0x0F). */
    | 'irc';
  /** What the host needs to know before it connects. */
  export interface Description {
    /** The kind of service (`irc`). */
    mode: string;
    /** What it can do. */
    can: Capabilities;
    /** How it marks up text. */
    markup: Markup;
  }
  export interface Functions {
    /** Called once, first. */
    describe(): Description;
    /**
     * Starts to connect; `events.connected` tells when the service is there, `events.disconnected` that it is not.
     * Called again after each loss, and after a restart of the backend.
     */
    connect(): void;
    /** Says goodbye and closes. */
    disconnect(): void;
    /** Who the bot is on this network, once connected. */
    botIdentifier(): Identifier | null;
    /** Reads what a human writes for a person or an occupant. `malformed` says what a valid text looks like. */
    buildIdentifier(text: string): Identifier;
    /** Writes it again: `build-identifier` of the result gives an equal identifier. */
    formatIdentifier(who: Identifier): string;
    /**
     * The longest body that fits into one message to this recipient, in bytes of UTF-8 as rendered; 0 for no bound.
     * The host asks before each message, and splits what is longer.
     */
    messageLimit(to: Recipient): number;
    /** Queues the message for the service. Its body is rendered, and within the limit. */
    sendMessage(what: Message): void;
    /** Queues a card; the message tells where it goes and what it answers. */
    sendCard(what: Message, card: Card): void;
    /** Marks a message, or takes the mark away. */
    react(to: Message, name: string, add: boolean): void;
    /** Addresses an answer: to the sender alone if `private`, in the message's thread if `threaded`. */
    buildReply(to: Message, body: string, private: boolean, threaded: boolean): Message;
    /** Puts the addressee's name in front, the way this service's people do in a room. */
    prefixGroupchatReply(what: Message, addressee: Identifier): Message;
    /** Tells the service how available the bot is. */
    changePresence(status: Status, note: string | null): void;
    /** The rooms that the bot is in. */
    rooms(): MucRoom[];
    /** A room by its name, which need not exist: that changes nothing. */
    queryRoom(name: string): MucRoom;
    /** `query-room`, then `muc-room.join`. */
    joinRoom(name: string, username: string | null, password: string | null): MucRoom;
  }
  const functions: Functions;
  export default functions;
}

/** What a backend reports to the host. No call waits. */
declare module 'parlor:chat/events@0.1.0' {
  import type { Message, Presence, Reaction, RoomEvent, Identifier } from 'parlor:chat/types@0.1.0';
  export type { Message, Presence, Reaction, RoomEvent, Identifier };
  export interface Functions {
    /** The service has let the bot in. Resets the host's back-off. */
    connected(who: Identifier): void;
    /**
     * The service is gone, or not to be reached; the host calls `connect` again after its back-off. `turned-away`: it was
     * reached, and did not let the bot in (a wrong password, a ban); then the back-off is longer.
     */
    disconnected(reason: string, turnedAway: boolean): void;
    /** Somebody said something, the bot itself included where the service echoes. */
    messageReceived(what: Message): void;
    /** Somebody came, went or changed. */
    presenceChanged(what: Presence): void;
    /** Somebody marked a message. */
    reactionChanged(what: Reaction): void;
    /** Something happened in the room of this name. */
    roomChanged(name: string, what: RoomEvent): void;
    /**
     * The service refused what it had been asked for before (a room that needs a key, a message to somebody who is not
     * there), or something else that its owner should know: one sentence, with the remedy. For the log and the admins.
     */
    refused(why: string): void;
    /** A message that the bot sent has got its id, for later edits, reactions and threads. */
    messageSent(what: Message): void;
  }
  const functions: Functions;
  export default functions;
}

/** What a bot can do on the networks that it was granted. */
declare module 'parlor:chat/chat@0.1.0' {
  import type { Identifier, Recipient, Message, Card, Status, Error } from 'parlor:chat/types@0.1.0';
  export type { Identifier, Recipient, Message, Card, Status, Error };
  import type { MucRoom } from 'parlor:chat/rooms@0.1.0';
  export type { MucRoom };
  export interface Functions {
    /** The networks that this bot was granted, by their configured names. */
    networks(): string[];
    /** Returns once the backend has taken the message. Long text is split by the host. */
    send(network: string, to: Recipient, body: string): void;
    /** Answers a message: to the sender alone if `private`, in its thread if `threaded` and the service has threads. */
    reply(to: Message, body: string, private: boolean, threaded: boolean): void;
    /** Sends a card; services without cards show it as text. */
    sendCard(network: string, to: Recipient, what: Card): void;
    /** Marks a message, or takes the bot's mark away. */
    react(to: Message, name: string, add: boolean): void;
    /** Who the bot is on this network. */
    botIdentifier(network: string): Identifier;
    /** Reads what a human writes for a person or an occupant. */
    buildIdentifier(network: string, text: string): Identifier;
    /** Writes it the way humans do. */
    formatIdentifier(who: Identifier): string;
    /** Tells the network how available the bot is: shared by all bots there. */
    changePresence(network: string, status: Status, note: string | null): void;
    /** The rooms that the host is in on this network. */
    rooms(network: string): MucRoom[];
    /** A room by its name, which need not exist: that changes nothing. */
    queryRoom(network: string, name: string): MucRoom;
    /** `query-room`, then `muc-room.join`. */
    joinRoom(network: string, name: string, username: string | null, password: string | null): MucRoom;
    /** Tells the admins, wherever they asked to be told. */
    warnAdmins(body: string): void;
  }
  const functions: Functions;
  export default functions;
}

/** What every bot is. */
declare module 'parlor:chat/bot@0.1.0' {
  /** A command that the host recognises, checks and documents for the bot. */
  export interface Command {
    /** One or more words (`room join`). */
    name: string;
    /** What it does, in one line. */
    summary: string;
    /** The arguments in one line (`NAME [PASSWORD]`). */
    usage: string;
    /** For the host's admins alone. */
    adminOnly: boolean;
    /** Left out of the help. */
    hidden: boolean;
  }
  /** What the host shows and routes by. Read once per start; the host bounds every part of it. */
  export interface Description {
    /** What the bot calls itself; the name that counts is the configured one. */
    name: string;
    /** The bot's own version. */
    version: string;
    /** What it is good for, in one line. */
    summary: string;
    /** The commands that reach `command-handler`. */
    commands: Command[];
  }
  export interface Functions {
    /** Says what the bot is. Called before `start`, and by tools that never start it: it should need nothing. */
    describe(): Description;
    /** Called once, before anything else and after every reload. An error keeps the bot from starting. */
    start(): void;
    /** Called last; there is little time. */
    stop(): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that declares commands. */
declare module 'parlor:chat/command-handler@0.1.0' {
  import type { Message } from 'parlor:chat/types@0.1.0';
  export type { Message };
  /** A command of this bot that passed every check. */
  export interface Invocation {
    /** As declared. */
    command: string;
    /** What followed it, untouched. */
    arguments: string;
    /** The message that it came in. */
    message: Message;
  }
  export interface Functions {
    /** Each element is sent as one reply, in order, an empty one not at all; an error is shown to the sender as such. */
    onCommand(what: Invocation): string[];
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that wants to hear all that people say. Commands are not repeated here. */
declare module 'parlor:chat/message-handler@0.1.0' {
  import type { Message } from 'parlor:chat/types@0.1.0';
  export type { Message };
  export interface Functions {
    /** Somebody said something that is no command. */
    onMessage(what: Message): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that wants to hear when somebody names it in a room. */
declare module 'parlor:chat/mention-handler@0.1.0' {
  import type { Message } from 'parlor:chat/types@0.1.0';
  export type { Message };
  export interface Functions {
    /** The message names the bot. `message-handler` hears it too. */
    onMention(what: Message): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that follows its networks' coming and going. */
declare module 'parlor:chat/network-handler@0.1.0' {
  export interface Functions {
    /** The network is there: now, and again after each time that it was gone. */
    onConnected(network: string): void;
    /** The network is gone. */
    onDisconnected(network: string, reason: string): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that follows who is there. */
declare module 'parlor:chat/presence-handler@0.1.0' {
  import type { Presence } from 'parlor:chat/types@0.1.0';
  export type { Presence };
  export interface Functions {
    /** Somebody's status changed. */
    onPresence(what: Presence): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that follows reactions. */
declare module 'parlor:chat/reaction-handler@0.1.0' {
  import type { Reaction } from 'parlor:chat/types@0.1.0';
  export type { Reaction };
  export interface Functions {
    /** Somebody marked a message, or took the mark away. */
    onReaction(what: Reaction): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a bot that follows what happens in rooms besides talk. */
declare module 'parlor:chat/room-handler@0.1.0' {
  import type { RoomEvent } from 'parlor:chat/types@0.1.0';
  export type { RoomEvent };
  export interface Functions {
    /** Somebody joined, left, invited the bot or changed the topic. */
    onRoom(network: string, room: string, what: RoomEvent): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * What the host gives extensions beyond WASI: connections, timers and HTTP requests that the host keeps,
 * and that tell the extension what happened by calling it. An extension never waits and never polls.
 *
 * What an extension exports returns a `result` whose error is words for the log: most languages turn an
 * uncaught exception into it, where without it there would be a trap and a lost instance.
 *
 * Everything that an extension holds here ends with its instance: after a trap its connections are closed, and
 * its timers and requests forgotten. A reload hands open connections over to the new instance, which finds them by
 * `net.connections`; timers and requests end with the old one, and are made anew by `start`.
 * Outgoing byte and message connections, opened only where the extension's grants allow.
 */
declare module 'parlor:host/net@0.1.0' {
  /**
   * Names one connection of this extension. It stays valid over a reload of the extension, and is never
   * given to a second connection.
   */
  export type Connection = number;
  /** Why the host refused or ended something. */
  export type Error =
    /** The grants do not allow this address; the text is the address. The host's log has the line to add. */
    | { tag: 'denied'; val: string }
    /** The name did not resolve, nobody answered there in time, or the connection broke. */
    | { tag: 'unreachable'; val: string }
    /** The peer's certificate or handshake was not acceptable. */
    | { tag: 'tls'; val: string }
    /** More connections, or more unsent bytes, than the limits allow. Nothing was sent. */
    | { tag: 'full' }
    /** There is no such connection, or it is not open. */
    | { tag: 'closed' }
    /** Anything else, in words. */
    | { tag: 'other'; val: string };
  /** A stretch of bytes that `send-filled` puts together. */
  export type Piece =
    /** These bytes. */
    | { tag: 'bytes'; val: Uint8Array }
    /** The value of a secret, by its configured name. */
    | { tag: 'secret'; val: string };
  /** How a part is written once its pieces are put together. */
  export type Encoding =
    /** As it is. */
    | 'plain'
    /** As base64 with padding (RFC 4648, section 4), as SASL wants it. */
    | 'base64'
    /** As the inside of a JSON string (RFC 8259, section 7), without the quotes. */
    | 'json';
  /** Pieces that are written one after another and then encoded as one. */
  export interface Part {
    /** What the part is made of, in order. */
    pieces: Piece[];
    /** How the whole is written. */
    encoding: Encoding;
  }
  export interface Functions {
    /**
     * Opens a connection and returns at once; `net-handler.on-open` or `on-close` follows.
     *
     * `tcp://host:port` and `tls://host:port` carry bytes, `ws://…` and `wss://…` carry whole messages,
     * `stdio:` is the terminal that started the host: it is read a line a call (its newline left out), and what is
     * sent is shown as it is but for control characters, which are made visible. At the end of its input `on-close`
     * comes once what was said before has been answered; then the host stops.
     * An address that is not granted is `denied` here and now; a name that resolves to addresses which are not
     * is told by `on-close`.
     */
    connect(url: string): Connection;
    /** Queues bytes, or one whole WebSocket message (as text where it is UTF-8, as binary where not). Never waits. */
    send(to: Connection, data: Uint8Array): void;
    /**
     * Like `send`, for what the extension may use but never see: the host fills in the secrets, and only towards
     * an address that each was granted for (an IRC `PASS`, a SASL answer in base64). All parts make one message.
     */
    sendFilled(to: Connection, parts: Part[]): void;
    /**
     * Turns an open `tcp://` connection into TLS, as STARTTLS asks; `on-open` follows once more. What was queued
     * before goes out in the clear first; bytes that the peer sent in the clear after it agreed end the connection.
     */
    startTls(on: Connection, serverName: string): void;
    /** Sends what is queued, then closes. `on-close` follows. A connection that is gone is ignored. */
    close(what: Connection): void;
    /** The connections that are open now, with the URL of each: after a reload, those that the extension left behind. */
    connections(): [Connection, string][];
  }
  const functions: Functions;
  export default functions;
}

/** Exported by an extension that imports `net`; without it nothing of a connection is heard. */
declare module 'parlor:host/net-handler@0.1.0' {
  import type { Connection, Error } from 'parlor:host/net@0.1.0';
  export type { Connection, Error };
  export interface Functions {
    /** The connection is up, TLS and WebSocket handshake included. */
    onOpen(what: Connection): void;
    /**
     * Bytes have come, at most 64 KiB a call, or one whole WebSocket message. In order, one call at a time;
     * the host reads no further ahead than one call.
     */
    onData(what: Connection, data: Uint8Array): void;
    /** The connection is gone, and its name with it; no reason means that it was closed in good order. */
    onClose(what: Connection, reason: Error | null): void;
  }
  const functions: Functions;
  export default functions;
}

/** One-shot and repeating timers. They end with the extension. */
declare module 'parlor:host/timers@0.1.0' {
  /** Names one timer of this extension; never given to a second one. */
  export type Timer = number;
  export interface Functions {
    /**
     * Calls `timer-handler.on-timer` once, `after` milliseconds from now (at most a year). More timers than
     * the limits allow is an error in words.
     */
    once(after: number): Timer;
    /**
     * Calls it every `period` milliseconds (at least 10), the first time one period from now. While a call is
     * still waiting to be made no second one is added: an extension that was busy catches up once, not many times.
     */
    every(period: number): Timer;
    /** Forgets a timer; a timer that is gone is ignored. */
    cancel(what: Timer): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by an extension that imports `timers`. */
declare module 'parlor:host/timer-handler@0.1.0' {
  import type { Timer } from 'parlor:host/timers@0.1.0';
  export type { Timer };
  export interface Functions {
    /** The time has come. */
    onTimer(what: Timer): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * HTTP requests whose answer comes as a call, for extensions that must not wait (a long poll).
 * One that may wait uses `wasi:http/outgoing-handler`; the same grants govern both.
 */
declare module 'parlor:host/fetch@0.1.0' {
  import type { Error } from 'parlor:host/net@0.1.0';
  export type { Error };
  /** Names one request of this extension; never given to a second one. */
  export type RequestId = number;
  /**
   * An HTTP request. `{secret:NAME}` in a header's value or the URL is filled in by the host, for the hosts
   * that the secret was granted for; the extension never sees it.
   */
  export interface Request {
    /** `GET`, `POST` and so on. */
    method: string;
    /** `https://…`, or `http://…` where granted as such. It may not carry a user name or password. */
    url: string;
    /** Names and values. `Host`, `Connection` and the like are the host's own and refused here. */
    headers: [string, string][];
    /** The request's body; empty for none. */
    body: Uint8Array;
    /** Milliseconds until the host gives up; the limits may set a lower bound. */
    timeout: number;
  }
  /**
   * The whole answer; one larger than the limits allow is an error instead. Redirects are not followed: they
   * are answers like any other, so that a granted host cannot lead to one that is not.
   */
  export interface Response {
    /** The status code, 100 to 999. */
    status: number;
    /** Names (in lower case) and values; a value that is no text is left out. */
    headers: [string, string][];
    /** The answer's body. */
    body: Uint8Array;
  }
  export interface Functions {
    /** Sends the request and returns at once; `fetch-handler.on-response` follows. */
    send(what: Request): RequestId;
    /** Gives up on a request: no call follows. */
    cancel(what: RequestId): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by an extension that imports `fetch`. */
declare module 'parlor:host/fetch-handler@0.1.0' {
  import type { RequestId, Response } from 'parlor:host/fetch@0.1.0';
  export type { RequestId, Response };
  import type { Error } from 'parlor:host/net@0.1.0';
  export type { Error };
  export interface Functions {
    /** The answer, or why there is none. */
    onResponse(to: RequestId, answer: { tag: 'ok'; val: Response } | { tag: 'err'; val: Error }): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * Collaboration sessions: what decides about them, and the bots that serve in them.
 *
 * A coweb server brings browsers into *sessions*, and gives the cooperative events of each session one order.
 * What it does not decide itself it asks *managers*: components that export `auth`, `access` or
 * `updater-type-matcher`, one instance of each per server, and `launcher` and `manager`, one instance of each per
 * session. The last two run *service bots*, to which the session reaches them through `bridge`. A service bot
 * that is a component exports `service-bot`.
 *
 * A manager that fails a call (an error, a trap, or no answer within its deadline of at most two seconds) denies what
 * it was asked for: the HTTP status is then 503, or the Bayeux error `500:…:server-error`. The words of the error
 * are for the log and never shown to the user.
 *
 * The order of the calls, after `start` of each manager of the server:
 * 1. An application prepares a session (`POST` to the admin URL): `auth.get-current-user`, `access.on-admin-request`,
 * and at the first preparation of a session `manager.start-services`.
 * 2. A client's Bayeux handshake: `auth.get-current-user`, `access.on-session-request`.
 * 3. A late joiner whose updater type is not `default`: `updater-type-matcher.match-updater-type`.
 * 4. A user subscribes to a service: `access.on-service-subscribe`; asks one: `access.on-service-request`. If its bot
 * does not run: `access.on-service-acls`, `access.on-service-config`, `launcher.start-service`. Then
 * `manager.on-user-subscribe` (public subscriptions only) or `manager.on-user-request`; what that makes goes out
 * by `manager.send-message` as soon as the bot has called (through its manager) `bridge.mark-bot-subscribed`.
 * 5. A cooperative event that has its place in the order: for every bot with the right to see them `manager.on-user-sync`, in the
 * session's order.
 * 6. A user leaves a service: `access.on-service-unsubscribe`, `manager.on-user-unsubscribe`.
 * 7. A bot that must stop alone: `manager.on-shutdown-request`, then `launcher.stop-service`.
 * 8. The session ends (no client is left): `manager.on-shutdown-request` for each bot, some time for their last words
 * until all have gone (`bridge.deactivate-bot`), `launcher.stop-all-services`, `manager.end-services`. Then both
 * instances go. All of it takes five seconds at most.
 * The words that managers and bots share.
 */
declare module 'parlor:coweb/types@0.1.0' {
  /** JSON text (RFC 8259). The host passes on none that is not well-formed, and takes none. */
  export type Json = string;
  /** Names a session: 32 hexadecimal digits. */
  export type SessionId = string;
  /** A session, as managers see it. */
  export interface Session {
    /** Its name. */
    id: SessionId;
    /** The key that applications meet under; at most 1,024 bytes. */
    key: string;
    /** Whether it carries cooperative events; if not, service bots only. */
    collab: boolean;
    /** Whether the server keeps the last state that an updater sent, for the next who join. */
    cacheState: boolean;
  }
  /** What a manager may know of the HTTP request that it decides about. */
  export interface Request {
    /** `GET`, `POST` … */
    method: string;
    /** The path, with its query. */
    path: string;
    /** Names in lower case, values as sent where they are UTF-8; without `cookie`. */
    headers: [string, string][];
    /** The cookies that this server signed and that still hold: name and value. */
    cookies: [string, string][];
    /** The address of the peer, without a port. */
    remote: string;
  }
  /** A refusal that the application is shown. */
  export interface Refusal {
    /**
     * An HTTP status from 400 to 599; any other counts as 403. Clients show 401 and 403 as `not-allowed`,
     * other failures as `session-unavailable` or `server-unavailable`.
     */
    status: number;
    /** Words for the person who was refused. */
    reason: string;
  }
}

/** Says who people are. One instance serves the whole server. */
declare module 'parlor:coweb/auth@0.1.0' {
  import type { Request } from 'parlor:coweb/types@0.1.0';
  export type { Request };
  /** A cookie to be set or removed. The server signs it and its expiry, and shows `auth` only those that hold. */
  export interface Cookie {
    /** 1 to 64 letters, digits, `-`, `_` and `.`. */
    name: string;
    /** Up to 2,048 bytes; none removes the cookie. */
    value: string | null;
    /** For how many seconds it holds, 30 days at most; none until the browser is closed, and a day at most. */
    maxAge: number | null;
  }
  /** Whom a request comes from. */
  export interface Identity {
    /** The user's name, 1 to 256 bytes; none if the request is nobody's. */
    username: string | null;
    /** Cookies for the answer, where a name was made up. */
    cookies: Cookie[];
  }
  export interface Functions {
    /**
     * The first call, before the server listens. An error keeps it from that: what is wrong in the configuration is
     * told now, and not to the first person who comes.
     */
    start(): void;
    /** Whether people sign in through the server's login form. Asked once, when the instance has started. */
    requiresLogin(): boolean;
    /** Whether it lives on cookies. Asked once. Where not, the server neither reads nor sets any for it. */
    requiresCookies(): boolean;
    /** Whom a request comes from. Nobody's request is answered with 403, or with the way to the login form. */
    getCurrentUser(by: Request): Identity;
    /**
     * Whether a name and a password are right: the cookies that remember it, or none where they are wrong. In the end
     * this takes the same time for a user that there is and for one that there is not.
     */
    checkCredentials(by: Request, username: string, password: string): Cookie[] | null;
    /** The cookies that forget the user. */
    clearCredentials(by: Request): Cookie[];
  }
  const functions: Functions;
  export default functions;
}

/** Decides who may do what. One instance serves the whole server. */
declare module 'parlor:coweb/access@0.1.0' {
  import type { Session, Json, Refusal } from 'parlor:coweb/types@0.1.0';
  export type { Session, Json, Refusal };
  /** What a service bot may do beyond answering. */
  export interface Acls {
    /** It is shown the cooperative events of the session. */
    serviceSync?: boolean;
  }
  /** What becomes of the wish to prepare a session. */
  export type Admission =
    /** The user is welcome. The JSON object goes back to the application as `info`. */
    | { tag: 'welcome'; val: Json }
    /** The user is not. */
    | { tag: 'refused'; val: Refusal };
  export interface Functions {
    /** The first call, before the server listens. An error keeps it from that. */
    start(): void;
    /** A user prepares a session under a key, which need not exist yet. */
    onAdminRequest(username: string, key: string, collab: boolean): Admission;
    /** Whether a user may enter a session. */
    onSessionRequest(to: Session, username: string): boolean;
    /** Whether a user may hear what a service publishes, or have answers from it. */
    onServiceSubscribe(at: Session, username: string, service: string): boolean;
    /** A user does not listen any more. `false` keeps the subscription. */
    onServiceUnsubscribe(at: Session, username: string, service: string): boolean;
    /** Whether a user may ask a service. */
    onServiceRequest(at: Session, username: string, service: string): boolean;
    /** What the bot of a service is started with. An error prevents that. */
    onServiceConfig(at: Session, service: string): Json;
    /** What the bot of a service may do. An error prevents its start. */
    onServiceAcls(at: Session, service: string): Acls;
  }
  const functions: Functions;
  export default functions;
}

/** Chooses among the applications that can bring a late joiner up to date. One instance serves the whole server. */
declare module 'parlor:coweb/updater-type-matcher@0.1.0' {
  export interface Functions {
    /** The first call, before the server listens. An error keeps it from that. */
    start(): void;
    /**
     * The type of the updater that a client of `updater-type` gets: one of `available`, which has the type of each
     * updater of the session, in the order of their joining and with its repetitions; none if any will do.
     *
     * Not called for the type `default`. An answer that is not among `available` counts as none; so does an error.
     * (`match` in the original: a keyword in too many languages.)
     */
    matchUpdaterType(updaterType: string, available: string[]): string | null;
  }
  const functions: Functions;
  export default functions;
}

/** What launchers and service managers have in common. */
declare module 'parlor:coweb/services@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  /** Why a service cannot be started. */
  export type LaunchError =
    /** There is no such service: the application is told `not-found`. */
    | { tag: 'not-found' }
    /** There is, and it does not start: the application is told `server-error`. */
    | { tag: 'failed'; val: string };
  /** What a bot needs to reach its manager. */
  export interface ManagerInfo {
    /** Selects the way of speaking: `manager.get-manager-id`. */
    id: string;
    /** `manager.get-connection-info`. */
    connection: Json;
  }
  /** A message to a bot, in its manager's own form. The server keeps it in order and does not look inside. */
  export type BotMessage = Uint8Array;
  /**
   * What a manager remembers of a bot's connection: given at `bridge.auth-bot`, given back at
   * `manager.send-message`. At most 256 bytes.
   */
  export type BotHandle = Uint8Array;
}

/** Starts and stops service bots. Each session has an instance of its own. */
declare module 'parlor:coweb/launcher@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  import type { LaunchError, ManagerInfo } from 'parlor:coweb/services@0.1.0';
  export type { LaunchError, ManagerInfo };
  export interface Functions {
    /**
     * Starts the bot of a service. `token` is what it proves itself with, once, at `bridge.auth-bot`: hand it over
     * where nobody else can read it. `app-data` is what `access.on-service-config` said.
     */
    startService(service: string, token: string, manager: ManagerInfo, appData: Json): void;
    /** Stops the bot of a service, which was asked to shut down before and need not have obeyed. */
    stopService(service: string, manager: ManagerInfo): void;
    /** The session has ended, and whatever still runs must go. The last call of a launcher. */
    stopAllServices(manager: ManagerInfo): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * Speaks with the service bots of one session. Each session has an instance of its own.
 *
 * Each `on-` function puts what happened into a message in the manager's own form; the server sends it by
 * `send-message` when its turn has come, and not before the bot is subscribed.
 */
declare module 'parlor:coweb/manager@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  import type { BotMessage, BotHandle } from 'parlor:coweb/services@0.1.0';
  export type { BotMessage, BotHandle };
  export interface Functions {
    /** What a bot needs to reach this manager (a URL, a port). */
    getConnectionInfo(): Json;
    /** Selects the way that bots speak with this manager, as launchers know it: `component`, `bayeux` … */
    getManagerId(): string;
    /** The session has been prepared for the first time. The first call. */
    startServices(): void;
    /** The session has ended, and its bots have been stopped. The last call of a manager. */
    endServices(): void;
    /** The bot of a service is asked to shut down. */
    onShutdownRequest(service: string): BotMessage;
    /** A user asks a service. `token` names the request in `bridge.on-bot-response`. */
    onUserRequest(service: string, username: string, token: string, value: Json): BotMessage;
    /** A user listens to a service. */
    onUserSubscribe(service: string, username: string): BotMessage;
    /** A user does not listen to a service any more. */
    onUserUnsubscribe(service: string, username: string): BotMessage;
    /** A user's cooperative event: a JSON object with its `siteId` and `order`. */
    onUserSync(service: string, username: string, data: Json): BotMessage;
    /** Delivers a message that one of the above made, to the bot that `auth-bot` let in with this handle. */
    sendMessage(service: string, what: BotMessage, to: BotHandle): void;
  }
  const functions: Functions;
  export default functions;
}

/** What the server gives launchers and service managers: the session that they serve. */
declare module 'parlor:coweb/bridge@0.1.0' {
  import type { Json, SessionId } from 'parlor:coweb/types@0.1.0';
  export type { Json, SessionId };
  import type { BotHandle } from 'parlor:coweb/services@0.1.0';
  export type { BotHandle };
  /** Why the session refused something. */
  export type Error =
    /** No such service was started in this session. */
    | { tag: 'unknown-service' }
    /** The launch token is not the one that was given, was used already, or has become too old. */
    | { tag: 'wrong-token' }
    /** The bot was not let in, or is not subscribed yet. */
    | { tag: 'not-subscribed' }
    /** Nobody waits for this answer: the token is unknown, was used already, or its user has left. */
    | { tag: 'unknown-request' }
    /** More than the limits of the session allow. */
    | { tag: 'too-large' }
    /** What should be JSON is not. */
    | { tag: 'not-json' };
  export interface Functions {
    /** A bot has come, and shows the token that it was launched with. A token serves once. */
    authBot(service: string, token: string, handle: BotHandle): void;
    /** A bot has gone. Requests that wait for it are answered with an error, and the next use launches it again. */
    deactivateBot(service: string): void;
    /** The session. */
    getSessionId(): SessionId;
    /** The bot listens: what waited for it is sent now, in order. */
    markBotSubscribed(service: string): void;
    /** A private answer, to the one application that asked. A request's token serves once. */
    onBotResponse(service: string, token: string, data: Json): void;
    /** For every application of the session that subscribed to the service. */
    onBotPublish(service: string, data: Json): void;
  }
  const functions: Functions;
  export default functions;
}

/** Bots that run in this server as components, each in a sandbox of its own. */
declare module 'parlor:coweb/components@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  import type { LaunchError } from 'parlor:coweb/services@0.1.0';
  export type { LaunchError };
  /** One thing that happens to a service bot: the call of `service-bot` of the same name. */
  export type BotEvent =
    /** Somebody asks: data, token, user. */
    | { tag: 'request'; val: [Json, string, string] }
    /** A user listens. */
    | { tag: 'subscribe'; val: string }
    /** A user does not listen any more. */
    | { tag: 'unsubscribe'; val: string }
    /** A cooperative event: data, user. */
    | { tag: 'sync'; val: [Json, string] }
    /** It is to come to its end. */
    | { tag: 'shutdown' };
  export interface Functions {
    /** Starts the component that is configured under the name of this service. `component-events.on-started` follows. */
    launch(service: string, token: string, appData: Json): void;
    /** Ends it. One that does not run is none. */
    terminate(service: string): void;
    /** Puts an event into the bot's mailbox, after those before it. */
    deliver(service: string, what: BotEvent): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a service manager that wants to hear from bots that run in this server. */
declare module 'parlor:coweb/component-events@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  export interface Functions {
    /** The component has started, and shows the token that it was launched with. */
    onStarted(service: string, token: string): void;
    /** It answers a request. */
    onReply(service: string, token: string, data: Json): void;
    /** It publishes. */
    onPublish(service: string, data: Json): void;
    /** It has ended; with words, if it failed. */
    onExit(service: string, reason: string | null): void;
  }
  const functions: Functions;
  export default functions;
}

/** WebSocket connections that bots elsewhere open to the session's own address, `/services/` and its id. */
declare module 'parlor:coweb/sockets@0.1.0' {
  /** One of them; never given to a second one. */
  export type Socket = number;
  export interface Functions {
    /** The URL of that address, as bots on this machine reach it. */
    url(): string;
    /** Queues a text message. Never waits; fails if there is no such connection or too much is unsent. */
    send(to: Socket, text: string): void;
    /** Closes it. `socket-handler.on-close` does not follow. */
    close(what: Socket): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a service manager that speaks with bots over WebSocket. */
declare module 'parlor:coweb/socket-handler@0.1.0' {
  import type { Socket } from 'parlor:coweb/sockets@0.1.0';
  export type { Socket };
  export interface Functions {
    /** Somebody has connected, who is nobody yet. */
    onOpen(what: Socket): void;
    /** A text message. */
    onText(by: Socket, text: string): void;
    /** It is closed. */
    onClose(what: Socket): void;
  }
  const functions: Functions;
  export default functions;
}

/** Programs of the machine that a launcher was granted by name. */
declare module 'parlor:coweb/processes@0.1.0' {
  /** One of them; never given to a second one. */
  export type Process = number;
  export interface Functions {
    /**
     * Starts a granted program. Which file it is, its arguments and its folder stand in the grant; the guest adds what
     * it is told on standard input (closed after that) and variables that the grant lets it set.
     */
    start(program: string, input: Uint8Array, environment: [string, string][]): Process;
    /** Asks it to end, and kills it and all that it started three seconds later. */
    stop(what: Process): void;
  }
  const functions: Functions;
  export default functions;
}

/** Exported by a launcher that wants to hear how its programs end. */
declare module 'parlor:coweb/process-handler@0.1.0' {
  import type { Process } from 'parlor:coweb/processes@0.1.0';
  export type { Process };
  export interface Functions {
    /** It has ended: its status, or none if it was killed. */
    onExit(what: Process, status: number | null): void;
  }
  const functions: Functions;
  export default functions;
}

/** What a service bot can do in its session. */
declare module 'parlor:coweb/session-api@0.1.0' {
  import type { Json, SessionId } from 'parlor:coweb/types@0.1.0';
  export type { Json, SessionId };
  export interface Functions {
    /** The session; empty in an instance that serves none, such as that of a chat bot which can be both. */
    session(): SessionId;
    /** The service that it was started as; empty in an instance that serves no session. */
    serviceName(): string;
    /** Answers one request, once. Fails if nobody waits for it any more, or `data` is no JSON. */
    reply(token: string, data: Json): void;
    /** Tells everybody who listens to the service. Fails if `data` is no JSON, or too much. */
    publish(data: Json): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * A service bot. Each session that uses it has an instance of its own. Timers are those of `parlor:host`.
 *
 * An error of one of these is logged; that of `on-request` also answers the request with an error.
 */
declare module 'parlor:coweb/service-bot@0.1.0' {
  import type { Json } from 'parlor:coweb/types@0.1.0';
  export type { Json };
  export interface Functions {
    /** The first call. `app-data` is what `access.on-service-config` said. */
    start(service: string, appData: Json): void;
    /** A user asks. Answered by `session-api.reply` with the token, now or later. */
    onRequest(data: Json, token: string, username: string): void;
    /** A user listens. */
    onSubscribe(username: string): void;
    /** A user does not listen any more. */
    onUnsubscribe(username: string): void;
    /** A cooperative event, a JSON object with its `siteId` and `order`; only with the right to see them. */
    onSync(data: Json, username: string): void;
    /** The last call. */
    onShutdown(): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * A keyvalue interface that provides atomic operations.
 *
 * Atomic operations are single, indivisible operations. When a fault causes an atomic operation to
 * fail, it will appear to the invoker of the atomic operation that the action either completed
 * successfully or did nothing at all.
 *
 * Please note that this interface is bare functions that take a reference to a bucket. This is to
 * get around the current lack of a way to "extend" a resource with additional methods inside of
 * wit. Future version of the interface will instead extend these methods on the base `bucket`
 * resource.
 */
declare module 'wasi:keyvalue/atomics@0.2.0-draft' {
  import type { Bucket, Error } from 'wasi:keyvalue/store@0.2.0-draft';
  export type { Bucket, Error };
  export interface Functions {
    /**
     * Atomically increment the value associated with the key in the store by the given delta. It
     * returns the new value.
     *
     * If the key does not exist in the store, it creates a new key-value pair with the value set
     * to the given delta.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    increment(bucket: Bucket, key: string, delta: number): number;
  }
  const functions: Functions;
  export default functions;
}

/**
 * A keyvalue interface that provides batch operations.
 *
 * A batch operation is an operation that operates on multiple keys at once.
 *
 * Batch operations are useful for reducing network round-trip time. For example, if you want to
 * get the values associated with 100 keys, you can either do 100 get operations or you can do 1
 * batch get operation. The batch operation is faster because it only needs to make 1 network call
 * instead of 100.
 *
 * A batch operation does not guarantee atomicity, meaning that if the batch operation fails, some
 * of the keys may have been modified and some may not.
 *
 * This interface does has the same consistency guarantees as the `store` interface, meaning that
 * you should be able to "read your writes."
 *
 * Please note that this interface is bare functions that take a reference to a bucket. This is to
 * get around the current lack of a way to "extend" a resource with additional methods inside of
 * wit. Future version of the interface will instead extend these methods on the base `bucket`
 * resource.
 */
declare module 'wasi:keyvalue/batch@0.2.0-draft' {
  import type { Bucket, Error } from 'wasi:keyvalue/store@0.2.0-draft';
  export type { Bucket, Error };
  export interface Functions {
    /**
     * Get the key-value pairs associated with the keys in the store. It returns a list of
     * key-value pairs.
     *
     * If any of the keys do not exist in the store, it returns a `none` value for that pair in the
     * list.
     *
     * MAY show an out-of-date value if there are concurrent writes to the store.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    getMany(bucket: Bucket, keys: string[]): ([string, Uint8Array] | null)[];
    /**
     * Set the values associated with the keys in the store. If the key already exists in the
     * store, it overwrites the value.
     *
     * Note that the key-value pairs are not guaranteed to be set in the order they are provided.
     *
     * If any of the keys do not exist in the store, it creates a new key-value pair.
     *
     * If any other error occurs, it returns an `Err(error)`. When an error occurs, it does not
     * rollback the key-value pairs that were already set. Thus, this batch operation does not
     * guarantee atomicity, implying that some key-value pairs could be set while others might
     * fail.
     *
     * Other concurrent operations may also be able to see the partial results.
     */
    setMany(bucket: Bucket, keyValues: [string, Uint8Array][]): void;
    /**
     * Delete the key-value pairs associated with the keys in the store.
     *
     * Note that the key-value pairs are not guaranteed to be deleted in the order they are
     * provided.
     *
     * If any of the keys do not exist in the store, it skips the key.
     *
     * If any other error occurs, it returns an `Err(error)`. When an error occurs, it does not
     * rollback the key-value pairs that were already deleted. Thus, this batch operation does not
     * guarantee atomicity, implying that some key-value pairs could be deleted while others might
     * fail.
     *
     * Other concurrent operations may also be able to see the partial results.
     */
    deleteMany(bucket: Bucket, keys: string[]): void;
  }
  const functions: Functions;
  export default functions;
}

/**
 * A keyvalue interface that provides eventually consistent key-value operations.
 *
 * Each of these operations acts on a single key-value pair.
 *
 * The value in the key-value pair is defined as a `u8` byte array and the intention is that it is
 * the common denominator for all data types defined by different key-value stores to handle data,
 * ensuring compatibility between different key-value stores. Note: the clients will be expecting
 * serialization/deserialization overhead to be handled by the key-value store. The value could be
 * a serialized object from JSON, HTML or vendor-specific data types like AWS S3 objects.
 *
 * Data consistency in a key value store refers to the guarantee that once a write operation
 * completes, all subsequent read operations will return the value that was written.
 *
 * Any implementation of this interface must have enough consistency to guarantee "reading your
 * writes." In particular, this means that the client should never get a value that is older than
 * the one it wrote, but it MAY get a newer value if one was written around the same time. These
 * guarantees only apply to the same client (which will likely be provided by the host or an
 * external capability of some kind). In this context a "client" is referring to the caller or
 * guest that is consuming this interface. Once a write request is committed by a specific client,
 * all subsequent read requests by the same client will reflect that write or any subsequent
 * writes. Another client running in a different context may or may not immediately see the result
 * due to the replication lag. As an example of all of this, if a value at a given key is A, and
 * the client writes B, then immediately reads, it should get B. If something else writes C in
 * quick succession, then the client may get C. However, a client running in a separate context may
 * still see A or B
 */
declare module 'wasi:keyvalue/store@0.2.0-draft' {
  /** The set of errors which may be raised by functions in this package */
  export type Error =
    /** The host does not recognize the store identifier requested. */
    | { tag: 'no-such-store' }
    /**
     * The requesting component does not have access to the specified store
     * (which may or may not exist).
     */
    | { tag: 'access-denied' }
    /** Some implementation-specific error has occurred (e.g. I/O) */
    | { tag: 'other'; val: string };
  /** A response to a `list-keys` operation. */
  export interface KeyResponse {
    /** The list of keys returned by the query. */
    keys: string[];
    /**
     * The continuation token to use to fetch the next page of keys. If this is `null`, then
     * there are no more keys to fetch.
     */
    cursor: number | null;
  }
  /**
   * A bucket is a collection of key-value pairs. Each key-value pair is stored as a entry in the
   * bucket, and the bucket itself acts as a collection of all these entries.
   *
   * It is worth noting that the exact terminology for bucket in key-value stores can very
   * depending on the specific implementation. For example:
   *
   * 1. Amazon DynamoDB calls a collection of key-value pairs a table
   * 2. Redis has hashes, sets, and sorted sets as different types of collections
   * 3. Cassandra calls a collection of key-value pairs a column family
   * 4. MongoDB calls a collection of key-value pairs a collection
   * 5. Riak calls a collection of key-value pairs a bucket
   * 6. Memcached calls a collection of key-value pairs a slab
   * 7. Azure Cosmos DB calls a collection of key-value pairs a container
   *
   * In this interface, we use the term `bucket` to refer to a collection of key-value pairs
   */
  export interface Bucket {
    /**
     * Get the value associated with the specified `key`
     *
     * The value is returned as an option. If the key-value pair exists in the
     * store, it returns `Ok(value)`. If the key does not exist in the
     * store, it returns `Ok(none)`.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    get(key: string): Uint8Array | null;
    /**
     * Set the value associated with the key in the store. If the key already
     * exists in the store, it overwrites the value.
     *
     * If the key does not exist in the store, it creates a new key-value pair.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    set(key: string, value: Uint8Array): void;
    /**
     * Delete the key-value pair associated with the key in the store.
     *
     * If the key does not exist in the store, it does nothing.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    delete(key: string): void;
    /**
     * Check if the key exists in the store.
     *
     * If the key exists in the store, it returns `Ok(true)`. If the key does
     * not exist in the store, it returns `Ok(false)`.
     *
     * If any other error occurs, it returns an `Err(error)`.
     */
    exists(key: string): boolean;
    /**
     * Get all the keys in the store with an optional cursor (for use in pagination). It
     * returns a list of keys. Please note that for most KeyValue implementations, this is a
     * can be a very expensive operation and so it should be used judiciously. Implementations
     * can return any number of keys in a single response, but they should never attempt to
     * send more data than is reasonable (i.e. on a small edge device, this may only be a few
     * KB, while on a large machine this could be several MB). Any response should also return
     * a cursor that can be used to fetch the next page of keys. See the `key-response` record
     * for more information.
     *
     * Note that the keys are not guaranteed to be returned in any particular order.
     *
     * If the store is empty, it returns an empty list.
     *
     * MAY show an out-of-date list of keys if there are concurrent writes to the store.
     *
     * If any error occurs, it returns an `Err(error)`.
     */
    listKeys(cursor: number | null): KeyResponse;
    [Symbol.dispose](): void;
  }
  export interface Functions {
    /**
     * Get the bucket with the specified identifier.
     *
     * `identifier` must refer to a bucket provided by the host.
     *
     * `error::no-such-store` will be raised if the `identifier` is not recognized.
     */
    open(identifier: string): Bucket;
    Bucket: { prototype: Bucket };
  }
  const functions: Functions;
  export default functions;
}

declare module 'wasi:config/store@0.2.0-rc.1' {
  /** An error type that encapsulates the different errors that can occur fetching configuration values. */
  export type Error =
    /**
     * This indicates an error from an "upstream" config source.
     * As this could be almost _anything_ (such as Vault, Kubernetes ConfigMaps, KeyValue buckets, etc),
     * the error message is a string.
     */
    | { tag: 'upstream'; val: string }
    /**
     * This indicates an error from an I/O operation.
     * As this could be almost _anything_ (such as a file read, network connection, etc),
     * the error message is a string.
     * Depending on how this ends up being consumed,
     * we may consider moving this to use the `wasi:io/error` type instead.
     * For simplicity right now in supporting multiple implementations, it is being left as a string.
     */
    | { tag: 'io'; val: string };
  export interface Functions {
    /**
     * Gets a configuration value of type `string` associated with the `key`.
     *
     * The value is returned as an `option<string>`. If the key is not found,
     * `Ok(none)` is returned. If an error occurs, an `Err(error)` is returned.
     */
    get(key: string): string | null;
    /**
     * Gets a list of configuration key-value pairs of type `string`.
     *
     * If an error occurs, an `Err(error)` is returned.
     */
    getAll(): [string, string][];
  }
  const functions: Functions;
  export default functions;
}

/** WASI's logging proposal: messages with a level and a context. */
declare module 'wasi:logging/logging@0.1.0-draft' {
  /** How much a message matters. */
  export type Level =
    /** The values of variables and the flow of control. */
    | 'trace'
    /** For whoever debugs the program. */
    | 'debug'
    /** For whoever watches the program. */
    | 'info'
    /** Something hazardous. */
    | 'warn'
    /** A serious error. */
    | 'error'
    /** A fatal error. */
    | 'critical';
  export interface Functions {
    /** Emits a message. `context` is an uninterpreted string that groups similar messages. */
    log(level: Level, context: string, message: string): void;
  }
  const functions: Functions;
  export default functions;
}
