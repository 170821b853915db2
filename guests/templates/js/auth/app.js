// People sign in with a name and a password, which are in the setting `users`: `{"anna":"secret"}`.
//
// That is for trying things out: a real one keeps no passwords, only hashes of them.

import { auth, config, removed, UserError } from './parlor/index.js';

/** The cookie with the name of who is signed in. The server signs it, and shows only those that it has signed itself. */
const COOKIE = 'user';

/** The password of each user. */
let users;

export default auth({
  start() {
    users = new Map(Object.entries(settings()));
  },
  requiresLogin: true,
  requiresCookies: true,

  /** Called with every request that somebody makes. Nobody (null) is sent to the login form. */
  getCurrentUser(request) {
    const name = request.cookie(COOKIE);
    // Who was taken out of the list is out, whatever the cookie says.
    return users.has(name) ? name : null;
  },

  /** Called with what was typed into the login form. The cookie holds until the browser is closed, a day at most. */
  checkCredentials(request, username, password) {
    return users.get(username) === password ? [{ name: COOKIE, value: username }] : null;
  },

  clearCredentials: () => [removed(COOKIE)],
});

function settings() {
  const wrong = new UserError('`users` must be names and passwords: users = { anna = "secret" }');
  try {
    const users = JSON.parse(config.require('users'));
    if (Object.values(users).every((password) => typeof password === 'string')) return users;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrong;
}
