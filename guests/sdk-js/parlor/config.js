// What the extension's owner configured for it.

import host from 'wasi:config/store@0.2.0-rc.1';

import { UserError } from './errors.js';
import { speaking } from './host.js';

const plain = speaking(host);

export const config = {
  /** The value of a key; null where it is not configured. */
  get: (key) => plain.get(key) ?? null,
  /** The value of a key that must be there; the error says which is missing. */
  require(key) {
    const found = config.get(key);
    if (found === null) throw new UserError(`\`${key}\` is not configured`);
    return found;
  },
  /** All keys and values. */
  all: () => Object.fromEntries(plain.getAll()),
};
