// Backends, managers, launchers and service bots.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { complete } from '../parlor/exports.js';
import {
  access, auth, backend, bridge, ChatError, components, decode, encode, events, launcher, manager, person, processes, refused,
  removed, serviceBot, session, updater, welcome,
} from '../parlor/index.js';
import { host, hostError, reset } from './host.mjs';
import { identifier, message } from './records.mjs';

beforeEach(reset);

const made = (extension) => complete({ default: extension });
const REQUEST = { method: 'GET', path: '/', headers: [['accept', 'x']], cookies: [['user', 'anna']], remote: '127.0.0.1' };

/** A backend that has as little as possible, and more. */
const little = (more = {}) => made(backend({
  mode: 'x', connect() {}, botIdentifier: () => person('it'), buildIdentifier: (text) => person(text),
  formatIdentifier: (who) => who.name, sendMessage() {}, ...more,
}));
const chatError = (run, payload) => assert.throws(run, (thrown) => assert.deepEqual(thrown, { payload }) ?? true);

test('a backend without rooms has none, and no cards', () => {
  const { backend: it } = little();
  assert.deepEqual(it.describe(), { mode: 'x', can: {}, markup: 'plain' });
  assert.deepEqual([it.rooms(), it.messageLimit(), it.formatIdentifier(identifier('ben'))], [[], 0, 'ben']);
  chatError(() => it.queryRoom('#a'), { tag: 'not-supported', val: 'rooms' });
  chatError(() => it.sendCard(message('x'), {}), { tag: 'not-supported', val: 'cards' });
  assert.deepEqual(host.log, []);
});

test('rooms are names, and what is asked of them is asked of the backend', () => {
  const joined = [];
  const { backend: it } = little({
    rooms: {
      list: () => joined, query: (text) => text.toLowerCase(), join: (room) => joined.push(room), leave() {},
      joined: (room) => joined.includes(room), occupants: () => { throw new ChatError('room-not-joined', '#b'); },
      invite: (room, who) => joined.push(...who.map((one) => one.name)),
    },
  });
  const room = it.joinRoom('#A', null, null);
  assert.deepEqual([room.name(), room.network(), room.joined(), it.rooms().length], ['#a', '', true, 1]);
  room.invite([identifier('ben')]);
  assert.deepEqual(joined, ['#a', 'ben']);
  chatError(() => room.occupants(), { tag: 'room-not-joined', val: '#b' });
  chatError(() => room.topic(), { tag: 'not-supported', val: 'rooms' });
  chatError(() => it.queryRoom(7), { tag: 'other', val: 'text.toLowerCase is not a function' });
});

test('answers go where the question was, or to the sender alone', () => {
  const { backend: it } = little();
  const asked = message('q', { id: '7' });
  const answer = it.buildReply(asked, 'a', false, true);
  assert.deepEqual([answer.recipient, answer.parent, answer.sender.person, answer.extras], [{ tag: 'room', val: '#lobby' }, '7', 'it', []]);
  assert.equal(it.buildReply(asked, 'a', true, false).recipient.val.person, '@anna');
  assert.equal(it.prefixGroupchatReply(answer, identifier('ben')).body, 'ben: a');
  chatError(() => little({ botIdentifier: () => null }).backend.buildReply(asked, 'a', false, false), { tag: 'not-connected' });
});

test('errors of a backend are those of the contract, and accidents are logged', () => {
  const sending = (error) => () => little({ sendMessage: () => { throw error; } }).backend.sendMessage(message('x'));
  chatError(sending(new ChatError('malformed', 'no')), { tag: 'malformed', val: 'no' });
  chatError(sending(hostError({ tag: 'full' })), { tag: 'full' });
  assert.deepEqual(host.log, []);
  chatError(sending(hostError({ tag: 'closed' })), { tag: 'not-connected' });
  chatError(sending(new RangeError('oops')), { tag: 'other', val: 'oops' });
  assert.ok(host.log.includes('error: sendMessage: RangeError: oops'));
});

test('a backend reports messages with all their fields', () => {
  events.messageReceived({ sender: person('anna'), recipient: { tag: 'room', val: '#a' }, body: 'hi' });
  const [, told] = host.done[0];
  assert.deepEqual(Object.keys(told).sort(), ['body', 'delayed', 'extras', 'id', 'network', 'parent', 'recipient', 'sender', 'timestamp']);
  events.disconnected('gone');
  assert.deepEqual(host.done[1], ['disconnected', 'gone', false]);
});

test('an auth manager says who people are in few words', () => {
  const by = (getCurrentUser) => made(auth({ getCurrentUser })).auth.getCurrentUser(REQUEST);
  assert.deepEqual(by((request) => request.cookie('user')), { username: 'anna', cookies: [] });
  assert.deepEqual(by((request) => request.cookie('other')), { username: null, cookies: [] });
  assert.deepEqual(by((request) => ({ username: request.header('Accept'), cookies: [removed('user')] })),
    { username: 'x', cookies: [{ name: 'user', value: null, maxAge: null }] });
  const { auth: it } = made(auth({ getCurrentUser() {}, checkCredentials: (request, name, password) => password === 'p' && [] }));
  assert.deepEqual([it.requiresLogin(), it.checkCredentials(REQUEST, 'a', 'p'), it.checkCredentials(REQUEST, 'a', 'q'), it.clearCredentials(REQUEST)], [true, [], null, []]);
  assert.equal(made(auth({ getCurrentUser() {} })).auth.requiresLogin(), false);
});

