// Counting in the store, which several can do at once. It needs `wasi:keyvalue/atomics` in the world.

import host from 'wasi:keyvalue/atomics@0.2.0-draft';

import { speaking } from './host.js';
import { held, store } from './store.js';

const plain = speaking(host);

/** Adds to the number at a key, in decimal, and returns the sum; nothing there counts as 0. Nothing comes between. */
export function increment(key, by = 1) {
  if (!Number.isSafeInteger(by) || by < 0) throw new RangeError(`${by} cannot be added: it is no whole number from 0`);
  const sum = plain.increment(held(), key, by);
  // The engine has no room for the largest: what is stored has all digits.
  return Number.isSafeInteger(sum) && sum >= 0 ? sum : Number(store.get(key));
}
