// Backends: the glue to one chat service.

import { UserError, sayPayload } from './errors.js';
import { whole } from './events.js';
import { guard } from './exports.js';
import { check, handlers } from './host.js';
import { identifier, message } from './message.js';

/** Why a request came to nothing, as the contract has it: `throw new ChatError('malformed', 'a name has no spaces')`. */
export class ChatError extends UserError {
  constructor(tag, val = '') {
    super(sayPayload({ tag, val }));
    this.payload = ['not-connected', 'full'].includes(tag) ? { tag } : { tag, val };
  }
}

const HANDLERS = {
  netHandler: ['onOpen', 'onData', 'onClose'],
  timerHandler: ['onTimer'],
  fetchHandler: ['onResponse'],
};
const KEYS = [
  'mode', 'can', 'markup', 'rooms', 'connect', 'disconnect', 'botIdentifier', 'buildIdentifier', 'formatIdentifier',
  'messageLimit', 'sendMessage', 'sendCard', 'react', 'buildReply', 'prefixGroupchatReply', 'changePresence',
  ...Object.values(HANDLERS).flat(),
];
const NEEDED = ['mode', 'connect', 'botIdentifier', 'buildIdentifier', 'formatIdentifier', 'sendMessage'];
const ROOM_KEYS = [
  'list', 'query', 'join', 'leave', 'create', 'destroy', 'exists', 'joined', 'topic', 'setTopic', 'occupants', 'invite',
];

const unsupported = (what) => () => {
  throw new ChatError('not-supported', what);
};

/** The class of the contract's rooms: each is a name, and what is asked of it is asked of the backend. */
function roomClass(rooms) {
  class MucRoom {
    constructor(name) {
      this.roomName = name;
    }
    /** A backend does not know under which name it was configured; the host does. */
    network() {
      return '';
    }
    name() {
      return this.roomName;
    }
    joined() {
      return Boolean(rooms.joined?.(this.roomName));
    }
  }
  for (const key of ROOM_KEYS) {
    if (['list', 'query', 'joined'].includes(key)) continue;
    const run = rooms[key]?.bind(rooms) ?? unsupported('rooms');
    MucRoom.prototype[key] = guard(key, function (...values) {
      if (key === 'invite') values[0].forEach(identifier);
      return run(this.roomName, ...values);
    }, 'chat');
  }
  return MucRoom;
}

/** By default an answer goes to where the question was, or to the sender alone. */
function reply(me, to, body, alone, threaded) {
  if (!me) throw new ChatError('not-connected');
  const recipient = to.room !== null && !alone ? to.recipient : { tag: 'person', val: to.sender };
  return whole({ network: to.network, sender: me, recipient, body, parent: threaded ? (to.parent ?? to.id) : null });
}

/** The backend that this component is. */
export function backend(given) {
  check('backend', given, KEYS, NEEDED);
  const { mode, can = {}, markup = 'plain', messageLimit = 0 } = given;
  const rooms = given.rooms ?? {};
  check('rooms', rooms, ROOM_KEYS, given.rooms ? ['list', 'query', 'join', 'leave', 'joined', 'occupants'] : []);
  const MucRoom = roomClass(rooms);
  const query = rooms.query?.bind(rooms) ?? unsupported('rooms');
  return {
    rooms: { MucRoom },
    backend: {
      describe: () => ({ mode, can, markup }),
      connect: () => given.connect(),
      disconnect: () => given.disconnect?.(),
      botIdentifier: () => given.botIdentifier() ?? null,
      buildIdentifier: (text) => given.buildIdentifier(text),
      formatIdentifier: (who) => given.formatIdentifier(identifier(who)),
      messageLimit: (to) => (typeof messageLimit === 'function' ? given.messageLimit(to) : messageLimit),
      sendMessage: (what) => given.sendMessage(message(what)),
      sendCard: (what, card) => (given.sendCard ?? unsupported('cards')).call(given, message(what), card),
      react: (to, name, add) => (given.react ?? unsupported('reactions')).call(given, message(to), name, add),
      buildReply: (to, body, alone, threaded) => given.buildReply
        ? whole(given.buildReply(message(to), body, alone, threaded))
        : reply(given.botIdentifier(), message(to), body, alone, threaded),
      prefixGroupchatReply: (what, addressee) => given.prefixGroupchatReply
        ? whole(given.prefixGroupchatReply(message(what), identifier(addressee)))
        : { ...what, body: `${identifier(addressee).name}: ${what.body}` },
      changePresence: (status, note) => (given.changePresence ?? unsupported('presence')).call(given, status, note),
      rooms: () => (rooms.list?.() ?? []).map((name) => new MucRoom(name)),
      queryRoom: (text) => new MucRoom(query(text)),
      joinRoom(text, username, password) {
        const name = query(text);
        rooms.join(name, username, password);
        return new MucRoom(name);
      },
    },
    ...handlers(given, HANDLERS),
  };
}
