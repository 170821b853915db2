// The managers that one instance of serves the whole server: who people are, who may do what, and who helps whom.

import { check } from './host.js';

/** What a manager may know of an HTTP request: the fields are those of the contract. */
class Request {
  constructor(record) {
    Object.assign(this, record);
  }

  /** The value of a cookie that this server signed and that still holds; null where there is none. */
  cookie(name) {
    return this.cookies.find(([known]) => known === name)?.[1] ?? null;
  }

  /** The value of a header; null where there is none. */
  header(name) {
    return this.headers.find(([known]) => known === name.toLowerCase())?.[1] ?? null;
  }
}

/** A cookie that removes the one of this name. */
export function removed(name) {
  return { name, value: null, maxAge: null };
}

const answer = (value, otherwise) => (typeof value === 'function' ? value() : (value ?? otherwise));

/** Says who people are. */
export function auth(given) {
  const keys = ['start', 'requiresLogin', 'requiresCookies', 'getCurrentUser', 'checkCredentials', 'clearCredentials'];
  check('auth', given, keys, ['getCurrentUser']);
  return {
    auth: {
      start: () => given.start?.(),
      requiresLogin: () => answer(given.requiresLogin, given.checkCredentials !== undefined),
      requiresCookies: () => answer(given.requiresCookies, given.checkCredentials !== undefined),
      getCurrentUser(record) {
        const found = given.getCurrentUser(new Request(record));
        if (typeof found?.then === 'function') return found;
        if (found === null || found === undefined || typeof found === 'string') return { username: found ?? null, cookies: [] };
        return { username: null, cookies: [], ...found };
      },
      checkCredentials: (record, username, password) =>
        given.checkCredentials?.(new Request(record), username, password) || null,
      clearCredentials: (record) => given.clearCredentials?.(new Request(record)) ?? [],
    },
  };
}

/** The user is welcome; `info` goes to their application. */
export function welcome(info = {}) {
  return { tag: 'welcome', val: JSON.stringify(info) };
}

/** The user is not, for this reason; `status` is an HTTP status from 400 to 599. */
export function refused(status, reason) {
  return { tag: 'refused', val: { status, reason } };
}

/** Decides who may do what. What is not decided about services is denied. */
export function access(given) {
  const keys = [
    'start', 'onAdminRequest', 'onSessionRequest', 'onServiceSubscribe', 'onServiceUnsubscribe', 'onServiceRequest',
    'onServiceConfig', 'onServiceAcls',
  ];
  check('access', given, keys, ['onAdminRequest', 'onSessionRequest']);
  const decides = (name, otherwise) => (...values) => {
    const decision = given[name] ? given[name](...values) : otherwise;
    if (typeof decision !== 'boolean' && typeof decision?.then !== 'function') {
      throw new TypeError(`${name} returned ${typeof decision}: it is true or false`);
    }
    return decision;
  };
  return {
    access: {
      start: () => given.start?.(),
      onAdminRequest: (username, key, collab) => given.onAdminRequest(username, key, collab),
      onSessionRequest: decides('onSessionRequest', false),
      onServiceSubscribe: decides('onServiceSubscribe', false),
      onServiceUnsubscribe: decides('onServiceUnsubscribe', true),
      onServiceRequest: decides('onServiceRequest', false),
      onServiceConfig: (session, service) => JSON.stringify(given.onServiceConfig?.(session, service) ?? {}),
      onServiceAcls: (session, service) => given.onServiceAcls?.(session, service) ?? {},
    },
  };
}

/** Chooses among the applications that can bring a late joiner up to date. */
export function updater(given) {
  check('updater', given, ['start', 'matchUpdaterType'], ['matchUpdaterType']);
  return {
    updaterTypeMatcher: {
      start: () => given.start?.(),
      matchUpdaterType: (wanted, available) => given.matchUpdaterType(wanted, available) ?? null,
    },
  };
}
