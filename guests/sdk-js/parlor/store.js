// What is to be found again after a restart. It needs the grant `store`.

import host from 'wasi:keyvalue/store@0.2.0-draft';

import { letSpeak, speaking } from './host.js';
import { decode, encode } from './text.js';

const { open } = speaking(host);
let bucket;

/** The bucket of the contract, opened at its first use: nothing of the host can be held over from the build. */
export function held() {
  if (!bucket) {
    letSpeak(host.Bucket);
    bucket = open('');
  }
  return bucket;
}

/** Bytes of a text, or the bytes that they are already. */
export function bytes(value) {
  if (value instanceof Uint8Array) return value;
  if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
    throw new TypeError('a value is text or bytes; keep others as JSON, by `store.setJson`');
  }
  return encode(value);
}

/** The text that is stored at a key. */
export function text(key, stored) {
  try {
    return decode(stored, true);
  } catch {
    throw new Error(`what is stored at ${JSON.stringify(key)} is no text`);
  }
}

/** The extension's own store: keys and values, kept over restarts. */
export const store = {
  /** The text at a key; null where there is nothing. */
  get(key) {
    const found = held().get(key);
    return found == null ? null : text(key, found);
  },
  /** The bytes at a key; null where there is nothing. */
  getBytes: (key) => held().get(key) ?? null,
  /** Keeps text or bytes at a key, in place of what was there. */
  set: (key, value) => held().set(key, bytes(value)),
  /** The value at a key that was kept as JSON; null where there is nothing. */
  getJson(key) {
    const found = store.get(key);
    try {
      return found === null ? null : JSON.parse(found);
    } catch {
      throw new Error(`what is stored at ${JSON.stringify(key)} is no JSON`);
    }
  },
  /** Keeps a value at a key as JSON. */
  setJson: (key, value) => store.set(key, JSON.stringify(value)),
  /** Forgets what is at a key. */
  delete: (key) => held().delete(key),
  /** All keys, or those that begin with `prefix`, in no order. */
  keys(prefix = '') {
    const all = [];
    let cursor = null;
    do {
      const page = held().listKeys(cursor);
      all.push(...page.keys.filter((key) => key.startsWith(prefix)));
      cursor = page.cursor ?? null;
    } while (cursor !== null);
    return all;
  },
};
