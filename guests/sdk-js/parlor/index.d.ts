/// <reference path="./contract.d.ts" />
// Types of the SDK for Parlor, and what its functions are for. `contract.d.ts` has the rest of the contract, which can be
// imported as it is: `import chat from 'parlor:chat/chat@0.1.0'`.

import type { Description } from 'parlor:chat/backend@0.1.0';
import type { Functions as Chat } from 'parlor:chat/chat@0.1.0';
import type { Functions as Events } from 'parlor:chat/events@0.1.0';
import type { MucRoom } from 'parlor:chat/rooms@0.1.0';
import type * as types from 'parlor:chat/types@0.1.0';
import type { Acls, Admission } from 'parlor:coweb/access@0.1.0';
import type { Cookie } from 'parlor:coweb/auth@0.1.0';
import type { Functions as Bridge } from 'parlor:coweb/bridge@0.1.0';
import type { Functions as Components } from 'parlor:coweb/components@0.1.0';
import type { Functions as Processes } from 'parlor:coweb/processes@0.1.0';
import type { ManagerInfo } from 'parlor:coweb/services@0.1.0';
import type { Functions as Sockets } from 'parlor:coweb/sockets@0.1.0';
import type { Request as RequestRecord, Session } from 'parlor:coweb/types@0.1.0';
import type * as nets from 'parlor:host/net@0.1.0';

export type { Acls, Admission, Cookie, ManagerInfo, MucRoom, Session };
export type { Card, Presence, Reaction, Recipient, RoomEvent, Status } from 'parlor:chat/types@0.1.0';
export type { BotEvent } from 'parlor:coweb/components@0.1.0';

/** What a declaration makes; a file has it as its `export default`. One that is several things has a list of them. */
export interface Extension {
  readonly [name: string]: object;
}

// ---- errors ----

/** A mistake of the person who asked: they are told its words, and the log is not. What else is thrown is logged with its stack. */
export class UserError extends Error {}

/** For a backend: why a request came to nothing, as the contract has it. */
export class ChatError extends UserError {
  constructor(tag: 'not-connected' | 'full');
  constructor(tag: Exclude<types.Error['tag'], 'not-connected' | 'full'>, what: string);
  readonly payload: types.Error;
}

// ---- chat bots ----

/** A person, or a person in a room. */
export interface Identifier extends types.Identifier {
  /** What to call them: the nick, else the full name, else what identifies them. */
  readonly name: string;
}

/** A message that was heard. */
export interface Message extends types.Message {
  sender: Identifier;
  /** The room that it was said in; null where it was said to one person alone. */
  readonly room: string | null;
  /** Where an answer belongs: the room that it was said in, else the sender. */
  readonly place: types.Recipient;
  /** Answers where it was said, and in its thread if it is in one. A command returns its answer instead. */
  reply(body: string, options?: { private?: boolean; threaded?: boolean }): void;
  /** Answers to the sender alone. */
  replyPrivately(body: string): void;
  /** Says something where it was said, to nobody in particular. */
  tell(body: string): void;
}

/** One call of a command. */
export interface Invocation {
  /** As declared. */
  command: string;
  /** What followed it, untouched. */
  arguments: string;
  /** As declared. */
  usage: string;
  /** The message that it came in. */
  message: Message;
  /** The arguments, to be read one after another. */
  read(): Arguments;
}

/** What a command returns: a reply, several, or nothing. Markdown. */
export type Reply = string | number | bigint | readonly (string | number | bigint)[] | null | undefined | void;

export interface CommandOptions {
  /** The arguments, in one line (`NAME [PASSWORD]`). */
  usage?: string;
  /** What it does, in one line. */
  summary?: string;
  /** For the host's admins alone. */
  adminOnly?: boolean;
  /** Left out of the help. */
  hidden?: boolean;
}

export interface Command extends CommandOptions {
  name: string;
}

/** A command of one or more words (`room join`), and the function that it calls. */
export function command(name: string, run: (call: Invocation) => Reply): Command;
export function command(name: string, options: CommandOptions, run: (call: Invocation) => Reply): Command;

/** What timers, connections and requests call that were made without a function of their own. */
interface HostHandlers {
  onTimer?(timer: number): void;
  onOpen?(connection: number): void;
  onData?(connection: number, data: Uint8Array): void;
  /** No reason means that it was closed in good order. */
  onClose?(connection: number, reason: nets.Error | null): void;
  onResponse?(request: number, answer: { tag: 'ok'; val: object } | { tag: 'err'; val: nets.Error }): void;
}

