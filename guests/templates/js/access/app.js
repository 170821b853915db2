// Lets friends into sessions, and nobody else. The setting `friends` lists them: `["anna", "ben"]`.

import { access, config, refused, UserError, welcome } from './parlor/index.js';

let friends;

export default access({
  start() {
    friends = new Set(settings());
  },

  /** Somebody prepares a session under a key. What they are welcomed with goes to their application. */
  onAdminRequest(username, key, collab) {
    return friends.has(username) ? welcome({ motd: 'be kind' }) : refused(403, 'you are not on the list');
  },

  /** Somebody enters a session. */
  onSessionRequest: (session, username) => friends.has(username),

  // Somebody who is in listens to a service, does not any more, or asks it.
  onServiceSubscribe: () => true,
  onServiceUnsubscribe: () => true,
  onServiceRequest: () => true,

  /** What the bot of a service is started with. */
  onServiceConfig: (session, service) => ({}),

  /** What it may do: `{ serviceSync: true }` would show it the events of the session. */
  onServiceAcls: (session, service) => ({}),
});

function settings() {
  const wrong = new UserError('`friends` must be a list of names: friends = ["anna", "ben"]');
  try {
    const names = JSON.parse(config.require('friends'));
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrong;
}
