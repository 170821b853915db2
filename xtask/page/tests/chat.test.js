import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST, apply, empty, message, restore } from '../chat.js';
import * as people from '../people.js';

test('what is said twice, since the connection was lost, is there once', () => {
  const hello = message('a', 'Ann', 'hello', 1);
  assert.deepEqual(apply(apply(empty, hello, 1), hello, 2), [{ ...hello, site: 1 }]);
});

test('the last messages are kept', () => {
  const all = Array.from({ length: MOST + 1 }, (_, number) => message(`m${number}`, 'Ann', `${number}`, 1));
  const chat = all.reduce((chat, said) => apply(chat, said, 1), empty);
  assert.equal(chat.length, MOST);
  assert.equal(chat[0].text, '1');
});

test('what is no message is left out', () => {
  assert.deepEqual(apply(empty, { id: 'a', text: ' \n' }, 1), empty);
  assert.deepEqual(restore([null, 1, { id: 'a' }, { text: 'x' }]), []);
  assert.deepEqual(restore('x'), []);
});

test('whoever says no name is called like an animal', () => {
  const names = people.apply(people.restore({ 1: 'Ann', x: 'no', __proto__: 'no' }), { name: ' Ben\n' }, 2);
  assert.deepEqual(names, { 1: 'Ann', 2: 'Ben' });
  assert.equal(people.nameOf(names, 2), 'Ben');
  assert.equal(people.nameOf(names, 3), 'Fox');
});
