// How names stand, in the store.
//
// What was raised and what was lowered are counted apart, each at a key of its own: the store adds to a number without
// anybody in between. So several can count at once, and none keeps anything in mind. Counts are BigInts: they have 64 bits.

import { getAll, increment, store } from '../../sdk-js/parlor/index.js';

/** The most names that are kept on one network. */
export const MOST_NAMES = 5000;

// What stands before a name in its keys.
const UP = '+';
const DOWN = '-';
const REASON = '#';

/** The names of one network. */
export class Ledger {
  /** How many more names there is room for, once that matters: it takes a look at all keys. */
  #room = null;

  /** It may be that of no network. */
  constructor(network) {
    this.network = network;
  }

  /** How a name stands; null if nobody has said anything about it. */
  score(name) {
    const [up, down] = [this.#count(UP, name), this.#count(DOWN, name)];
    return up === null && down === null ? null : score(up, down);
  }

  /** Why it was changed last; empty if nobody has said. */
  reason(name) {
    return store.get(this.#key(REASON, name)) ?? '';
  }

  /** Raises a name by one, or lowers it: how it stands then. Null if there is no room for more names. */
  change(name, up, reason) {
    if (this.score(name) === null) {
      this.#room ??= Math.max(MOST_NAMES - this.#names().size, 0);
      if (this.#room === 0) return null;
      this.#room -= 1;
    }
    increment(this.#key(up ? UP : DOWN, name));
    if (reason) store.set(this.#key(REASON, name), reason);
    return this.score(name);
  }

  /** All names and how each stands, in the order of their names. */
  all() {
    const all = new Map();
    for (const sign of [UP, DOWN]) {
      const prefix = this.#key(sign, '');
      for (const [key, text] of getAll(prefix)) {
        const name = key.slice(prefix.length);
        if (!all.has(name)) all.set(name, {});
        all.get(name)[sign] = number(text);
      }
    }
    const scores = [...all].map(([name, counts]) => [name, score(counts[UP], counts[DOWN])]);
    return scores.sort(([one], [other]) => compare(one, other));
  }

  #names() {
    const names = [UP, DOWN].flatMap((sign) => {
      const prefix = this.#key(sign, '');
      return store.keys(prefix).map((key) => key.slice(prefix.length));
    });
    return new Set(names);
  }

  #count(sign, name) {
    const text = store.get(this.#key(sign, name));
    return text === null ? null : number(text);
  }

  #key(sign, name) {
    return `${this.network}/${sign}${name}`;
  }
}

/** What is no number counts as none: better than a bot that stumbles over it for ever. */
function number(text) {
  const count = /^\+?[0-9]+$/.test(text) ? BigInt(text.replace('+', '')) : null;
  return count === null || count >= 2n ** 64n ? null : count;
}

function score(up, down) {
  const most = 2n ** 63n - 1n;
  const bounded = (count) => ((count ?? 0n) > most ? most : (count ?? 0n));
  return bounded(up) - bounded(down);
}

/** By their characters, as the bot in Rust has them: not by halves of characters, as JavaScript would. */
function compare(one, other) {
  const [ones, others] = [[...one], [...other]];
  for (let at = 0; at < ones.length && at < others.length; at++) {
    if (ones[at] !== others[at]) return ones[at].codePointAt(0) - others[at].codePointAt(0);
  }
  return ones.length - others.length;
}
