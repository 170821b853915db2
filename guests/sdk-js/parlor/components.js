// Service bots that run in this server as components.

import host from 'parlor:coweb/components@0.1.0';

import { speaking } from './host.js';

/** Everything of `parlor:coweb/components`; see there. */
export const components = speaking(host);
