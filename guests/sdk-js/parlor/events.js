// What a backend reports to the host.

import host from 'parlor:chat/events@0.1.0';

/** Everything of `parlor:chat/events`; see there. A message needs no more than `sender`, `recipient` and `body`. */
export const events = {
  ...host,
  disconnected: (reason, turnedAway = false) => host.disconnected(reason, turnedAway),
  messageReceived: (message) => host.messageReceived(whole(message)),
  messageSent: (message) => host.messageSent(whole(message)),
};

/** A message with all its fields. The host fills in the network, whose name a backend does not know. */
export function whole(message) {
  return { id: null, network: '', parent: null, timestamp: Date.now(), delayed: false, extras: [], ...message };
}

/** Somebody of this name, which identifies them; more fields where the service has them. */
export function person(name, more = {}) {
  return { network: '', person: name, client: null, nick: name, displayName: null, room: null, accessId: name, ...more };
}
