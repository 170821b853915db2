import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as chat from '../chat.js';
import { changes } from '../list.js';
import { House, chance } from './house.js';

const texts = (session) => session.view('list').items.map(({ text }) => text).join(' ');
const add = (session, id) => session.change('list', changes.add(id, id, 'x'));

test('what one adds the other sees, and who comes late gets it all', async () => {
  const house = new House();
  const ann = house.comes();
  await house.settle();
  add(ann, 'a');
  assert.equal(texts(ann), 'a', 'at once');
  const ben = house.comes();
  await house.settle();
  add(ben, 'b');
  await house.settle();
  assert.deepEqual([texts(ann), texts(ben)], ['a b', 'a b']);
  assert.deepEqual([ann.sites, ben.sites, ben.site], [[1, 2], [1, 2], 2]);
});

test('who leaves is gone from the roster', async () => {
  const house = new House();
  const [ann, ben] = [house.comes(), house.comes()];
  await house.settle();
  house.goes(ben);
  await house.settle();
  assert.deepEqual(ann.sites, [ann.site]);
});

test('the list outlives the server, as long as somebody has it', async () => {
  const house = new House();
  const [ann, ben] = [house.comes(), house.comes()];
  await house.settle();
  add(ann, 'a');
  await house.settle();
  house.restart();
  add(ben, 'b');
  await house.settle();
  assert.deepEqual([ann.status, ben.status], ['here', 'here']);
  assert.deepEqual([texts(ann), texts(ben)], ['a b', 'a b']);
});

test('what was changed while the connection was lost is sent when it is back', async () => {
  const house = new House();
  const [ann, ben] = [house.comes(), house.comes()];
  await house.settle();
  house.breaks(ben);
  add(ben, 'b');
  add(ann, 'a');
  await house.settle();
  assert.equal(texts(ann), texts(ben));
  assert.equal(texts(ann).length, 3);
});

/** Ten of these a seed: somebody does something. */
function something(house, random, made) {
  const who = random.of(house.people);
  const item = () => random.of(made);
  const id = () => {
    made.push(`i${made.length}`);
    return made.at(-1);
  };
  const acts = [
    () => add(who, id()),
    () => add(who, id()),
    () => who.change('list', changes.edit(item(), `e${random.below(1000)}`)),
    () => who.change('list', changes.tick(item(), random.below(2) === 0)),
    () => who.change('list', changes.move(item(), random.below(4) ? item() : null)),
    () => who.change('list', changes.remove(item())),
    () => who.change('chat', chat.message(id(), 'x', 'hello', 1)),
    () => who.change('people', { name: `n${random.below(1000)}` }),
  ];
  random.of(acts)();
}

for (const [what, upsets] of [['whatever the order of arrival', false], ['over losses and restarts', true]]) {
  test(`everybody ends with the same, ${what}`, async () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = chance(seed);
      const house = new House(seed);
      const made = ['i0'];
      house.comes();
      house.comes();
      for (let round = 0; round < 60; round += 1) {
        const what = random.below(20);
        if (what === 0 && house.people.length < 5) house.comes();
        else if (what === 1 && house.people.length > 2) house.goes(random.of(house.people));
        else if (what === 2 && upsets) house.breaks(random.of(house.people));
        else if (what === 3 && upsets && random.below(4) === 0) house.restart();
        else if (what < 12) something(house, random, made);
        await house.step();
      }
      await house.settle();
      const [first, ...others] = house.people;
      for (const other of others) {
        for (const part of ['list', 'chat', 'people']) {
          assert.deepEqual(other.view(part), first.view(part), `${part}, seed ${seed}`);
        }
        assert.deepEqual(other.sites, first.sites, `who is there, seed ${seed}`);
      }
      for (const person of house.people) assert.equal(person.status, 'here', `seed ${seed}`);
      house.people.forEach((person) => house.goes(person));
    }
  });
}
