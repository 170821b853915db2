// Speaks with service bots that are components of the same server.
//
// What happens in the session becomes a letter, which the server keeps until the bot is there, and gives back in order.
// A letter is a list of texts: `["request", data, token, user]`, `["subscribe", user]`, `["unsubscribe", user]`,
// `["sync", data, user]` or `["shutdown"]`. The SDK writes it as JSON.

import { bridge, components, manager } from './parlor/index.js';

export default manager({
  /** What a bot needs to reach this manager: nothing. */
  getConnectionInfo: () => ({}),

  /** By this the launcher knows what kind of bots it is to start. */
  getManagerId: 'component',

  // What happens in the session: each returns a letter.
  onShutdownRequest: (service) => ['shutdown'],
  onUserRequest: (service, username, token, value) => ['request', value, token, username],
  onUserSubscribe: (service, username) => ['subscribe', username],
  onUserUnsubscribe: (service, username) => ['unsubscribe', username],
  onUserSync: (service, username, data) => ['sync', data, username],

  /** A letter's turn has come. */
  sendMessage(service, letter, handle) {
    components.deliver(service, event(letter));
  },

  // What a bot did.
  onStarted(service, token) {
    try {
      // The handle is given back with each letter. The name of the service says enough.
      bridge.authBot(service, token);
      bridge.markBotSubscribed(service);
    } catch {
      components.terminate(service);
      throw `${service} is not let in, and ended`;
    }
  },
  onReply: (service, token, data) => bridge.onBotResponse(service, token, data),
  onPublish: (service, data) => bridge.onBotPublish(service, data),
  onExit: (service, reason) => bridge.deactivateBot(service),
});

/** What the host is to tell the bot. */
function event(letter) {
  const [what, ...texts] = letter;
  switch (what) {
    case 'request':
    case 'sync':
      return { tag: what, val: texts };
    case 'subscribe':
    case 'unsubscribe':
      return { tag: what, val: texts[0] };
    case 'shutdown':
      return { tag: what };
    default:
      throw "this is no letter of this manager's";
  }
}
