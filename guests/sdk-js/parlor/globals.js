// What JavaScript expects to find and QuickJS lacks: a console that logs, text as bytes, and chance that differs from
// one instance to the next (a component is a snapshot, and its chance with it).

import logging from 'wasi:logging/logging@0.1.0-draft';

import { report, tell } from './errors.js';
import { hooks } from './hooks.js';
import { decode, encode } from './text.js';

/** A value as a line of the log shows it. */
export function show(value, depth = 0, seen = new Set()) {
  if (typeof value === 'string') return depth ? JSON.stringify(value) : value;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return tell(value);
  if (value instanceof Date) return Number.isNaN(+value) ? 'Invalid Date' : value.toISOString();
  if (seen.has(value)) return '[circular]';
  if (depth > 4) return Array.isArray(value) ? '[…]' : '{…}';
  const inside = (inner) => show(inner, depth + 1, new Set(seen).add(value));
  const list = (items) => {
    const shown = [...items].slice(0, 100);
    return shown.concat(items.length > 100 ? [`… ${items.length - 100} more`] : []).join(', ');
  };
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${list(Array.from(value).map(inside))}]`;
  if (value instanceof Map) return `Map {${list([...value].map(([k, v]) => `${inside(k)} => ${inside(v)}`))}}`;
  if (value instanceof Set) return `Set {${list([...value].map(inside))}}`;
  return `{${list(Object.entries(value).map(([key, inner]) => `${key}: ${inside(inner)}`))}}`;
}

const line = (level) => (...values) => logging.log(level, '', values.map((value) => show(value)).join(' '));

globalThis.console ??= {
  log: line('info'),
  info: line('info'),
  debug: line('debug'),
  trace: line('trace'),
  warn: line('warn'),
  error: line('error'),
  assert: (fine, ...values) => fine || line('error')('assertion failed:', ...values),
};

globalThis.TextEncoder ??= class TextEncoder {
  encoding = 'utf-8';
  encode(text = '') {
    return encode(text);
  }
};

globalThis.TextDecoder ??= class TextDecoder {
  encoding = 'utf-8';
  constructor(label = 'utf-8', { fatal = false } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label)) throw new RangeError(`there is no decoder for ${label}`);
    this.fatal = fatal;
  }
  decode(bytes = []) {
    return decode(ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes), this.fatal);
  }
};

let state;

let built = false;

/** The end of the build: chance begins anew in each instance, and promises come to nothing from here on. */
export function finish() {
  state = undefined;
  built = true;
}

/** As good as `Math.random` is anywhere: for games, not for secrets. (sfc32, seeded by the clock.) */
function random() {
  if (!state) {
    const now = Date.now() + (globalThis.performance?.now() ?? 0) / 1000;
    state = [now | 0, (now / 2 ** 32) | 0, (now % 1) * 2 ** 32 | 0, 1];
    for (let round = 0; round < 12; round++) random();
  }
  let [a, b, c, d] = state;
  const sum = (((a + b) | 0) + d) | 0;
  state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (d + 1) | 0];
  return (sum >>> 0) / 2 ** 32;
}

/** What becomes of a promise nobody hears: the engine never calls `then`. So the log is told. */
function lost(what, error) {
  if (built) report(what, error instanceof Error ? error : new Error(`${error}`));
}

class LoggedPromise extends Promise {
  constructor(run) {
    let refused;
    let self;
    super((resolve, reject) => {
      const refuse = (reason) => {
        lost('a promise was rejected', reason);
        refused = [reason];
        if (self) hooks.rejected.set(self, reason);
        reject(reason);
      };
      try {
        run(resolve, refuse);
      } catch (error) {
        refuse(error);
      }
    });
    self = this;
    if (refused) hooks.rejected.set(this, refused[0]);
  }

  then(...handlers) {
    lost('a promise was waited for', new Error('an extension never waits, and what comes after `await` or `then` does not happen'));
    return super.then(...handlers);
  }
}

// In Node, where the tests run, these are as they should be.
if (globalThis.__cqjs) {
  Math.random = random;
  globalThis.Promise = LoggedPromise;
}
