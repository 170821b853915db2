// Service bots: one in each session that uses the service.

import host from 'parlor:coweb/session-api@0.1.0';

import { check, handlers, speaking } from './host.js';

const plain = speaking(host);
const HANDLERS = { timerHandler: ['onTimer'], netHandler: ['onOpen', 'onData', 'onClose'], fetchHandler: ['onResponse'] };
const KEYS = [
  'start', 'onRequest', 'onSubscribe', 'onUnsubscribe', 'onSync', 'onShutdown', ...Object.values(HANDLERS).flat(),
];

/** A value as JSON; what has none is an error, and not `undefined`. */
function json(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${typeof value} cannot be sent: it is no JSON`);
  return text;
}

/** What a service bot can do in its session. Values are JavaScript's; they travel as JSON. */
export const session = {
  /** The session's id. */
  id: () => plain.session(),
  /** The service that it was started as. */
  service: () => plain.serviceName(),
  /** Tells everybody who listens to the service. */
  publish: (value) => plain.publish(json(value)),
  /** Answers the request of this token, once. */
  reply: (token, value) => plain.reply(token, json(value)),
};

/** Somebody asks. */
export class Request {
  constructor(data, token, username) {
    this.data = JSON.parse(data);
    this.token = token;
    this.username = username;
  }

  /** Answers it, now or later, once. */
  reply(value) {
    session.reply(this.token, value);
  }
}

/** The service bot that this component is. */
export function serviceBot(given) {
  check('serviceBot', given, KEYS);
  return {
    serviceBot: {
      start: (service, appData) => given.start?.(JSON.parse(appData), service),
      onRequest: (data, token, username) => given.onRequest?.(new Request(data, token, username)),
      onSubscribe: (username) => given.onSubscribe?.(username),
      onUnsubscribe: (username) => given.onUnsubscribe?.(username),
      onSync: (data, username) => given.onSync?.(JSON.parse(data), username),
      onShutdown: () => given.onShutdown?.(),
    },
    ...handlers(given, HANDLERS),
  };
}
