// Chat bots: commands, handlers, and what becomes of errors.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { complete } from '../parlor/exports.js';
import { after, bot, cancel, chat, command, every, UserError } from '../parlor/index.js';
import { host, hostError, reset } from './host.mjs';
import { identifier, invocation, message } from './records.mjs';

beforeEach(reset);

/** The world of a bot, as the engine knows it: this SDK's timers and requests are there in all tests. */
const WORLD = { bot: { describe() {}, start() {}, stop() {} }, timerHandler: { onTimer() {} }, fetchHandler: { onResponse() {} } };

/** What a component would export. `world` has the functions that its world exports. */
const made = (given, world) => complete({ default: bot(given) }, world);
const called = (name, run, given) => made({ commands: [command(name, { usage: '[NAME]' }, run)] }).commandHandler.onCommand(invocation(name, given));

test('a command returns its replies', () => {
  assert.deepEqual(called('hello', (call) => `Hello, ${call.message.sender.name}! ${call.arguments}`, 'there'), ['Hello, anna! there']);
  assert.deepEqual(called('a b', () => ['one', 2]), ['one', '2']);
  assert.deepEqual(called('quiet', () => {}), []);
  assert.deepEqual(called('words', (call) => call.read().words(), 'a "b c"'), ['a', 'b c']);
});

test('the host is told what there is', () => {
  const { bot: it } = made({ name: 'x', summary: 's', commands: [command('a', { usage: 'U', summary: 'S', adminOnly: true }, () => {})] });
  assert.deepEqual(it.describe(), {
    name: 'x', version: '0.0.0', summary: 's',
    commands: [{ name: 'a', usage: 'U', summary: 'S', adminOnly: true, hidden: false }],
  });
});

test('what is thrown is told to who asked, and logged with its stack', () => {
  assert.throws(() => called('fail', () => { throw new TypeError('kaputt'); }), (thrown) => thrown === 'kaputt');
  assert.equal(host.log[0], 'error: command fail: TypeError: kaputt');
  assert.match(host.log[1], /^error:\s+at .*bot\.test\.mjs:\d+/);
});

test('what led to it is logged too', () => {
  const run = () => { throw new Error('outside', { cause: new RangeError('inside') }); };
  assert.throws(() => called('fail', run), (thrown) => thrown === 'outside');
  assert.ok(host.log.includes('error: caused by RangeError: inside'), host.log.join('\n'));
});

test('a mistake of who asked is not logged', () => {
  assert.throws(() => called('fail', () => { throw new UserError('say please'); }), (thrown) => thrown === 'say please');
  assert.throws(() => called('fail', () => { throw 'words'; }), (thrown) => thrown === 'words');
  assert.deepEqual(host.log, []);
});

test('what the host refuses is said in words, and known by its payload', () => {
  host.refuse.send = { tag: 'denied', val: '#x' };
  assert.throws(() => chat.send('net', '#x', 'hi'), { message: 'not allowed: #x', payload: { tag: 'denied', val: '#x' } });
  host.refuse.send = { tag: 'not-connected' };
  assert.throws(() => chat.send('net', '#x', 'hi'), { message: 'the network is not connected' });
});

test('a reply that is no text is a mistake of the bot', () => {
  assert.throws(() => called('odd', () => ({})), (thrown) => /odd returned object/.test(thrown));
  assert.match(host.log[0], /TypeError: odd returned object/);
});

test('what waits is refused, when it is declared or at the latest when it is called', () => {
  assert.throws(() => command('slow', async () => {}), /command slow returns a promise, and an extension never waits/);
  assert.throws(() => made({ onMessage: async () => {} }).messageHandler.onMessage(message('x')), (thrown) => /never waits/.test(thrown));
  assert.throws(() => called('slow', () => Promise.resolve('x')), (thrown) => /never waits/.test(thrown));
  assert.match(host.log.join('\n'), /never waits/);
});