/** The chat bot that this component is. Every key is optional; each `on…` needs its line in `wit/world.wit`. */
export function bot(it: HostHandlers & {
  /** What the bot calls itself; by default the name and version of package.json. */
  name?: string;
  version?: string;
  /** What it is good for, in one line. */
  summary?: string;
  commands?: Command[];
  /** Called once, before anything else; an error keeps the bot from starting. */
  start?(): void;
  /** Called last. */
  stop?(): void;
  /** Somebody said something that is no command. */
  onMessage?(message: Message): void;
  /** The message names the bot. */
  onMention?(message: Message): void;
  onPresence?(presence: types.Presence): void;
  onReaction?(reaction: types.Reaction): void;
  /** Somebody joined, left, invited the bot or changed the topic. */
  onRoom?(network: string, room: string, event: types.RoomEvent): void;
  /** The network is there: now, and again after each time that it was gone. */
  onConnected?(network: string): void;
  onDisconnected?(network: string, reason: string): void;
}): Extension;

/** What a bot can do on its networks. A recipient can be a room's name or an identifier. */
export const chat: Omit<Chat, 'send' | 'reply' | 'sendCard' | 'react' | 'joinRoom'> & {
  send(network: string, to: string | types.Identifier | types.Recipient, body: string): void;
  reply(to: types.Message, body: string, options?: { private?: boolean; threaded?: boolean }): void;
  sendCard(network: string, to: string | types.Identifier | types.Recipient, card: Partial<types.Card> & { body: string }): void;
  react(to: types.Message, name: string, add?: boolean): void;
  joinRoom(network: string, name: string, username?: string | null, password?: string | null): MucRoom;
};

/** A text that reads the same after it was rendered as Markdown: for what people wrote, in what a bot says. */
export function escape(text: string): string;

// ---- arguments ----

/** What an argument can be read as. */
export interface Kind<T> {
  /** What it must be, with its article: "a whole number". */
  kind: string;
  /** Reads it; undefined where the text is no such thing. */
  read(text: string): T | undefined;
}
export const text: Kind<string>;
export const number: Kind<number>;
/** A time such as `90s` or `2h30m`: its milliseconds. */
export const duration: Kind<number>;
/** A whole number within bounds; without bounds 0 or more. */
export function whole(from?: number, to?: number): Kind<number>;

/** The arguments of a command: words and quotes as in a shell, and options. What is wrong is thrown, with the usage. */
export class Arguments {
  constructor(command: string, usage: string, text: string);
  /** The next word that is no option. It must be there. */
  next(name: string): string;
  next<T>(name: string, kind: Kind<T>): T;
  /** The same, where it may be left out: then null. */
  optional(name: string): string | null;
  optional<T>(name: string, kind: Kind<T>): T | null;
  /** The value of an option, written `--name VALUE` or `--name=VALUE`; null where it is not. */
  option(name: string): string | null;
  option<T>(name: string, kind: Kind<T>): T | null;
  /** Whether an option without a value is there. */
  flag(name: string): boolean;
  /** All words that are left. */
  words(): string[];
  /** The text that is left, as it was written. */
  rest(): string;
  /** That was all: an error if it was not. */
  finish(): void;
  /** An error of these words, with the usage. */
  wrong(words: string): UserError;
}

// ---- what the host gives ----

/** Calls a function once, so many milliseconds from now (a year at most). The timer ends with the instance. */
export function after(milliseconds: number, run: (timer: number) => void): number;
/** Calls a function again and again, the first time one period from now. */
export function every(milliseconds: number, run: (timer: number) => void): number;
/** Forgets a timer. */
export function cancel(timer: number): void;

/** The extension's own store: keys and values, kept over restarts. It needs the grant `store`. */
export const store: {
  get(key: string): string | null;
  getBytes(key: string): Uint8Array | null;
  set(key: string, value: string | number | bigint | boolean | Uint8Array): void;
  getJson(key: string): any;
  setJson(key: string, value: unknown): void;
  delete(key: string): void;
  /** All keys, or those that begin with `prefix`, in no order. */
  keys(prefix?: string): string[];
};
/** Adds to the number at a key, and returns the sum; nothing comes between. Needs `wasi:keyvalue/atomics`. */
export function increment(key: string, by?: number): number;
/** The keys that begin with `prefix`, and the text at each. These three need `wasi:keyvalue/batch`. */
export function getAll(prefix?: string): [string, string][];
export function setAll(entries: Iterable<readonly [string, string | number | Uint8Array]>): void;
export function deleteAll(keys: Iterable<string>): void;

