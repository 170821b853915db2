// WebSocket connections that bots elsewhere open to the session.

import host from 'parlor:coweb/sockets@0.1.0';

import { speaking } from './host.js';

/** Everything of `parlor:coweb/sockets`; see there. */
export const sockets = speaking(host);
