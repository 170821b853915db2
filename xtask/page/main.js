// The page: ties a session to what is shown of it.

import { botsView } from './bots-view.js';
import * as chat from './chat.js';
import { chatView } from './chat-view.js';
import { Session } from './client.js';
import * as list from './list.js';
import { listView } from './list-view.js';
import * as people from './people.js';
import { peopleView } from './people-view.js';
import { clean, madeUp } from './text.js';
import * as transport from './transport.js';

const STATUS = {
  joining: 'Coming in…',
  here: 'Live',
  lost: 'The connection is lost. Your changes are sent when it is back.',
};
/** The longest key of a session. */
const LONGEST_KEY = 64;

const part = (id) => document.getElementById(id);
const key = keyOf(location.hash);
const STORED = `session ${key}`;

const session = new Session({ key, parts: { list, chat, people }, known: known(), transport, tell: show });
const showList = listView(part('items'), (change) => session.change('list', change));
const showChat = chatView(part('messages'));
const showPeople = peopleView(part('people'));
let status;

function keyOf(hash) {
  try {
    return clean(decodeURIComponent(hash.slice(1)), LONGEST_KEY) || 'demo';
  } catch {
    return 'demo';
  }
}

/** What was here when this page was left. A session ends with the last who leaves it; what they shared does not. */
function known() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(STORED, JSON.stringify({ list: session.view('list'), chat: session.view('chat') }));
  } catch {
    // Browsers may keep nothing, and then the page does without.
  }
}

/** What the person here is called. */
function ownName() {
  return nameOf(session.site);
}

/** What somebody at a site is called. */
function nameOf(site) {
  return people.nameOf(session.view('people'), site);
}

/** What the person is called whom the server calls `user`, and who was at `site`: a name, if they are here. */
function nameOfUser(user, site) {
  if (site && session.user(site) === user) return nameOf(site);
  const windows = session.sites.filter((site) => session.user(site) === user);
  return [...new Set(windows.map(nameOf))].join(' & ') || user;
}

function show() {
  const before = status;
  status = session.status;
  if (status !== before) {
    part('status').textContent = STATUS[status];
    part('status').dataset.status = status;
    const named = sessionStorage.getItem('name');
    // Everybody's numbers may be others' now.
    if (status === 'here') return session.change('people', { name: named ?? '' });
  }
  const { items } = session.view('list');
  const messages = session.view('chat');
  const done = items.filter((item) => item.done).length;
  showList(items, before !== 'here');
  showChat(messages, session.site);
  showPeople(session.sites, session.view('people'), session.site);
  part('count').textContent = items.length ? `${done} of ${items.length} done` : '';
  part('bar').style.width = `${items.length ? (100 * done) / items.length : 0}%`;
  part('no-items').hidden = items.length > 0;
  part('no-messages').hidden = messages.length > 0;
  if (document.activeElement !== part('name')) part('name').value = session.site ? ownName() : '';
}

/** Calls `act` with what somebody has written into a form's only field, and empties it. */
function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [field] = form.elements;
    const text = field.value.trim();
    if (text && session.site) act(text);
    if (session.site) field.value = '';
    field.focus();
  });
}

onSubmit(part('add'), (text) => session.change('list', list.changes.add(madeUp(), text, ownName())));
onSubmit(part('say'), (text) => {
  part('messages').scrollTop = part('messages').scrollHeight;
  session.change('chat', chat.message(madeUp(), ownName(), text, Date.now()));
});

// From the beginning, so that the scribe is there to hear what happens.
session.listen('scribe', () => {});
botsView(session, {
  texts: () => session.view('list').items.map(({ id, text }) => [id, text]),
  nameOf: nameOfUser,
  ownName,
});

part('name').addEventListener('change', ({ target }) => {
  const name = clean(target.value, people.LONGEST);
  sessionStorage.setItem('name', name);
  if (session.site) session.change('people', { name });
});
part('name').addEventListener('keydown', ({ key, target }) => {
  if (key === 'Enter') target.blur();
});

part('copy').addEventListener('click', async ({ target }) => {
  const link = new URL(`#${encodeURIComponent(key)}`, location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    target.textContent = 'Copied';
    setTimeout(() => (target.textContent = 'Copy link'), 1500);
  } catch {
    // Pages have no clipboard where the connection is not safe.
    prompt('The link to this page:', link);
  }
});

addEventListener('pagehide', () => {
  keep();
  session.leave();
});
// A page that is taken out of the browser's memory has left.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
addEventListener('hashchange', () => location.reload());

document.title = `${key} · Parlor`;
part('title').textContent = key;
history.replaceState(null, '', `#${encodeURIComponent(key)}`);
session.run();