/** What the extension's owner configured for it. */
export const config: {
  get(key: string): string | null;
  /** One that must be there; the error says which is missing. */
  require(key: string): string;
  all(): Record<string, string>;
};

/** Connections. `onOpen`, `onData` and `onClose` hear what happens on them. */
export const net: Omit<nets.Functions, 'send'> & { send(connection: number, data: string | Uint8Array): void };

/** Puts lines together that come in pieces; a longer one is a RangeError, after those before it. */
export class Lines {
  constructor(longest?: number);
  read(data: Uint8Array): Iterable<string>;
}

export interface Response {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
  readonly ok: boolean;
  header(name: string): string | null;
  text(): string;
  json(): any;
}
type Answered = (answer: Response | null, error: Error | null) => void;
interface RequestOptions {
  method?: string;
  /** `{secret:NAME}` in a value is filled in by the host. */
  headers?: Record<string, string> | [string, string][];
  body?: string | Uint8Array;
  /** Milliseconds; 30,000 by default. */
  timeout?: number;
}
/** Sends an HTTP request, and calls the function with the answer, or with null and an error. */
export function request(url: string, run: Answered): number;
export function request(url: string, options: RequestOptions, run: Answered): number;
/** Gives up on a request: nothing is called. */
export function giveUp(request: number): void;

/** The bytes of a text in UTF-8; the text of bytes, and how many bytes a text has. */
export function encode(text: string): Uint8Array;
export function decode(bytes: Uint8Array, strict?: boolean): string;
export function byteLength(text: string): number;

// ---- backends ----

type NewMessage = Partial<types.Message> & Pick<types.Message, 'sender' | 'recipient' | 'body'>;

/** What a backend reports. A message needs no more than `sender`, `recipient` and `body`. */
export const events: Omit<Events, 'messageReceived' | 'messageSent' | 'disconnected'> & {
  disconnected(reason: string, turnedAway?: boolean): void;
  messageReceived(message: NewMessage): void;
  messageSent(message: NewMessage): void;
};

/** Somebody of this name, which identifies them; more fields where the service has them. */
export function person(name: string, more?: Partial<types.Identifier>): types.Identifier;

/** Rooms by their names. What is left out the service does not have. */
export interface Rooms {
  list(): string[];
  /** The name of the room that a human means by this text. */
  query(text: string): string;
  join(room: string, username: string | null, password: string | null): void;
  leave(room: string, reason: string | null): void;
  joined(room: string): boolean;
  occupants(room: string): types.Identifier[];
  create?(room: string): void;
  destroy?(room: string): void;
  exists?(room: string): boolean;
  topic?(room: string): string | null;
  setTopic?(room: string, topic: string): void;
  invite?(room: string, who: Identifier[]): void;
}

/** The glue to one chat service. No call waits: what the service answers is told by `events`. */
export function backend(it: HostHandlers & Partial<Pick<Description, 'can' | 'markup'>> & {
  /** The kind of service (`irc`). */
  mode: string;
  rooms?: Rooms;
  connect(): void;
  disconnect?(): void;
  /** Who the bot is, once connected. */
  botIdentifier(): types.Identifier | null;
  buildIdentifier(text: string): types.Identifier;
  formatIdentifier(who: Identifier): string;
  /** The longest body, in bytes as rendered; 0 for no bound. */
  messageLimit?: number | ((to: types.Recipient) => number);
  sendMessage(message: types.Message): void;
  sendCard?(message: types.Message, card: types.Card): void;
  react?(to: types.Message, name: string, add: boolean): void;
  buildReply?(to: types.Message, body: string, alone: boolean, threaded: boolean): NewMessage;
  prefixGroupchatReply?(message: types.Message, addressee: Identifier): NewMessage;
  changePresence?(status: types.Status, note: string | null): void;
}): Extension;

// ---- collaboration sessions: managers of the server ----

/** What a manager may know of an HTTP request. */
export interface Request extends RequestRecord {
  /** A cookie that this server signed and that still holds. */
  cookie(name: string): string | null;
  header(name: string): string | null;
}
type NewCookie = Partial<Cookie> & { name: string };
/** A cookie that removes the one of this name. */
export function removed(name: string): Cookie;

