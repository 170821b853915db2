// A client for sessions of coweb: it joins, keeps what the people of a session share, and brings others up to date.
//
// What is shared is made of parts, such as a list and a chat. A part is a value and two pure functions: `empty` is how it
// begins, `apply(value, change, site)` gives what it is after a change, and `restore(json)` checks what another page had.
// The server puts all changes into one order, and everybody applies them in that order. What is shown is that, and over
// it the own changes that are still under way: so the page answers at once, and agrees with the others a moment later.
//
// Besides, a session can have services: bots that are asked and listened to (services.js).
//
// The transport is given: see transport.js, and tests/house.js for one without a network.

import { Services, ofService } from './services.js';

const SYNC = 'coweb.sync.change.';
const STATE = 'coweb.state.set.';
/** The part of the state that says which change was the last one in it. */
const ORDER = 'order';
/** The longest change that is looked at. */
const LONGEST = 4096;
/** Pauses between attempts: the first, and the longest. */
const [PAUSE, LONGEST_PAUSE] = [400, 5000];

export class Session {
  #key;
  #parts;
  #transport;
  #tell;
  /** What everybody agrees on, by part. */
  #agreed;
  /** The place of the last change that is in it. */
  #order = 0;
  /** Own changes that have not come back yet. */
  #pending = [];
  /** What updaters answer by, while own changes are under way. */
  #tokens = [];
  #site = 0;
  /** Who is here: users, by the numbers of their sites. */
  #roster = new Map();
  #services = new Services();
  /** The connection, once the state is there. */
  #comet;
  /** Where we are known, and as whom. */
  #seat;
  #status = 'joining';
  #left = false;
  #failures = 0;

  /**
   * @param key which session: people with the same key are together
   * @param parts what is shared, by name
   * @param known what they were when this page was left: it holds where nobody else is to ask
   * @param transport how the server is reached
   * @param tell called after every change of anything that can be asked here
   */
  constructor({ key, parts, known = {}, transport, tell }) {
    this.#key = key;
    this.#parts = parts;
    this.#transport = transport;
    this.#tell = tell;
    const begin = ([name, part]) => [name, name in known ? part.restore(known[name]) : part.empty];
    this.#agreed = Object.fromEntries(Object.entries(parts).map(begin));
  }

  /** `joining` at first, then `here`; `lost` while it tries to come (back). */
  get status() {
    return this.#status;
  }

  /** The own number in the session; 0 before there is one. */
  get site() {
    return this.#site;
  }

