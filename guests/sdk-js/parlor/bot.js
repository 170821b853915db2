// Chat bots: what one is, its commands, and which of its functions hear what.

import { Arguments } from './arguments.js';
import { heard } from './chat.js';
import { guard, refuseAsync } from './exports.js';
import { check, handlers } from './host.js';
import { identifier } from './message.js';

const HANDLERS = {
  networkHandler: ['onConnected', 'onDisconnected'],
  timerHandler: ['onTimer'],
  netHandler: ['onOpen', 'onData', 'onClose'],
  fetchHandler: ['onResponse'],
};
const KEYS = [
  'name', 'version', 'summary', 'commands', 'start', 'stop', 'onMessage', 'onMention', 'onPresence', 'onReaction', 'onRoom',
  ...Object.values(HANDLERS).flat(),
];
const COMMAND_KEYS = ['usage', 'summary', 'adminOnly', 'hidden'];

/** One call of a command: the fields are those of the contract. */
export class Invocation {
  constructor(record, usage) {
    Object.assign(this, record);
    this.usage = usage;
    heard(this.message);
  }

  /** The arguments, to be read one after another. */
  read() {
    return new Arguments(this.command, this.usage, this.arguments);
  }
}

/** A command of one or more words, and the function that it calls: what that returns is the reply, or the replies. */
export function command(name, options, run) {
  if (run === undefined) [options, run] = [{}, options];
  if (typeof run !== 'function') throw new TypeError(`command ${name} needs a function`);
  check(`command ${name}`, options, COMMAND_KEYS);
  refuseAsync(`command ${name}`, run);
  const { usage = '', summary = '', adminOnly = false, hidden = false } = options;
  return { name, usage, summary, adminOnly, hidden, run: guard(`command ${name}`, (call) => replies(name, run(call))) };
}

/** What a command returned, as replies. */
function replies(name, result) {
  if (typeof result?.then === 'function') return result;
  const texts = [result ?? []].flat();
  for (const text of texts) {
    if (!['string', 'number', 'bigint'].includes(typeof text)) {
      throw new TypeError(`${name} returned ${typeof text}: a reply is text, or a list of texts`);
    }
  }
  return texts.map(String);
}

function people(event) {
  if (event.tag === 'renamed') [event.val.before, event.val.after].forEach(identifier);
  else if (event.tag !== 'topic') identifier(event.val);
  return event;
}

/** The chat bot that this component is. */
export function bot(given) {
  check('bot', given, KEYS);
  const { name = defaults.name, version = defaults.version, summary = '', commands = [] } = given;
  const declared = commands.map(({ run, ...shown }) => shown);
  const made = {
    bot: {
      describe: () => ({ name, version, summary, commands: declared }),
      start: () => given.start?.(),
      stop: () => given.stop?.(),
    },
    ...handlers(given, HANDLERS),
  };
  const hear = (key, prepare) => (what) => given[key](prepare(what));
  if (commands.length) {
    made.commandHandler = {
      onCommand(what) {
        const found = commands.find((known) => known.name === what.command);
        if (!found) throw new Error(`this bot has no command \`${what.command}\``);
        return found.run(new Invocation(what, found.usage));
      },
    };
  }
  if (given.onMessage) made.messageHandler = { onMessage: hear('onMessage', heard) };
  if (given.onMention) made.mentionHandler = { onMention: hear('onMention', heard) };
  if (given.onPresence) made.presenceHandler = { onPresence: hear('onPresence', withWho) };
  if (given.onReaction) made.reactionHandler = { onReaction: hear('onReaction', withWho) };
  if (given.onRoom) made.roomHandler = { onRoom: (network, room, event) => given.onRoom(network, room, people(event)) };
  return made;
}

function withWho(record) {
  identifier(record.who);
  return record;
}

/** From package.json; `build.mjs` puts it in. */
const defaults = {
  name: typeof __PARLOR_NAME__ === 'string' ? __PARLOR_NAME__ : 'bot',
  version: typeof __PARLOR_VERSION__ === 'string' ? __PARLOR_VERSION__ : '0.0.0',
};