test('what an access manager does not decide about services is denied', () => {
  const { access: it } = made(access({ onAdminRequest: (user) => (user === 'anna' ? welcome({ a: 1 }) : refused(403, 'no')), onSessionRequest: () => true }));
  assert.deepEqual(it.onAdminRequest('anna'), { tag: 'welcome', val: '{"a":1}' });
  assert.deepEqual(it.onAdminRequest('eve'), { tag: 'refused', val: { status: 403, reason: 'no' } });
  assert.deepEqual([it.onSessionRequest(), it.onServiceSubscribe(), it.onServiceRequest(), it.onServiceUnsubscribe()], [true, false, false, true]);
  assert.deepEqual([it.onServiceConfig(), it.onServiceAcls()], ['{}', {}]);
  assert.throws(() => access({ onSessionRequest() {} }), /access needs `onAdminRequest`/);
  const forgotten = made(access({ onAdminRequest() {}, onSessionRequest() {} })).access;
  assert.throws(() => forgotten.onSessionRequest(), (thrown) => /onSessionRequest returned undefined/.test(thrown));
});

test('an updater may choose nobody', () => {
  assert.equal(made(updater({ matchUpdaterType() {} })).updaterTypeMatcher.matchUpdaterType('a', []), null);
});

test('a launcher answers with what the host says', () => {
  const { launcher: it } = made(launcher({
    startService: (service, token, { id }, appData) => components.launch(service, token, appData),
    stopService: (service) => components.terminate(service), stopAllServices() {},
  }));
  it.startService('clock', 't', { id: 'component' }, '{"a":1}');
  assert.deepEqual(host.done, [['launch', 'clock', 't', '{"a":1}']]);
  host.refuse.launch = { tag: 'not-found' };
  chatError(() => it.startService('tea', 't', {}, '{}'), { tag: 'not-found' });
  assert.deepEqual(host.log, []);
  host.refuse.launch = { tag: 'odd', val: 'why' };
  chatError(() => it.startService('tea', 't', {}, '{}'), { tag: 'failed', val: 'why' });
  processes.start('p', 'in', { A: 'b' });
  assert.deepEqual(host.done.at(-1), ['start', 'p', encode('in'), [['A', 'b']]]);
});

test('letters of a manager are whatever JSON can say', () => {
  const sent = [];
  const { manager: it, componentEvents } = made(manager({
    getManagerId: 'component', onShutdownRequest: () => 'bye', onUserRequest: (...values) => values, onUserSubscribe: () => undefined,
    onUserUnsubscribe: () => null, onUserSync: (...values) => ({ values }), sendMessage: (service, letter) => sent.push(letter),
    onStarted: (service, token) => bridge.authBot(service, token, 'h'),
  }));
  assert.deepEqual([it.getManagerId(), it.getConnectionInfo()], ['component', '{}']);
  const letter = it.onUserRequest('echo', 'anna', '7', '{"a":"ö"}');
  assert.equal(decode(letter), '["echo","anna","7","{\\"a\\":\\"ö\\"}"]');
  it.sendMessage('echo', letter, new Uint8Array());
  assert.deepEqual(sent, [['echo', 'anna', '7', '{"a":"ö"}']]);
  assert.throws(() => it.sendMessage('echo', Uint8Array.of(255), new Uint8Array()), (thrown) => thrown === "this is no letter of this manager's");
  assert.throws(() => it.onUserSubscribe('echo', 'anna'), (thrown) => /undefined is no letter/.test(thrown));
  componentEvents.onStarted('echo', 't');
  assert.deepEqual(host.done, [['authBot', 'echo', 't', encode('h')]]);
  host.refuse.authBot = { tag: 'wrong-token' };
  assert.throws(() => componentEvents.onStarted('echo', 't'), (thrown) => /the launch token is wrong/.test(thrown));
});

test('a service bot has values, and JSON travels', () => {
  const heard = [];
  const { serviceBot: it } = made(serviceBot({
    start: (...values) => heard.push(values),
    onRequest(request) {
      request.reply({ got: request.data });
      session.publish([request.username]);
    },
    onSync: (event, username) => heard.push([event.siteId, username]),
  }));
  it.start('echo', '{"a":1}');
  it.onRequest('[1]', '7', 'anna');
  it.onSync('{"siteId":3}', 'ben');
  it.onSubscribe('cleo');
  it.onShutdown();
  assert.deepEqual(heard, [[{ a: 1 }, 'echo'], [3, 'ben']]);
  assert.deepEqual(host.done, [['reply', '7', '{"got":[1]}'], ['publish', '["anna"]']]);
  assert.throws(() => session.publish(undefined), /undefined cannot be sent/);
  assert.deepEqual([session.id(), session.service()], ['session-1', 'it']);
});

test('one component can be several things', () => {
  const it = complete({ default: [serviceBot({}), updater({ matchUpdaterType: () => null })] });
  assert.ok(it.serviceBot && it.updaterTypeMatcher);
});
