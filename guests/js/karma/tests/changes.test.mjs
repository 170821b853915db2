// What a message raises and lowers: the same cases as in guests/bots/karma/src/changes.rs.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { host, reset } from '../../../sdk-js/test/host.mjs';
import { apply } from '../app.js';
import { LONGEST_NAME, MOST_CHANGES, read } from '../changes.js';
import { Ledger, MOST_NAMES } from '../ledger.js';

beforeEach(reset);

/** Each change as `name+1 reason`. */
const changes = (message) => read(message).map(({ name, by, reason }) => `${name}${by > 0 ? '+' : ''}${by} ${reason}`.trimEnd());

test('several in one message all count', () => {
  assert.deepEqual(changes('ann++, Bob-- and @ann++!'), ['ann+1', 'bob-1', 'ann+1']);
  assert.equal(changes('ann++ '.repeat(50)).length, MOST_CHANGES);
});

test('a name is a word or quoted', () => {
  assert.deepEqual(changes('(c)++ "New  York"++ “tea”--'), ['c+1', 'new york+1', 'tea-1']);
  assert.deepEqual(changes('c++ is a language, notepad++ a program, c++++ a wish'), ['notepad+1', 'c+++1']);
});

test('what only looks like it is none', () => {
  for (const text of ['i++; x--', '`ann++` and ```\nann++\n```', 'https://example.org/ann++', 'ls --all -- and ---', 'ann ++ bob',
    'tea--or coffee', '++ann', '++ -- ++', '()++ ""++ (  )++', `${'x'.repeat(LONGEST_NAME + 1)}++`]) {
    assert.deepEqual(changes(text), [], text);
  }
  assert.deepEqual(changes("it's ` ann++"), ['ann+1']);
});

test('a reason follows for or a hash', () => {
  assert.deepEqual(changes('ann++ for the tea\nbob++ # cake'), ['ann+1 the tea', 'bob+1 cake']);
  assert.deepEqual(changes('ann++ for tea, bob-- for none'), ['ann+1 tea', 'bob-1 none']);
  assert.deepEqual(changes('ann++ forever'), ['ann+1']);
  assert.deepEqual(changes(`ann++ for ${'ö'.repeat(500)}`), [`ann+1 ${'ö'.repeat(100)}`]);
});

test('a message is answered with how each name stands at its end', () => {
  assert.deepEqual(apply('net', read('ann++ bob-- "new york"++ ann++ for the tea')), ['ann: 2, bob: -1, new york: 1']);
  assert.deepEqual(apply('net', read('ann-- a*b++')), ['ann: 1, a\\*b: 1']);
});

test('what there is no room for is told after what there is', () => {
  for (let number = 1; number < MOST_NAMES; number++) host.store.set(`net/+n${number}`, Uint8Array.of(49));
  assert.deepEqual(apply('net', read('ann++ bob++ cleo++')), ['ann: 1', 'I keep 5000 names, and have no room for more.']);
});

test('what is spoilt counts as nothing and the largest numbers do not overflow', () => {
  host.store.set('net/+ann', new TextEncoder().encode('many'));
  host.store.set('net/-ann', new TextEncoder().encode('18446744073709551615'));
  assert.equal(new Ledger('net').score('ann'), -(2n ** 63n - 1n));
});
