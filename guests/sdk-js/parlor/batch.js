// Many keys of the store at once. It needs `wasi:keyvalue/batch` in the world.

import host from 'wasi:keyvalue/batch@0.2.0-draft';

import { speaking } from './host.js';
import { bytes, held, store, text } from './store.js';

const plain = speaking(host);
/** As many as surely fit into one answer of the host's. */
const READ_AT_ONCE = 100;
/** The host takes no more. */
const CHANGED_AT_ONCE = 1000;

function* parts(all, length) {
  for (let at = 0; at < all.length; at += length) yield all.slice(at, at + length);
}

/** The keys that begin with `prefix`, and the text at each, in no order. */
export function getAll(prefix = '') {
  const found = [];
  for (const keys of parts(store.keys(prefix), READ_AT_ONCE)) {
    for (const entry of plain.getMany(held(), keys)) {
      if (entry) found.push([entry[0], text(entry[0], entry[1])]);
    }
  }
  return found;
}

/** Keeps all of these, each at its key. */
export function setAll(entries) {
  const all = [...entries].map(([key, value]) => [key, bytes(value)]);
  for (const some of parts(all, CHANGED_AT_ONCE)) plain.setMany(held(), some);
}

/** Forgets what is at all of these. */
export function deleteAll(keys) {
  for (const some of parts([...keys], CHANGED_AT_ONCE)) plain.deleteMany(held(), some);
}
