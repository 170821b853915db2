// A server of sessions and the way to it, without a network: everything that is under way waits in queues, and a test
// decides, or leaves it to chance, what arrives next. What the server does is what Parlor's does (runtime/src/coweb).

import { Session } from '../client.js';
import * as chat from '../chat.js';
import * as list from '../list.js';
import * as people from '../people.js';

/** Chance that can be had again: mulberry32. */
export function chance(seed) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { below, of: (things) => things[below(things.length)] };
}

/** A house with a server, and people who come and go. */
export class House {
  #random;
  #server = new Server();
  #queues = new Set();
  #lines = new Map();
  people = [];

  constructor(seed = 1) {
    this.#random = chance(seed);
  }

  /** Somebody comes in; they are there when what is under way has arrived. */
  comes() {
    const transport = {
      prepare: async () => ({ sessionurl: '/session/s', sessionid: 's', username: 'user' }),
      pause: () => new Promise((done) => setImmediate(done)),
      leave: async ({ clientId }) => this.#server.gone(clientId),
      connect: () => {
        const queues = [[], [], []];
        for (const queue of queues) this.#queues.add(queue);
        const line = comet(this.#server, queues, () => queues.forEach((queue) => this.#queues.delete(queue)));
        this.#lines.set(session, line.breaks);
        return line;
      },
    };
    const parts = { list, chat, people };
    const session = new Session({ key: 'house', parts, transport, tell: () => {} });
    session.run();
    this.people.push(session);
    return session;
  }

  /** Somebody closes the page. */
  goes(session) {
    this.people = this.people.filter((other) => other !== session);
    session.leave();
  }

  /** There is a service, whose bot is asked by `asked(value)`: it returns `{ value }`, an error, or nothing. */
  serves(service, asked) {
    this.#server.services.set(service, asked);
  }

  /** A service tells all who listen. */
  publishes(service, value) {
    this.#server.published(service, value);
  }

  /** The server is started anew, and knows nothing. */
  restart() {
    this.#server.restart();
  }

  /** Somebody's connection is lost, with all that is under way on it. The server notices when they are back. */
  breaks(session) {
    this.#lines.get(session)?.();
  }

  /** Lets one thing arrive, if anything is under way. */
  async step() {
    const busy = [...this.#queues].filter((queue) => queue.length);
    if (busy.length) this.#random.of(busy).shift()();
    await new Promise((done) => setImmediate(done));
    return busy.length > 0;
  }

  /** Lets everything arrive. */
  async settle() {
    for (let quiet = 0; quiet < 12; ) quiet = (await this.step()) ? 0 : quiet + 1;
  }
}

/** As much of CometD as a session uses. Up, replies and news each come in their order, and none waits for another. */
function comet(server, [up, replies, news], close) {
  const listeners = new Map();
  const heard = (channel, message) => {
    for (const [pattern, hear] of listeners) {
      if (pattern === channel || (pattern.endsWith('/*') && channel.startsWith(pattern.slice(0, -1)))) hear(message);
    }
  };
  const ask = (request, answer) => up.push(() => {
    const reply = request();
    replies.push(() => answer(reply));
  });
  const link = {
    deliver: (channel, data) => news.push(() => heard(channel, { channel, data })),
    lost: () => replies.push(() => heard('/meta/connect', { channel: '/meta/connect', successful: false })),
  };
  return {
    breaks() {
      for (const queue of [up, replies, news]) queue.splice(0);
      link.lost();
    },
    getClientId: () => link,
    addListener: (channel, hear) => listeners.set(channel, hear),
    clearListeners: () => listeners.clear(),
    clearSubscriptions: () => {},
    handshake: (done) => ask(() => server.welcome(link), () => done({ successful: true })),
    batch: (all) => all(),
    subscribe(channel, hear, done = () => {}) {
      listeners.set(channel, hear);
      ask(() => server.subscribe(link, channel), (error) => {
        const reply = { channel: '/meta/subscribe', subscription: channel, successful: !error, error };
        if (error) listeners.delete(channel);
        done(reply);
        heard('/meta/subscribe', reply);
      });
      return channel;
    },
    unsubscribe: (channel) => listeners.delete(channel),
    publish: (channel, data, done) => ask(() => server.publish(link, channel, structuredClone(data)), (error) => {
      done({ successful: !error, error });
    }),
    // The server hears of it by the goodbye that follows.
    disconnect: close,
  };
}

const NOT_ALLOWED = '402:c:not-allowed';
const NOT_FOUND = '400:c:not-found';

/** What is done returns nothing, and what is refused an error. */
class Server {
  /** Bots, by their services: kept over restarts, since they are configured. */
  services = new Map();
  #listeners = new Map();
  #welcome = new Set();
  #members = [];
  #order = 0;
  #tokens = 0;

  restart() {
    for (const link of this.#welcome) link.lost();
    this.#welcome.clear();
    this.#listeners.clear();
    this.#members = [];
    this.#order = 0;
  }

  welcome(link) {
    this.#welcome.add(link);
  }

  subscribe(link, channel) {
    if (!this.#welcome.has(link)) return NOT_ALLOWED;
    if (channel === '/service/session/join/*') this.#join(link);
    if (channel === '/service/session/updater') this.#updater(this.#of(link));
    const [, service] = /^\/(?:service\/)?bot\/([^/]+)/.exec(channel) ?? [];
    if (service && !this.services.has(service)) return NOT_FOUND;
    if (service) this.#listeners.set(channel, (this.#listeners.get(channel) ?? new Set()).add(link));
  }

  publish(link, channel, data) {
    const member = this.#of(link);
    if (!member?.state) return NOT_ALLOWED;
    const [, service] = /^\/service\/bot\/([^/]+)\/request$/.exec(channel) ?? [];
    if (service) return this.#request(link, service, data);
    if (channel === '/service/session/updater') return this.#state(member, data);
    this.#order += 1;
    const message = { ...data, siteId: member.site, order: this.#order };
    this.#everybody('/session/s/sync/app', message, member);
  }

  #request(link, service, { topic, value }) {
    const bot = this.services.get(service);
    if (!bot) return NOT_FOUND;
    const channel = `/service/bot/${service}/response`;
    const answer = bot(value);
    if (answer && this.#listeners.get(channel)?.has(link)) link.deliver(channel, { topic, ...answer });
  }

  published(service, value) {
    const channel = `/bot/${service}`;
    for (const link of this.#listeners.get(channel) ?? []) link.deliver(channel, { value });
  }

  gone(link) {
    this.#welcome.delete(link);
    for (const listeners of this.#listeners.values()) listeners.delete(link);
    const member = this.#of(link);
    this.#members = this.#members.filter((other) => other !== member);
    if (member?.updater) this.#everybody('/session/s/roster/unavailable', { siteId: member.site, username: 'user' });
    for (const joiner of this.#members) {
      if (joiner.asked === member) joiner.asked = undefined;
    }
    this.#settle();
  }

  #of(link) {
    return this.#members.find((member) => member.link === link);
  }

  #join(link) {
    let site = 1;
    while (this.#members.some((member) => member.site === site)) site += 1;
    const roster = this.#members.filter(({ updater }) => updater).map(({ site }) => [site, 'user']);
    link.deliver('/service/session/join/siteid', site);
    link.deliver('/service/session/join/roster', Object.fromEntries(roster));
    this.#members.push({ link, site, held: [], first: this.#members.length === 0 });
    if (this.#members.length === 1) this.#give(this.#members[0], []);
    this.#settle();
  }

  #give(member, state) {
    member.state = true;
    member.link.deliver('/service/session/join/state', state);
    for (const { channel, data, by } of member.held) {
      // What the updater sent before the state is taken to be in it.
      if (!data.order || by !== member.asked) member.link.deliver(channel, data);
    }
    member.held = [];
  }

  #updater(member) {
    if (!member?.state || member.updater) return;
    member.updater = true;
    // The first of all has nobody to tell, unless somebody came meanwhile.
    if (!member.first || this.#members.length > 1) this.#everybody('/session/s/roster/available', { siteId: member.site, username: 'user' });
    this.#settle();
  }

  #state(updater, { token, state }) {
    const joiner = this.#members.find((member) => member.token === token && member.asked === updater);
    if (joiner && !joiner.state) this.#give(joiner, state);
  }

  #settle() {
    for (const member of this.#members.filter(({ state, asked }) => !state && !asked)) {
      member.held = member.held.filter(({ data }) => !data.order);
      const updater = this.#members.find(({ updater }) => updater);
      if (updater) {
        Object.assign(member, { asked: updater, token: `t${(this.#tokens += 1)}` });
        updater.link.deliver('/service/session/updater', member.token);
      } else if (!this.#members.some(({ state }) => state)) {
        member.first = true;
        this.#give(member, []);
      }
    }
  }

  #everybody(channel, data, by) {
    for (const member of this.#members) {
      if (member.state) member.link.deliver(channel, data);
      else member.held.push({ channel, data, by });
    }
  }
}
