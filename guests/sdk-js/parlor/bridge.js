// The session that a launcher or a service manager serves. A module of its own, as are those below it: a component has only
// what it uses.

import host from 'parlor:coweb/bridge@0.1.0';

import { speaking } from './host.js';
import { encode } from './text.js';

const plain = speaking(host);

/** Everything of `parlor:coweb/bridge`; see there. A bot's handle can be text. */
export const bridge = {
  ...plain,
  authBot: (service, token, handle = '') =>
    plain.authBot(service, token, typeof handle === 'string' ? encode(handle) : handle),
};
