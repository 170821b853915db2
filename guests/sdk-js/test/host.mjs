// Stands in for the host where the SDK runs in Node: `node --import ./host.mjs --test …`. What is imported of the contract is
// what stands here; `host` has what was done, and what is to be answered.

import { register } from 'node:module';

/** What was done, in words; and what the host would know. */
export const host = {};

/** Forgets everything. */
export function reset() {
  Object.assign(host, { done: [], log: [], store: new Map(), config: {}, timers: new Map(), last: 0, refuse: {} });
}
reset();

/** An error as the engine throws those of the host. */
export function hostError(payload) {
  return Object.assign(new Error('[object Object] (see error.payload)'), { payload });
}

const said = (name) => (...values) => {
  host.done.push([name, ...values]);
  if (host.refuse[name]) throw hostError(host.refuse[name]);
  return host.answers?.[name];
};
const all = (names) => Object.fromEntries(names.map((name) => [name, said(name)]));
const next = (entry) => {
  host.timers.set(++host.last, entry);
  return host.last;
};

class Bucket {
  get = (key) => host.store.get(key) ?? null;
  set(key, value) {
    if (!(value instanceof Uint8Array)) throw new TypeError('bytes were expected');
    host.store.set(key, value);
  }
  delete = (key) => void host.store.delete(key);
  /** Two a page, so that pages are turned. */
  listKeys(cursor) {
    const keys = [...host.store.keys()].slice(cursor ?? 0, (cursor ?? 0) + 2);
    return { keys, cursor: (cursor ?? 0) + 2 < host.store.size ? (cursor ?? 0) + 2 : null };
  }
}

globalThis.__parlorHost = {
  'wasi:logging/logging': { log: (level, context, line) => host.log.push(`${level}: ${line}`) },
  'wasi:keyvalue/store': {
    Bucket,
    open() {
      if (host.refuse.open) throw hostError(host.refuse.open);
      return new Bucket();
    },
  },
  'wasi:keyvalue/atomics': {
    increment(bucket, key, by) {
      const sum = Number(new TextDecoder().decode(host.store.get(key) ?? new Uint8Array())) + by;
      host.store.set(key, new TextEncoder().encode(String(sum)));
      return sum;
    },
  },
  'wasi:keyvalue/batch': {
    getMany: (bucket, keys) => keys.map((key) => (host.store.has(key) ? [key, host.store.get(key)] : null)),
    setMany: (bucket, entries) => entries.forEach(([key, value]) => bucket.set(key, value)),
    deleteMany: (bucket, keys) => keys.forEach((key) => host.store.delete(key)),
  },
  'wasi:config/store': { get: (key) => host.config[key] ?? null, getAll: () => Object.entries(host.config) },
  'parlor:chat/chat': all(['networks', 'send', 'reply', 'sendCard', 'react', 'joinRoom', 'queryRoom', 'botIdentifier', 'buildIdentifier', 'warnAdmins']),
  'parlor:chat/rooms': { MucRoom: class MucRoom {} },
  'parlor:chat/events': all(['connected', 'disconnected', 'messageReceived', 'messageSent', 'roomChanged']),
  'parlor:host/net': all(['connect', 'send', 'close']),
  'parlor:host/timers': {
    once: (after) => next({ after }),
    every: (period) => next({ period }),
    cancel: (timer) => void host.timers.delete(timer),
  },
  'parlor:host/fetch': { send: (what) => next({ what }), cancel: (id) => void host.timers.delete(id) },
  'parlor:coweb/bridge': all(['authBot', 'markBotSubscribed', 'onBotResponse', 'onBotPublish', 'deactivateBot']),
  'parlor:coweb/components': all(['launch', 'terminate', 'deliver']),
  'parlor:coweb/sockets': all(['url', 'send', 'close']),
  'parlor:coweb/processes': all(['start', 'stop']),
  'parlor:coweb/session-api': { session: () => 'session-1', serviceName: () => 'it', ...all(['reply', 'publish']) },
};

const hooks = `
  export async function resolve(name, context, next) {
    return /^(parlor|wasi):/.test(name) ? { url: name, shortCircuit: true } : next(name, context);
  }
  export async function load(url, context, next) {
    if (!/^(parlor|wasi):/.test(url)) return next(url, context);
    const name = JSON.stringify(url.split('@')[0]);
    return { format: 'module', shortCircuit: true, source: 'export default globalThis.__parlorHost[' + name + '];' };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
