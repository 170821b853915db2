// What a component exports, made of what the author's file does: whatever the world asks for and the author left out does
// nothing, and whatever is thrown reaches the log with its stack, and the host as an error.

import { report, words } from './errors.js';
import { hooks } from './hooks.js';

/** The interfaces of the contract that extensions export, and the functions of those that need no answer. */
const INTERFACES = {
  bot: { wit: 'parlor:chat/bot' },
  commandHandler: { wit: 'parlor:chat/command-handler', quiet: { onCommand: () => [] } },
  messageHandler: { wit: 'parlor:chat/message-handler', quiet: { onMessage() {} } },
  mentionHandler: { wit: 'parlor:chat/mention-handler', quiet: { onMention() {} } },
  networkHandler: { wit: 'parlor:chat/network-handler', quiet: { onConnected() {}, onDisconnected() {} } },
  presenceHandler: { wit: 'parlor:chat/presence-handler', quiet: { onPresence() {} } },
  reactionHandler: { wit: 'parlor:chat/reaction-handler', quiet: { onReaction() {} } },
  roomHandler: { wit: 'parlor:chat/room-handler', quiet: { onRoom() {} } },
  backend: { wit: 'parlor:chat/backend' },
  rooms: { wit: 'parlor:chat/rooms' },
  timerHandler: { wit: 'parlor:host/timer-handler', quiet: { onTimer() {} } },
  netHandler: { wit: 'parlor:host/net-handler', quiet: { onOpen() {}, onData() {}, onClose() {} } },
  fetchHandler: { wit: 'parlor:host/fetch-handler', quiet: { onResponse() {} } },
  auth: { wit: 'parlor:coweb/auth' },
  access: { wit: 'parlor:coweb/access' },
  updaterTypeMatcher: { wit: 'parlor:coweb/updater-type-matcher' },
  launcher: { wit: 'parlor:coweb/launcher' },
  manager: { wit: 'parlor:coweb/manager' },
  serviceBot: { wit: 'parlor:coweb/service-bot' },
  componentEvents: {
    wit: 'parlor:coweb/component-events',
    quiet: { onStarted() {}, onReply() {}, onPublish() {}, onExit() {} },
  },
  socketHandler: { wit: 'parlor:coweb/socket-handler', quiet: { onOpen() {}, onText() {}, onClose() {} } },
  processHandler: { wit: 'parlor:coweb/process-handler', quiet: { onExit() {} } },
};

/** How a function says what went wrong, where that is not by words. */
const KINDS = {
  'launcher.startService': 'launch',
  'backend.describe': 'text',
  'backend.disconnect': 'text',
  'backend.botIdentifier': 'none',
  'backend.messageLimit': 'none',
};

/** The errors that a function of each kind can answer with. */
const ERRORS = {
  chat: [
    'room-not-joined', 'room-does-not-exist', 'user-does-not-exist', 'user-not-unique', 'malformed', 'not-supported',
    'denied', 'not-connected', 'full', 'other',
  ],
  launch: ['not-found', 'failed'],
};

/** Whether what is thrown is an answer of the contract, and no accident. */
function isAnswer(kind, error) {
  return Boolean(ERRORS[kind]?.includes(error?.payload?.tag));
}

/** What is thrown, as the contract has it for a function of this kind. */
function refusal(kind, error) {
  if (isAnswer(kind, error)) return { payload: error.payload };
  if (kind === 'chat' && error?.payload?.tag === 'closed') return { payload: { tag: 'not-connected' } };
  if (kind === 'chat') return { payload: { tag: 'other', val: words(error) } };
  if (kind === 'launch') return { payload: { tag: 'failed', val: words(error) } };
  return words(error);
}

/** Refuses a function that waits as soon as it is declared. */
export function refuseAsync(where, run) {
  if (run.constructor.name === 'AsyncFunction') throw new TypeError(waits(where));
}

/** A function that the host may call. `where` names it in the log. */
export function guard(where, run, kind = 'text') {
  refuseAsync(where, run);
  return function (...values) {
    try {
      const result = run.apply(this, values);
      if (typeof result?.then !== 'function') return result;
      // The log knows it already.
      if (hooks.rejected.has(result)) throw words(hooks.rejected.get(result));
      throw new TypeError(waits(where));
    } catch (error) {
      if (!isAnswer(kind, error)) report(where, error);
      throw refusal(kind, error);
    }
  };
}

function waits(where) {
  return `${where} returns a promise, and an extension never waits: what comes after its first \`await\` would never \
happen. Return the answer itself; what comes later is told by a timer or another call`;
}

/** The interfaces that the author's module makes: by `export default bot({…})`, and by what it exports by name. */
function gather(app) {
  const made = {};
  const given = [app.default ?? {}].flat();
  for (const object of [...given, app]) {
    if (typeof object !== 'object') throw new TypeError(`\`export default\` is ${typeof object}: use \`export default bot({…})\` or another of its kind`);
    for (const [name, value] of Object.entries(object)) {
      if (name in INTERFACES && typeof value === 'object' && value) made[name] = value;
    }
  }
  return made;
}

/**
 * Everything that the component exports, by interface. `world` has the functions that its WIT world exports, as the
 * engine knows them; without it (in tests) nothing is missed.
 */
export function complete(app, world = globalThis.__cqjs?.asyncExports) {
  const made = gather(app);
  for (const name of Object.keys(made)) {
    if (world && !(name in world)) {
      throw new Error(`this would never be called: ${name} is not in wit/world.wit. Add there: export ${INTERFACES[name].wit}@0.1.0;`);
    }
  }
  for (const name of Object.keys(world ?? {})) {
    const known = INTERFACES[name];
    if (made[name] === undefined && known?.quiet) made[name] = known.quiet;
    if (made[name] === undefined) {
      throw new Error(`wit/world.wit exports ${known?.wit ?? name}, and this file has nothing for it: \`export default\` what does`);
    }
  }
  first(made, world, 'timerHandler', 'onTimer', 'timers are used');
  first(made, world, 'fetchHandler', 'onResponse', 'requests are sent');
  const ready = {};
  for (const [name, functions] of Object.entries(made)) {
    for (const wanted of Object.keys(world?.[name] ?? {})) {
      // The engine looks the methods of rooms up in their class.
      if (name !== 'rooms' && typeof functions[wanted] !== 'function') {
        throw new Error(`${name} lacks the function ${wanted}, which wit/world.wit exports (${INTERFACES[name]?.wit ?? name})`);
      }
    }
    ready[name] = {};
    for (const [key, value] of Object.entries(functions)) {
      const kind = KINDS[`${name}.${key}`] ?? (name === 'backend' ? 'chat' : 'text');
      const plain = typeof value === 'function' && name !== 'rooms';
      ready[name][key] = plain ? guard(key, value.bind(functions), kind) : value;
    }
  }
  return ready;
}

/** Calls the hook of a module of the SDK before the author's handler. */
function first(made, world, name, key, because) {
  const hook = hooks[key];
  if (!hook) return;
  const { wit, quiet } = INTERFACES[name];
  if (world && !(name in world)) throw new Error(`${because}, and nobody would hear of them: add to wit/world.wit: export ${wit}@0.1.0;`);
  const own = made[name] ?? quiet;
  made[name] = { ...own, [key]: (...values) => hook(...values) || own[key](...values) };
}

/** The names of all interfaces, for the tests: `entry.js` must export each. */
export const NAMES = Object.keys(INTERFACES);