/** Says who people are. */
export function auth(it: {
  start?(): void;
  /** By default whether there is `checkCredentials`. */
  requiresLogin?: boolean | (() => boolean);
  requiresCookies?: boolean | (() => boolean);
  /** Whom a request comes from; null if it is nobody's. */
  getCurrentUser(request: Request): string | null | { username: string | null; cookies: NewCookie[] };
  /** The cookies that remember who signed in, or null where name or password are wrong. */
  checkCredentials?(request: Request, username: string, password: string): NewCookie[] | null;
  clearCredentials?(request: Request): NewCookie[];
}): Extension;

/** The user is welcome; `info` goes to their application. */
export function welcome(info?: object): Admission;
/** The user is not, for this reason; `status` is an HTTP status from 400 to 599. */
export function refused(status: number, reason: string): Admission;

/** Decides who may do what. What is not decided about services is denied. */
export function access(it: {
  start?(): void;
  onAdminRequest(username: string, key: string, collab: boolean): Admission;
  onSessionRequest(session: Session, username: string): boolean;
  onServiceSubscribe?(session: Session, username: string, service: string): boolean;
  onServiceUnsubscribe?(session: Session, username: string, service: string): boolean;
  onServiceRequest?(session: Session, username: string, service: string): boolean;
  /** What the bot of a service is started with: whatever JSON can say. */
  onServiceConfig?(session: Session, service: string): unknown;
  onServiceAcls?(session: Session, service: string): Acls;
}): Extension;

/** Chooses among the applications that can bring a late joiner up to date. */
export function updater(it: {
  start?(): void;
  /** One of `available`; null means that anybody will do. */
  matchUpdaterType(wanted: string, available: string[]): string | null;
}): Extension;

// ---- collaboration sessions: launchers, service managers and service bots ----

export const bridge: Omit<Bridge, 'authBot'> & { authBot(service: string, token: string, handle?: string | Uint8Array): void };
export const components: Components;
export const sockets: Sockets;
export const processes: Omit<Processes, 'start'> & {
  start(program: string, input?: string | Uint8Array, environment?: Record<string, string> | [string, string][]): number;
};

/** Starts and stops service bots. `appData` is JSON text, to be passed on as it is. */
export function launcher(it: {
  startService(service: string, token: string, manager: ManagerInfo, appData: string): void;
  stopService(service: string, manager: ManagerInfo): void;
  stopAllServices(manager: ManagerInfo): void;
  onExit?(process: number, status: number | null): void;
}): Extension;

/**
 * Speaks with the service bots of one session. `L` is what a letter to a bot looks like: what each `on…` of users returns,
 * and what `sendMessage` gets. What users and bots say is JSON text, to be passed on as it is.
 */
export function manager<L = any>(it: {
  getConnectionInfo?(): unknown;
  getManagerId: string | (() => string);
  startServices?(): void;
  endServices?(): void;
  onShutdownRequest(service: string): L;
  onUserRequest(service: string, username: string, token: string, value: string): L;
  onUserSubscribe(service: string, username: string): L;
  onUserUnsubscribe(service: string, username: string): L;
  onUserSync(service: string, username: string, data: string): L;
  sendMessage(service: string, letter: L, handle: Uint8Array): void;
  onStarted?(service: string, token: string): void;
  onReply?(service: string, token: string, data: string): void;
  onPublish?(service: string, data: string): void;
  onExit?(service: string, reason: string | null): void;
  onOpen?(socket: number): void;
  onText?(socket: number, text: string): void;
  onClose?(socket: number): void;
}): Extension;

/** Somebody asks a service bot. */
export interface ServiceRequest {
  data: any;
  token: string;
  username: string;
  /** Answers it, now or later, once. */
  reply(value: unknown): void;
}

/** A service bot; each session that uses it has an instance of its own. Values are JavaScript's, and travel as JSON. */
export function serviceBot(it: HostHandlers & {
  /** The first call, with what the access manager says to it. */
  start?(appData: any, service: string): void;
  onRequest?(request: ServiceRequest): void;
  onSubscribe?(username: string): void;
  onUnsubscribe?(username: string): void;
  /** A cooperative event; only with the right to see them. */
  onSync?(event: any, username: string): void;
  onShutdown?(): void;
}): Extension;

export const session: {
  /** The session's id. */
  id(): string;
  /** The service that it was started as. */
  service(): string;
  /** Tells everybody who listens to the service. */
  publish(value: unknown): void;
  /** Answers the request of this token, once. */
  reply(token: string, value: unknown): void;
};

declare global {
  /** Lines of the host's log. */
  var console: Record<'log' | 'info' | 'debug' | 'trace' | 'warn' | 'error', (...values: unknown[]) => void> & {
    assert(fine: unknown, ...values: unknown[]): void;
  };
}
