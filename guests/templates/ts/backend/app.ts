// The glue to a chat service whose protocol is lines of text over TCP.
//
// It sends `NICK me`, `JOIN #room`, `PART #room` and `SAY #room text` (or `SAY @somebody text`), and hears
// `WELCOME me`, `SAY somebody #room text` (`*` for a room: to the bot alone), `JOIN somebody #room` and
// `PART somebody #room`. The setting `server` is the `host:port` to connect to; that must be granted too.

import { backend, ChatError, config, events, Lines, net, person, type Recipient } from './parlor/index.js';

/** The longest line that the server may send, in bytes. */
const LONGEST_LINE = 4096;

let connection: number | null = null;
let lines: Lines;
/** What the server calls the bot, once it has let it in. */
let nick: string | null = null;
/** The rooms that the bot is in, and the names of who was seen there. */
const people = new Map<string, Set<string>>();

export default backend({
  mode: 'lines',
  can: { rooms: true },
  markup: 'plain',
  /** In bytes; the host cuts what is longer. */
  messageLimit: 400,

  /** Returns at once: `onOpen` and `onClose` hear what becomes of it. */
  connect() {
    connection = net.connect(`tcp://${config.require('server')}`);
    lines = new Lines(LONGEST_LINE);
  },
  disconnect() {
    if (connection !== null) net.close(connection);
  },
  onOpen: (connection) => net.send(connection, 'NICK parlor\n'),
  onData(connection, data) {
    try {
      for (const line of lines.read(data)) hear(line);
    } catch (error) {
      // A server that never ends a line must not fill the memory.
      if (!(error instanceof RangeError)) throw error;
      console.warn("the server's line is too long");
      net.close(connection);
    }
  },
  onClose(_, reason) {
    connection = nick = null;
    people.clear();
    events.disconnected(reason && 'val' in reason ? reason.val : 'the server closed the connection');
  },

  botIdentifier: () => (nick === null ? null : person(nick)),
  buildIdentifier: (text) => person(checked(text)),
  formatIdentifier: (who) => checked(who.person),
  sendMessage({ recipient, body }) {
    const to = recipient.tag === 'room' ? checked(recipient.val) : `@${checked(recipient.val.person)}`;
    send(`SAY ${to} ${body.replace(/[\r\n]/g, ' ')}`);
  },

  rooms: {
    list: () => [...people.keys()],
    query: (text) => checked(text),
    join: (room) => send(`JOIN ${room}`),
    leave: (room) => send(`PART ${room}`),
    create: () => cannot('rooms that nobody is in'),
    destroy: () => cannot('the end of rooms'),
    exists: (room) => people.has(room),
    joined: (room) => people.has(room),
    topic(room) {
      inside(room);
      return null;
    },
    setTopic: () => cannot('topics'),
    occupants: (room) => [...inside(room)].map((name) => person(name)),
    invite: () => cannot('invitations'),
  },
});

/** Tells the host what a line says. A line that is not known says nothing. */
function hear(line: string) {
  const [verb, who = '', room = ''] = line.split(' ', 3);
  const text = line.slice(`${verb} ${who} ${room} `.length);
  if (verb === 'WELCOME' && isName(who)) {
    nick = who;
    events.connected(person(who));
  }
  if (nick === null || !isName(who) || !isName(room)) return;
  if (verb === 'SAY') {
    const recipient: Recipient = room === '*' ? { tag: 'person', val: person(nick) } : { tag: 'room', val: room };
    events.messageReceived({ sender: person(who), recipient, body: text });
  } else if (verb === 'JOIN') {
    if (who === nick) people.set(room, new Set());
    people.get(room)?.add(who);
    events.roomChanged(room, { tag: 'joined', val: person(who) });
  } else if (verb === 'PART') {
    if (who === nick) people.delete(room);
    people.get(room)?.delete(who);
    events.roomChanged(room, { tag: 'left', val: person(who) });
  }
}

function send(line: string) {
  if (connection === null || nick === null) throw new ChatError('not-connected');
  net.send(connection, `${line}\n`);
}

/** Names are one word: what is sent must not become two words, or two lines. */
function isName(text: string) {
  return /^[^\s\p{Cc}]+$/u.test(text);
}

function checked(name: string) {
  if (!isName(name)) throw new ChatError('malformed', 'a name has no spaces');
  return name;
}

/** The names of who is in a room; an error where the bot is not. */
function inside(room: string) {
  const names = people.get(room);
  if (!names) throw new ChatError('room-not-joined', room);
  return names;
}

function cannot(what: string): never {
  throw new ChatError('not-supported', what);
}
