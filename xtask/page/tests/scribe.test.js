import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as chat from '../chat.js';
import { changes } from '../list.js';
import { complaint, further, shares, tales } from '../scribe.js';

const event = (part, change, more = {}) => ({
  n: 1, time: '2026-07-01T12:00:00Z', user: 'user000-k7qd', site: 1, order: 1,
  topic: `coweb.sync.change.${part}`, value: JSON.stringify(change), ...more,
});
const told = (events, texts = []) => tales({ events, more: 0 }, texts, (user) => user).map(({ what }) => what);

test('every change of the page is told in words, the last one first', () => {
  const events = [
    event('people', { name: '' }),
    event('people', { name: 'Ann' }),
    event('list', changes.add('a', 'milk', 'Ann')),
    event('list', changes.edit('a', 'oat milk')),
    event('list', changes.tick('b', true)),
    event('list', changes.tick('b', false)),
    event('list', changes.move('a', null)),
    event('list', changes.remove('x')),
    event('chat', chat.message('m', 'Ann', 'hello', 1)),
  ];
  assert.deepEqual(told(events, [['a', 'oat milk'], ['b', 'tea']]), [
    'said “hello”', 'removed something', 'moved “oat milk”', 'unticked “tea”', 'ticked off “tea”', 'wrote “oat milk”',
    'added “milk”', 'took the name “Ann”', 'came in',
  ]);
});

test('what is gone from the list has the text that the scribe heard', () => {
  const events = [event('list', changes.add('a', 'milk', 'Ann')), event('list', changes.remove('a'))];
  assert.deepEqual(told(events), ['removed “milk”', 'added “milk”']);
});

test('what others send is bounded and made one line of text', () => {
  const long = `<b>\u202e\n${'x'.repeat(900)}`;
  const [what] = told([event('list', changes.add('a', long, ''))]);
  assert.match(what, /^added “<b> x{55}…”$/);
  const strange = [
    event('list', {}, { value: '{"add":"a","te' }), event('list', null), event('list', 7), event('other', { add: 1 }),
    event('list', {}, { topic: null, value: {} }), event('constructor', { add: 1 }), event('chat', { text: {} }), null, 5,
  ];
  assert.deepEqual(told(strange), ['said something', ...Array(6).fill('changed something')]);
  assert.deepEqual(tales({ events: 'x' }, [], String), []);
});

test('no more is told than there is room for, and how much there is besides', () => {
  const answer = { events: Array.from({ length: 50 }, (_, number) => event('chat', { text: `${number}` })), more: 7 };
  const told = tales(answer, [], String);
  assert.deepEqual([told.length, told[0].what, further(answer)], [12, 'said “49”', 45]);
  assert.equal(further({ events: [] }), 0);
});

test('who made how much is told by the names that people have here', () => {
  const names = { 'user000-x': 'Ann' };
  const answer = { who: { 'user001-x': 3, 'user000-x': 12, 'user002-x': -1 }, others: 0 };
  assert.deepEqual(shares(answer, (user) => names[user] ?? user), [
    { name: 'Ann', count: 12, share: 1 },
    { name: 'user001-x', count: 3, share: 0.25 },
  ]);
});

test('of very many the busiest are shown', () => {
  const who = Object.fromEntries(Array.from({ length: 20 }, (_, number) => [`u${number}`, 20 - number]));
  const shown = shares({ who, others: 5 }, String);
  assert.deepEqual(shown.at(-1), { name: 'others', count: 36 + 5, share: 1 });
  assert.equal(shown.length, 13);
  assert.deepEqual(shares({}, String), []);
});

test('a complaint of the scribe is no answer', () => {
  assert.equal(complaint({ error: 'no\nquestion', questions: [] }), 'no question');
  assert.equal(complaint('x'), 'the answer makes no sense');
  assert.equal(complaint(null), 'the answer makes no sense');
  assert.equal(complaint({ who: {} }), undefined);
});
