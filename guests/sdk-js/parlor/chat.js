// What a bot can do on the networks that it was granted.

import host from 'parlor:chat/chat@0.1.0';
import rooms from 'parlor:chat/rooms@0.1.0';

import { letSpeak, speaking } from './host.js';
import { Message, identifier, message } from './message.js';

const plain = speaking(host);
letSpeak(rooms.MucRoom);

/** Who is meant: a room by its name, a person by their identifier, or either as the contract has it. */
function recipient(to) {
  if (typeof to === 'string') return { tag: 'room', val: to };
  return to.tag ? to : { tag: 'person', val: to };
}

/** Everything of `parlor:chat/chat`; see there. */
export const chat = {
  ...plain,
  send: (network, to, body) => plain.send(network, recipient(to), String(body)),
  reply: (to, body, { private: alone = false, threaded = to.parent != null } = {}) =>
    plain.reply(to, String(body), alone, threaded),
  sendCard: (network, to, card) => plain.sendCard(network, recipient(to), { fields: [], ...card }),
  react: (to, name, add = true) => plain.react(to, name, add),
  botIdentifier: (network) => identifier(plain.botIdentifier(network)),
  buildIdentifier: (network, text) => identifier(plain.buildIdentifier(network, text)),
  joinRoom: (network, name, username = null, password = null) => plain.joinRoom(network, name, username, password),
};

/** A message that a bot heard, and can answer. */
class HeardMessage extends Message {
  /** Answers where it was said, and in its thread if it is in one. A command returns its answer instead. */
  reply(body, options) {
    chat.reply(this, body, options);
  }

  /** Answers to the sender alone. */
  replyPrivately(body) {
    chat.reply(this, body, { private: true, threaded: false });
  }

  /** Says something where it was said, to nobody in particular. */
  tell(body) {
    chat.send(this.network, this.place, body);
  }
}

export const heard = (record) => message(record, HeardMessage);
