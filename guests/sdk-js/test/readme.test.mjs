// The examples of README.md, as they stand there.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { beforeEach, test } from 'node:test';

import { host, reset } from './host.mjs';
import { invocation, message } from './records.mjs';
import { complete } from '../parlor/exports.js';

beforeEach(reset);

const README = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const EXAMPLES = [...README.matchAll(/```js\n([^]*?)```/g)].map(([, source]) => source);

/** What the example that contains this would export. */
async function example(words) {
  const found = EXAMPLES.filter((source) => source.includes(words));
  assert.equal(found.length, 1, words);
  const sdk = new URL('../parlor/index.js', import.meta.url).href;
  const source = found[0].replaceAll("'./parlor/index.js'", JSON.stringify(sdk));
  return complete(await import(`data:text/javascript,${encodeURIComponent(source)}`));
}

test('echo', async () => {
  const { commandHandler, bot } = await example('says again');
  assert.deepEqual(commandHandler.onCommand(invocation('echo', 'tea')), ['tea']);
  assert.equal(bot.describe().commands[0].usage, 'TEXT');
});

test('cups', async () => {
  const { commandHandler } = await example("'cups'");
  const cups = (given) => commandHandler.onCommand(invocation('cups', given));
  assert.deepEqual([cups('2'), cups('3'), cups('--set 1')], [['2 cups'], ['5 cups'], ['1 cups']]);
  assert.throws(() => cups('many'), (thrown) => /usage: `cups \[--set\] COUNT`/.test(thrown));
});

test('tea', async () => {
  const { messageHandler, timerHandler, fetchHandler } = await example("'tea?'");
  messageHandler.onMessage(message('coffee?'));
  assert.deepEqual(host.done, []);
  messageHandler.onMessage(message('tea?'));
  assert.deepEqual(host.timers.get(1), { after: 180_000 });
  timerHandler.onTimer(1);
  fetchHandler.onResponse(2, { tag: 'ok', val: { status: 200, headers: [], body: new TextEncoder().encode('{"left":7}') } });
  assert.deepEqual(host.done.map((call) => call.find((value) => / |Tea!/.test(typeof value === 'string' ? value : ''))), ['In three minutes.', 'Tea!', '7 leaves are left.']);
});

test('a service bot', async () => {
  const { serviceBot } = await example('serviceBot({');
  serviceBot.start('s', '{"first":1}');
  serviceBot.onRequest('2', 't', 'anna');
  assert.deepEqual(host.done, [['reply', 't', '{"before":1}'], ['publish', '{"now":2,"by":"anna"}']]);
});

test('the contract itself', async () => {
  const { mentionHandler } = await example('mentionHandler');
  const named = message('it!');
  mentionHandler.onMention(named);
  assert.deepEqual(host.done, [['reply', named, 'Yes?', false, false]]);
});

test('no example is left out', () => assert.equal(EXAMPLES.length, 5));
