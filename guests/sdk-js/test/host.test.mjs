// What the host gives: store, configuration, connections, requests.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { complete } from '../parlor/exports.js';
import { show } from '../parlor/globals.js';
import { bot, config, deleteAll, getAll, giveUp, increment, Lines, net, request, setAll, store } from '../parlor/index.js';
import { host, reset } from './host.mjs';

beforeEach(reset);

test('the store keeps text, bytes and JSON', () => {
  assert.equal(store.get('a'), null);
  assert.equal(store.getJson('a'), null);
  store.set('a', 'ö');
  store.set('n', 7);
  store.setJson('j', { a: [1] });
  store.set('b', Uint8Array.of(255));
  assert.deepEqual([store.get('a'), store.get('n'), store.getJson('j'), store.getBytes('b')], ['ö', '7', { a: [1] }, Uint8Array.of(255)]);
  assert.throws(() => store.get('b'), /what is stored at "b" is no text/);
  assert.throws(() => store.getJson('a'), /what is stored at "a" is no JSON/);
  assert.throws(() => store.set('o', {}), /store\.setJson/);
  store.delete('a');
  assert.deepEqual(store.keys().sort(), ['b', 'j', 'n']);
});

test('all keys are found, page by page', () => {
  setAll([['x/1', 'a'], ['x/2', 'b'], ['y', 'c'], ['x/3', 'd']]);
  assert.deepEqual(store.keys('x/').sort(), ['x/1', 'x/2', 'x/3']);
  assert.deepEqual(getAll('x/').sort(), [['x/1', 'a'], ['x/2', 'b'], ['x/3', 'd']]);
  deleteAll(store.keys('x/'));
  assert.deepEqual(getAll(), [['y', 'c']]);
});

test('counting adds whole numbers', () => {
  assert.deepEqual([increment('n'), increment('n', 41)], [1, 42]);
  for (const by of [-1, 1.5, NaN, '1']) assert.throws(() => increment('n', by), RangeError);
});

test('what must be configured is missed by its name', () => {
  host.config.server = 'a:1';
  assert.deepEqual([config.get('server'), config.get('other'), config.all()], ['a:1', null, { server: 'a:1' }]);
  assert.throws(() => config.require('other'), { message: '`other` is not configured', name: 'UserError' });
});

test('text can be sent, and lines come in pieces', () => {
  net.send(1, 'ö\n');
  assert.deepEqual(host.done, [['send', 1, Uint8Array.of(0xc3, 0xb6, 10)]]);
  const lines = new Lines(4);
  const read = (text) => [...lines.read(new TextEncoder().encode(text))];
  assert.deepEqual([read('a'), read('b\r\n\nc'), read('d\nef\n')], [[], ['ab', ''], ['cd', 'ef']]);
  const heard = [];
  assert.throws(() => {
    for (const line of lines.read(new TextEncoder().encode('1234\n12345\n'))) heard.push(line);
  }, /longer than 4 bytes/);
  assert.deepEqual(heard, ['1234']);
});

test('requests call their functions with the answer', () => {
  const heard = [];
  const { fetchHandler } = complete({ default: bot({ onResponse: (id) => heard.push(`own ${id}`) }) });
  const first = request('https://a/', { method: 'POST', headers: { a: 'b' }, body: 'x' }, (answer, error) => heard.push(answer?.json() ?? error.message));
  assert.deepEqual(host.timers.get(first).what, { method: 'POST', url: 'https://a/', timeout: 30_000, headers: [['a', 'b']], body: Uint8Array.of(120) });
  const second = request('https://b/', (answer, error) => heard.push(error.message));
  const third = request('https://c/', () => heard.push('never'));
  giveUp(third);
  fetchHandler.onResponse(first, { tag: 'ok', val: { status: 200, headers: [], body: new TextEncoder().encode('{"a":1}') } });
  fetchHandler.onResponse(second, { tag: 'err', val: { tag: 'unreachable', val: 'nobody answers' } });
  fetchHandler.onResponse(third, { tag: 'err', val: { tag: 'closed' } });
  assert.deepEqual(heard, [{ a: 1 }, 'nobody answers', `own ${third}`]);
});

test('a console shows what there is', () => {
  const circle = { a: 1 };
  circle.self = circle;
  assert.equal(show('text'), 'text');
  assert.equal(show({ a: ['b', 1n, null, undefined], m: new Map([[1, { c: 2 }]]), d: new Date(0) }),
    '{a: ["b", 1n, null, undefined], m: Map {1 => {c: 2}}, d: 1970-01-01T00:00:00.000Z}');
  assert.equal(show(circle), '{a: 1, self: [circular]}');
  assert.match(show(Array.from({ length: 1000 }, () => 0)), /^\[(0, ){100}… 900 more\]$/);
});