  /** The numbers of all who are here. */
  get sites() {
    return [...this.#roster.keys()].sort((one, other) => one - other);
  }

  /** What the server calls whoever is at a site; nothing if nobody is. */
  user(site) {
    return this.#roster.get(site);
  }

  /** A part as it is to be shown: with the own changes that are under way. */
  view(part) {
    const own = this.#pending.filter(({ topic }) => topic === SYNC + part);
    return own.reduce((value, { change }) => this.#parts[part].apply(value, change, this.#site), this.#agreed[part]);
  }

  /** Makes a change. While the connection is lost it waits. */
  change(part, change) {
    this.#pending.push({ topic: SYNC + part, value: JSON.stringify(change), change, sent: false });
    this.#send();
    this.#tell();
  }

  /** Asks a service; see services.js. */
  request(service, value) {
    return this.#services.request(service, value);
  }

  /** Listens to a service, over all connections from now on; see services.js. */
  listen(service, hear, refused) {
    this.#services.listen(service, hear, refused);
  }

  /** Stays in the session until it is left, however often the connection is lost. */
  async run() {
    while (!this.#left) {
      await this.#stay().catch(() => {});
      if (this.#left) return;
      this.#status = 'lost';
      this.#roster.clear();
      this.#tell();
      await this.#transport.pause(Math.min(PAUSE * 2 ** this.#failures, LONGEST_PAUSE));
      this.#failures += 1;
    }
  }

  /** Leaves for good. Does not wait: the page may be closing. */
  leave() {
    this.#left = true;
    if (this.#seat) this.#transport.leave(this.#seat);
  }

  /** Joins, and stays until the connection is lost. */
  async #stay() {
    // Whatever has happened meanwhile, this is right: the server may have been started anew, and not know the session.
    const { sessionurl: url, sessionid, username } = await this.#transport.prepare(this.#key);
    // It may not have noticed yet that we were gone. Then we would be there twice.
    if (this.#seat) await this.#transport.leave(this.#seat);
    this.#seat = undefined;
    const comet = this.#transport.connect(url);
    try {
      await new Promise((done) => {
        comet.addListener('/meta/*', ({ channel, successful, advice, failure, subscription }) => {
          const over = !successful || advice?.reconnect === 'none';
          // Refused changes come here too; and one can stay without a service.
          const bearable = !channel.startsWith('/meta/') || (!failure && ofService(subscription));
          if (over && !bearable) done();
        });
        comet.handshake(({ successful }) => {
          if (!successful) return done();
          this.#seat = { url, clientId: comet.getClientId() };
          // It was left while we shook hands.
          if (this.#left) return this.leave();
          this.#join(comet, `/session/${sessionid}`, username, done);
        });
      });
    } finally {
      this.#comet = undefined;
      this.#services.end();
      this.#tokens = [];
      // What it may still have to say is about the time before.
      comet.clearListeners();
      comet.clearSubscriptions();
      comet.disconnect();
    }
  }

  #join(comet, base, user, lost) {
    let site;
    const steps = {
      siteid: (data) => {
        site = data;
      },
      roster: (data) => {
        this.#roster = new Map(Object.entries(data).map(([site, user]) => [Number(site), user]));
      },
      state: (data) => {
        this.#restore(data);
        this.#site = site;
        this.#roster.set(site, user);
        comet.batch(() => {
          comet.unsubscribe(joining);
          comet.subscribe('/service/session/updater', ({ data }) => this.#asked(data));
        });
        const link = linked(comet, lost);
        this.#comet = { publish: link.publish, base };
        this.#status = 'here';
        this.#failures = 0;
        for (const own of this.#pending) own.sent = false;
        this.#send();
        this.#services.begin(link);
        this.#tell();
      },
    };
    let joining;
    comet.batch(() => {
      comet.subscribe(`${base}/roster/*`, ({ channel, data }) => this.#moved(channel.endsWith('/available'), data));
      comet.subscribe(`${base}/sync/app`, ({ data }) => this.#heard(data));
      joining = comet.subscribe('/service/session/join/*', ({ channel, data }) => steps[channel.split('/').at(-1)]?.(data));
    });
  }

  /** Takes over what another page had. The first of all is given nothing: then what it knows from before holds. */
  #restore(state) {
    this.#order = 0;
    for (const { topic, value } of Array.isArray(state) ? state.filter(Boolean) : []) {
      const name = String(topic).slice(STATE.length);
      if (name === ORDER) this.#order = Number(value) || 0;
      else if (Object.hasOwn(this.#parts, name)) this.#agreed[name] = this.#parts[name].restore(value);
    }
  }

  #moved(available, { siteId: site, username }) {
    if (available) this.#roster.set(site, username);
    else this.#roster.delete(site);
    this.#tell();
  }

  /** A change has its place in the order. */
  #heard({ topic, value, siteId, order }) {
    // What follows a state may be in it already.
    if (!(order > this.#order)) return;
    this.#order = order;
    const own = ({ topic: also, value: same, sent }) => sent && also === topic && same === value;
    const at = siteId === this.#site ? this.#pending.findIndex(own) : -1;
    if (at >= 0) this.#pending.splice(at, 1);
    const part = topic.startsWith(SYNC) ? topic.slice(SYNC.length) : '';
    const change = Object.hasOwn(this.#parts, part) ? parsed(value) : undefined;
    if (change) this.#agreed[part] = this.#parts[part].apply(this.#agreed[part], change, siteId);
    this.#answer();
    this.#tell();
  }

  /** The server asks for the state, for somebody who joins. */
  #asked(token) {
    this.#tokens.push(token);
    this.#answer();
  }

  /**
   * Answers, once no own change is under way. The server takes for granted that an updater's state has all that it sent
   * before it, and keeps that from the joiner; but its place in the order is known only when it comes back. New changes
   * wait meanwhile, or there would always be one under way.
   */
  #answer() {
    if (!this.#tokens.length || this.#pending.some(({ sent }) => sent)) return;
    const parts = Object.entries(this.#agreed).map(([name, value]) => ({ topic: STATE + name, value }));
    const state = [...parts, { topic: STATE + ORDER, value: this.#order }];
    for (const token of this.#tokens.splice(0)) {
      this.#comet.publish('/service/session/updater', { token, state }, () => {});
    }
    this.#send();
  }

  #send() {
    if (!this.#comet || this.#tokens.length) return;
    for (const own of this.#pending.filter(({ sent }) => !sent)) {
      own.sent = true;
      const { topic, value } = own;
      const data = { topic, value, type: null, position: 0, context: null };
      this.#comet.publish(`${this.#comet.base}/sync/app`, data, () => {
        this.#pending = this.#pending.filter((other) => other !== own);
        this.#answer();
        this.#tell();
      });
    }
  }
}

/** A connection, as far as whoever sends is concerned. */
function linked(comet, lost) {
  // The server's own no is final. If it could not be asked, the connection is lost.
  const answered = (refused) => ({ successful, failure, error }) => {
    if (failure) lost();
    else if (!successful) refused(error);
  };
  return {
    publish: (channel, data, refused) => comet.publish(channel, data, answered(refused)),
    subscribe: (channel, hear, refused) => comet.subscribe(channel, ({ data }) => hear(data), answered(refused)),
    batch: (all) => comet.batch(all),
  };
}

function parsed(value) {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  try {
    const change = JSON.parse(value);
    return change && typeof change === 'object' ? change : undefined;
  } catch {
    return undefined;
  }
}
