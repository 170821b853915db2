import assert from 'node:assert/strict';
import { test } from 'node:test';

import { House } from './house.js';

/** What becomes of a request, once everything has arrived. */
async function outcome(house, request) {
  const settled = request.then((value) => ({ value }), (error) => ({ error: error.message }));
  await house.settle();
  return Promise.race([settled, { error: 'nothing yet' }]);
}

async function home(services = {}) {
  const house = new House();
  for (const [service, bot] of Object.entries(services)) house.serves(service, bot);
  const session = house.comes();
  await house.settle();
  return [house, session];
}

test('a request is answered to whoever asked, each its own', async () => {
  const [house, ann] = await home({ echo: (value) => ({ value: `${value}!` }) });
  const ben = house.comes();
  await house.settle();
  const answers = [ann.request('echo', 'a'), ben.request('echo', 'b'), ann.request('echo', 'c')];
  const all = answers.map((answer) => outcome(house, answer));
  assert.deepEqual(await Promise.all(all), [{ value: 'a!' }, { value: 'b!' }, { value: 'c!' }]);
});

test('a service that there is not is refused with the word of the server, and the session goes on', async () => {
  const [house, ann] = await home();
  assert.deepEqual(await outcome(house, ann.request('scribe', 1)), { error: 'not-found' });
  const refused = [];
  ann.listen('scribe', () => assert.fail('there is nobody to hear'), (why) => refused.push(why));
  await house.settle();
  assert.deepEqual([refused, ann.status], [['not-found'], 'here']);
});

test('one that comes later is found', async () => {
  const [house, ann] = await home();
  await outcome(house, ann.request('late', 1));
  house.serves('late', () => ({ value: 'here' }));
  assert.deepEqual(await outcome(house, ann.request('late', 1)), { value: 'here' });
});

test('a bot that fails is told with its reason', async () => {
  const [house, ann] = await home({ bad: (value) => ({ error: true, value }) });
  assert.deepEqual(await outcome(house, ann.request('bad', { error: 'server-error' })), { error: 'server-error' });
  assert.deepEqual(await outcome(house, ann.request('bad', null)), { error: 'refused' });
});

test('what a service tells everybody is heard, after a loss and a restart too', async () => {
  const [house, ann] = await home({ echo: () => undefined });
  const heard = [];
  ann.listen('echo', (value) => heard.push(value));
  await house.settle();
  house.publishes('echo', 1);
  await house.settle();
  house.breaks(ann);
  await house.settle();
  house.publishes('echo', 2);
  await house.settle();
  house.restart();
  await house.settle();
  house.publishes('echo', 3);
  await house.settle();
  assert.deepEqual(heard, [1, 2, 3]);
});

test('who listens before they are in hears it too', async () => {
  const house = new House();
  house.serves('echo', () => undefined);
  const heard = [];
  house.comes().listen('echo', (value) => heard.push(value));
  await house.settle();
  house.publishes('echo', 1);
  await house.settle();
  assert.deepEqual(heard, [1]);
});

test('what is asked when the connection is lost is not answered, and asked anew it is', async () => {
  let answers;
  const [house, ann] = await home({ slow: () => answers });
  assert.deepEqual(await outcome(house, ann.request('slow', 1)), { error: 'nothing yet' });
  const asked = ann.request('slow', 2);
  await house.settle();
  house.breaks(ann);
  assert.deepEqual(await outcome(house, asked), { error: 'lost' });
  assert.equal(ann.status, 'here');
  answers = { value: 'done' };
  assert.deepEqual(await outcome(house, ann.request('slow', 3)), { value: 'done' });
});

test('who is not in yet asks in vain', async () => {
  const house = new House();
  house.serves('echo', (value) => ({ value }));
  assert.deepEqual(await outcome(house, house.comes().request('echo', 1)), { error: 'lost' });
});