test('messages can be answered where they were said', () => {
  const heard = [];
  const { messageHandler } = made({
    onMessage(what) {
      heard.push([what.room, what.sender.name]);
      what.reply('r');
      what.replyPrivately('p');
      what.tell('t');
    },
  });
  const said = message('hi', { parent: '7' });
  const whispered = message('hi', { recipient: { tag: 'person', val: identifier('it') }, sender: identifier(null, { person: '@ben', displayName: 'Ben' }) });
  messageHandler.onMessage(said);
  messageHandler.onMessage(whispered);
  assert.deepEqual(heard, [['#lobby', 'anna'], [null, 'Ben']]);
  assert.deepEqual(host.done.map(([name, ...values]) => [name, ...values.slice(1)]), [
    ['reply', 'r', false, true], ['reply', 'p', true, false], ['send', { tag: 'room', val: '#lobby' }, 't'],
    ['reply', 'r', false, false], ['reply', 'p', true, false], ['send', { tag: 'person', val: whispered.sender }, 't'],
  ]);
});

test('people in events have names', () => {
  const names = [];
  const { roomHandler, presenceHandler } = made({
    onRoom: (network, room, event) => names.push(event.val?.name ?? event.val?.after?.name ?? event.tag),
    onPresence: (presence) => names.push(presence.who.name),
  });
  roomHandler.onRoom('net', '#a', { tag: 'joined', val: identifier('ben') });
  roomHandler.onRoom('net', '#a', { tag: 'renamed', val: { before: identifier('ben'), after: identifier('bob') } });
  roomHandler.onRoom('net', '#a', { tag: 'topic', val: null });
  presenceHandler.onPresence({ who: identifier('cleo'), status: { tag: 'away' }, note: null });
  assert.deepEqual(names, ['ben', 'bob', 'topic', 'cleo']);
});

test('what is misspelt is refused where it is declared', () => {
  assert.throws(() => bot({ onMesage() {} }), /bot has no `onMesage`; it has .*onMessage/);
  assert.throws(() => command('x', { help: '' }, () => {}), /command x has no `help`/);
  assert.throws(() => command('x'), /command x needs a function/);
});

test('what the world asks for and the author left out does nothing', () => {
  const world = { ...WORLD, messageHandler: { onMessage() {} }, commandHandler: { onCommand() {} } };
  const it = made({}, world);
  assert.deepEqual(it.commandHandler.onCommand(invocation('x')), []);
  assert.equal(it.messageHandler.onMessage(message('x')), undefined);
});

test('what would never be called is refused, with the line to add', () => {
    assert.throws(() => made({ onRoom() {} }, WORLD), /Add there: export parlor:chat\/room-handler@0\.1\.0;/);
  assert.throws(() => complete({}, WORLD), /exports parlor:chat\/bot, and this file has nothing for it/);
  assert.throws(() => complete({ bot: { describe() {} } }, WORLD), /bot lacks the function start/);
  const { timerHandler, ...less } = WORLD;
  assert.throws(() => made({}, less), /timers are used, and nobody would hear of them: add .* export parlor:host\/timer-handler@0\.1\.0;/);
  assert.throws(() => complete({ default: 7 }, WORLD), /`export default` is number/);
});

test('timers call their functions, and the bot hears those that have none', () => {
  const heard = [];
  const { timerHandler } = made({ onTimer: (timer) => heard.push(`own ${timer}`) });
  const once = after(1000, () => heard.push('once'));
  const again = every(50, (timer) => heard.push(`again ${timer === again}`));
  for (const timer of [once, once, again, again, 99]) timerHandler.onTimer(timer);
  cancel(again);
  timerHandler.onTimer(again);
  assert.deepEqual(heard, ['once', `own ${once}`, 'again true', 'again true', 'own 99', `own ${again}`]);
  assert.deepEqual(host.timers.get(once), { after: 1000 });
  assert.throws(() => after('soon', () => {}), /no number of milliseconds/);
});

test('what a timer throws is logged with its stack', () => {
  const { timerHandler } = made({ onTimer() {} });
  const timer = after(1, () => { throw new Error('late'); });
  assert.throws(() => timerHandler.onTimer(timer), (thrown) => thrown === 'late');
  assert.equal(host.log[0], 'error: onTimer: Error: late');
});

test('an error of the host is an error of the bot where nobody catches it', () => {
  const { messageHandler } = made({ onMessage: () => { throw hostError({ tag: 'full' }); } });
  assert.throws(() => messageHandler.onMessage(message('x')), (thrown) => thrown === 'too much is waiting to be sent');
  assert.equal(host.log[0], 'error: onMessage: Error: too much is waiting to be sent');
});
