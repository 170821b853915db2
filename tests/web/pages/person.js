'use strict';

// One person in a coweb session, as a test sees them: a shared list, edited through one of OpenCoweb's own clients, which
// is loaded as it was released. The test calls what `window.person` has, and waits with `person.until`.
//
// The page's address says which client (`client=0.7`) and what it is configured with (`cacheState=true`,
// `useWebSockets=true`).

(() => {
  const parameters = new URLSearchParams(location.search);
  const version = parameters.get('client');

  // The client reads this global while it loads.
  window.cowebConfig = {
    adminUrl: '/admin',
    loginUrl: '/login',
    logoutUrl: '/logout',
    cacheState: parameters.get('cacheState') === 'true',
    useWebSockets: parameters.get('useWebSockets') === 'true',
  };

  // A part of it makes a global of this through `this`, which in a module was the window when it was written.
  window.org = {};

  /// All that happened, in order.
  const seen = [];
  /// Who waits for the next thing to happen.
  let waiting = [];

  function happened(what, detail = {}) {
    seen.push({ what, ...detail });
    const woken = waiting;
    waiting = [];
    woken.forEach((wake) => wake());
  }

  // The client tells its troubles here, and nobody else.
  for (const level of ['warn', 'error']) {
    const original = console[level].bind(console);
    console[level] = (...words) => {
      original(...words);
      happened('trouble', { words: words.map(String).join(' ') });
    };
  }
  window.addEventListener('error', (event) => happened('trouble', { words: event.message }));

  // What goes over the wire is only looked at.
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    const connects = body?.includes('/meta/connect') ? 1 : 0;
    person.held += connects;
    this.addEventListener('loadend', () => {
      person.held -= connects;
      if (this.status !== 200) {
        happened('status of HTTP', { status: this.status, answer: this.responseText.slice(0, 200), body: body?.slice(0, 200) });
      }
    });
    send.call(this, body);
    if (connects) {
      happened('connects');
    }
  };

  /// A promise of the language for one of the client's, which also fail with the request that failed.
  const native = (promise) =>
    new Promise((resolve, reject) => {
      const failed = (error) => reject(error?.xhr ? new Error(`HTTP ${error.xhr.status}`) : error);
      promise.then((value) => resolve(value), failed);
    });

  const person = {
    /// The client's own version.
    version: null,
    /// The shared list.
    items: [],
    /// All that happened, in order: objects with `what`.
    seen,
    /// How many connects are under way: one, while nothing happens.
    held: 0,
    /// What the server answered to the preparation.
    prepared: null,
    /// The site of this client in the session, from when it is ready.
    site: null,
    /// Who is in the session: names by site.
    roster: {},

    /// What happened of this kind.
    of: (what) => seen.filter((event) => event.what === what),

    /// Returns once this condition holds. It is looked at whenever something happened.
    async until(condition) {
      while (!condition()) {
        await new Promise((wake) => waiting.push(wake));
      }
    },

    /// Stands still until somebody closes a dialog, with all connections open.
    freeze: () => alert('frozen'),

    /// What there is to know where a test fails: a line for each thing, of the last ones that happened.
    report() {
      const { version, site, roster, items } = person;
      return [{ version, site, roster, items }, ...seen.filter(({ what }) => what !== 'connects' && what !== 'sign').slice(-40)].map((thing) => JSON.stringify(thing)).join('\n');
    },
  };
  window.person = person;

  function apply(type, position, value) {
    if (type === 'insert') {
      person.items.splice(position, 0, value);
    } else if (type === 'delete') {
      person.items.splice(position, 1);
    } else {
      person.items[position] = value;
    }
  }

  function start(coweb) {
    const session = coweb.initSession();
    const collab = coweb.initCollab({ id: 'list' });
    const listening = new Map();
    session.onStatusChange = (status) => happened('status', { status });

    collab.subscribeReady(({ site, username, roster }) => {
      Object.assign(person, { site, roster: { ...roster, [site]: username } });
      happened('ready', { site, username, roster });
    });
    collab.subscribeEnd(({ connected }) => happened('end', { connected }));
    collab.subscribeSiteJoin(({ site, username }) => {
      person.roster[site] = username;
      happened('join', { site, username });
    });
    collab.subscribeSiteLeave(({ site, username }) => {
      delete person.roster[site];
      happened('leave', { site, username });
    });
    collab.subscribeSync('edit', ({ site, type, position, value }) => {
      apply(type, position, value);
      happened('edit', { site, type, position, value });
    });
    collab.subscribeSync('sign', ({ site, value }) => happened('sign', { site, value }));
    collab.subscribeSync('note', ({ site, value }) => happened('note', { site, value }));
    collab.subscribeStateRequest((token) => {
      happened('asked');
      person.whenAsked(token);
    });
    collab.subscribeStateResponse((items) => {
      person.items = items;
      happened('state', { items: [...items] });
    });

    Object.assign(person, {
      version: coweb.VERSION,

      /// What is done when the server asks for the list, for somebody who comes in later. A test may have something else
      /// done.
      whenAsked: (token) => collab.sendStateResponse(person.items, token),

      login: (name, password) => native(session.login(name, password)).then(() => null),
      logout: () => native(session.logout()).then(() => null),

      /// The three steps of coming in, one by one. `options` are those of the client's `prepare`.
      async prepare(options = {}) {
        const steps = { key: 'test', autoJoin: false, autoUpdate: false, ...options };
        person.prepared = await native(session.prepare(steps));
        return person.prepared;
      },
      join: (options) => native(session.join(options)).then(() => null),
      update: () => native(session.update()).then(() => null),

      /// All three.
      async enter(options = {}) {
        await person.prepare(options);
        await person.join({ updaterType: options.updaterType });
        await person.update();
        return person.site;
      },
      leave: () => native(session.leave()).then(() => null),

      /// Changes the list here, and tells the others: an operation whose place the engine keeps right.
      edit(type, position, value = null) {
        apply(type, position, value);
        collab.sendSync('edit', value, type, position);
      },
      /// Tells the others something that no engine touches.
      note: (value) => collab.sendSync('note', value, null),

      /// Makes changes of all kinds, anywhere in the list, until it is told to stop. Then it says that it is done, which
      /// the others hear after all of the changes.
      ///
      /// What an engine has to do for a change doubles with each that it meets on its way, so that people who never wait
      /// for each other soon stand still. Here there is one on its way from everybody: after each it is waited for a sign of
      /// those at the other sites that write at the same time.
      async write(name, others) {
        const signs = (site) => person.of('sign').filter((sign) => sign.site === site).length;
        person.writing = true;
        for (let made = 0; person.writing; made += 1) {
          const before = others.map(signs);
          const place = Math.floor(Math.random() * (person.items.length + 1));
          const type = place === person.items.length ? 'insert' : ['insert', 'insert', 'update', 'delete'][made % 4];
          person.edit(type, place, type === 'delete' ? null : `${name}${made}`);
          collab.sendSync('sign', made, null);
          await person.until(() => !person.writing || others.every((site, at) => signs(site) > before[at]));
        }
        person.note(`${name} is done`);
        happened('written', { name });
      },
      stop() {
        person.writing = false;
        happened('told to stop');
        return person.until(() => person.of('written').length > 0);
      },

      /// Asks a service, and returns its answer: `{ value, error }`.
      ask: (service, question) =>
        new Promise((resolve) => collab.postService(service, question, ({ value, error }) => resolve({ value, error: !!error }))),
      /// Hears what a service says to all, or that it cannot be heard: `of('told')`, with the service's name as well.
      listen(service) {
        const heard = ({ value, error }) => happened('told', { service, value, error: !!error });
        listening.set(service, collab.subscribeService(service, heard));
      },
      unlisten: (service) => collab.unsubscribe(listening.get(service)),
    });
    happened('loaded');
  }

  require.config({ baseUrl: `clients/${version}`, waitSeconds: 0 });
  require(['coweb/main'], start, (error) => happened('trouble', { words: `cannot load the client: ${error}` }));
})();
