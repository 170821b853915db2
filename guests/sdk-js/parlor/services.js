// Launchers and service managers: one instance of each serves one session. What users and bots say to one another they pass
// on as the JSON text that it is.

import { check, handlers } from './host.js';
import { decode, encode } from './text.js';

const PROCESSES = { processHandler: ['onExit'] };
const LAUNCHER = ['startService', 'stopService', 'stopAllServices'];

/** Starts and stops service bots. */
export function launcher(given) {
  check('launcher', given, [...LAUNCHER, ...PROCESSES.processHandler], LAUNCHER);
  return {
    launcher: Object.fromEntries(LAUNCHER.map((key) => [key, (...values) => given[key](...values)])),
    ...handlers(given, PROCESSES),
  };
}

const EVENTS = {
  componentEvents: ['onStarted', 'onReply', 'onPublish', 'onExit'],
  socketHandler: ['onOpen', 'onText', 'onClose'],
};
const LETTERS = ['onShutdownRequest', 'onUserRequest', 'onUserSubscribe', 'onUserUnsubscribe', 'onUserSync'];
const MANAGER = ['getConnectionInfo', 'getManagerId', 'startServices', 'endServices', 'sendMessage', ...LETTERS];

/** A message to a bot: whatever JSON can say. The server keeps it in order, and gives it back to `sendMessage`. */
function letter(value) {
  if (typeof value?.then === 'function') return value;
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${typeof value} is no letter: it is no JSON`);
  return encode(text);
}

function read(bytes) {
  try {
    return JSON.parse(decode(bytes, true));
  } catch {
    throw new Error("this is no letter of this manager's");
  }
}

/** Speaks with the service bots of one session. What each `on…` of users returns is what `sendMessage` gets. */
export function manager(given) {
  check('manager', given, [...MANAGER, ...Object.values(EVENTS).flat()], ['getManagerId', 'sendMessage', ...LETTERS]);
  const id = given.getManagerId;
  const made = {
    getConnectionInfo: () => JSON.stringify(given.getConnectionInfo?.() ?? {}),
    getManagerId: () => (typeof id === 'string' ? id : given.getManagerId()),
    startServices: () => given.startServices?.(),
    endServices: () => given.endServices?.(),
    sendMessage: (service, bytes, handle) => given.sendMessage(service, read(bytes), handle),
  };
  for (const key of LETTERS) made[key] = (...values) => letter(given[key](...values));
  return { manager: made, ...handlers(given, EVENTS) };
}
