import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST, apply, changes, empty, restore } from '../list.js';

const made = (...all) => all.reduce((list, change) => apply(list, change, 1), empty);
const texts = ({ items }) => items.map(({ text }) => text).join(' ');
const abc = [changes.add('a', 'A', 'Ann'), changes.add('b', 'B', 'Ann'), changes.add('c', 'C', 'Ann')];

test('items are added at the end, edited, ticked, moved and removed', () => {
  const list = made(...abc, changes.edit('a', 'Z'), changes.tick('b', true), changes.move('c', 'a'), changes.remove('b'));
  assert.equal(texts(list), 'C Z');
  assert.equal(texts(made(...abc, changes.move('a'))), 'B C A');
});

test('the later of two changes wins, and removal over both', () => {
  assert.equal(texts(made(...abc, changes.edit('a', 'X'), changes.edit('a', 'Y'))), 'Y B C');
  assert.equal(texts(made(...abc, changes.remove('a'), changes.edit('a', 'Y'), changes.tick('a', true))), 'B C');
});

test('a late copy of an addition does not bring back what was removed', () => {
  assert.equal(texts(made(...abc, changes.remove('a'), changes.add('a', 'A', 'Ann'))), 'B C');
  assert.equal(texts(made(...abc, abc[0])), 'A B C');
});

test('what is not there cannot be moved, nor moved before', () => {
  assert.equal(texts(made(...abc, changes.move('x', 'a'), changes.move('a', 'x'), changes.move('a', 'a'))), 'A B C');
});

test('what others send is bounded and made one line of text', () => {
  const list = made(changes.add('a', `<b>\u202e\n${'x'.repeat(900)}`, 'Ann'), { add: '<script>', text: 'x' }, { add: 7 }, { edit: 'a', text: {} });
  assert.equal(list.items.length, 1);
  assert.match(list.items[0].text, /^<b> x{196}$/);
  const many = Array.from({ length: MOST + 5 }, (_, number) => changes.add(`i${number}`, 'x', ''));
  assert.equal(made(...many).items.length, MOST);
});

test('what another page had is checked', () => {
  for (const wrong of [null, undefined, 5, [], {}, { items: [null, 3, { id: 'a' }], gone: 'x' }]) {
    assert.deepEqual(restore(wrong), { items: [], gone: [] });
  }
  const list = made(...abc, changes.remove('b'));
  assert.deepEqual(restore(JSON.parse(JSON.stringify(list))), list);
  assert.equal(texts(restore({ items: [...list.items, ...list.items] })), 'A C');
});
