import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { browser, keys } from './browser.js';
import { parlor } from './parlor.js';

const skip = process.env.PARLOR_PAGE ? false : 'needs the built program: `cargo xtask test` gives it';
const ITEMS = '#items .text';
let server;
let driver;

before(async () => {
  if (skip) return;
  server = await parlor();
  driver = await browser();
});

after(async () => {
  await driver?.close();
  await server?.stop();
});

const row = (number) => `#items li:nth-child(${number})`;

test('two windows edit one list', { skip }, async () => {
  const ann = await driver.open(`${server.url}/#two`);
  await ann.shows('#status', ['Live']);
  await ann.type('#new-item', `milk${keys.enter}tea${keys.enter}`);
  const ben = await driver.open(`${server.url}/#two`);
  await ben.shows(ITEMS, ['milk', 'tea']);
  await ben.type('#new-item', `<b>bread</b>${keys.enter}`);
  await ann.shows(ITEMS, ['milk', 'tea', '<b>bread</b>']);

  await ann.write(`${row(1)} .text`, `oat milk${keys.enter}`);
  await ben.shows(ITEMS, ['oat milk', 'tea', '<b>bread</b>']);
  await ben.click(`${row(2)} input[type=checkbox]`);
  await ann.shows('.done .text', ['tea']);
  await ann.shows('#count', ['1 of 3 done']);
  await ann.type(`${row(3)} .move`, keys.up);
  await ben.shows(ITEMS, ['oat milk', '<b>bread</b>', 'tea']);
  await ben.drag(`${row(3)} .move`, `${row(1)} .move`);
  await ann.shows(ITEMS, ['tea', 'oat milk', '<b>bread</b>']);
  await ann.run(`document.querySelector('${row(3)} .remove').click()`);
  await ben.shows(ITEMS, ['tea', 'oat milk']);

  await ann.write('#name', `Ann${keys.enter}`);
  await ben.shows('#people li', ['Ann', 'Heron']);
  await ann.type('#new-message', `<i>hello</i>${keys.enter}`);
  await ben.shows('#messages .what', ['<i>hello</i>']);
  await ben.shows('#messages b', ['Ann']);

  for (const window of [ann, ben]) assert.deepEqual(await window.complaints(), []);
  await ben.go('about:blank');
  await ann.shows('#people li', ['Ann']);
});

test('both at once end equal', { skip }, async () => {
  const [ann, ben] = [await driver.open(`${server.url}/#both`), await driver.open(`${server.url}/#both`)];
  for (const window of [ann, ben]) await window.shows('#people li', ['Otter', 'Heron']);
  const add = (window, name) => window.type('#new-item', Array.from({ length: 20 }, (_, number) => `${name}${number}${keys.enter}`).join(''));
  await Promise.all([add(ann, 'a'), add(ben, 'b')]);
  await ann.shows('#count', ['0 of 40 done']);
  await ben.shows(ITEMS, await ann.texts(ITEMS));
});

test('the list outlives its last window', { skip }, async () => {
  const ann = await driver.open(`${server.url}/#last`);
  await ann.shows('#status', ['Live']);
  await ann.type('#new-item', `milk${keys.enter}`);
  await ann.go('about:blank');
  await ann.go(`${server.url}/#last`);
  await ann.shows('#status', ['Live']);
  await ann.shows(ITEMS, ['milk']);
  const ben = await driver.open(`${server.url}/#last`);
  await ben.shows(ITEMS, ['milk']);
});

test('a row keeps what is being typed in it, wherever others move it', { skip }, async () => {
  const [ann, ben] = [await driver.open(`${server.url}/#typing`), await driver.open(`${server.url}/#typing`)];
  for (const window of [ann, ben]) await window.shows('#people li', ['Otter', 'Heron']);
  await ann.type('#new-item', `milk${keys.enter}tea${keys.enter}bread${keys.enter}`);
  await ben.shows(ITEMS, ['milk', 'tea', 'bread']);
  await ann.type(`${row(2)} .text`, ' and');
  await ben.type(`${row(2)} .move`, keys.up);
  await ann.shows(ITEMS, ['tea and', 'milk', 'bread']);
  await ben.shows(ITEMS, ['tea', 'milk', 'bread']);
  await ann.type(`${row(1)} .text`, ` honey${keys.enter}`);
  await ben.shows(ITEMS, ['tea and honey', 'milk', 'bread']);
});

test('the scribe tells who did what, by the names that people have here', { skip }, async () => {
  const [ann, ben] = [await driver.open(`${server.url}/#scribe`), await driver.open(`${server.url}/#scribe`)];
  for (const window of [ann, ben]) await window.shows('#people li', ['Otter', 'Heron']);
  await ann.click('#bots summary');
  await ann.write('#name', `Ann${keys.enter}`);
  await ann.type('#new-item', `milk${keys.enter}<b>tea</b>${keys.enter}`);
  await ben.shows(ITEMS, ['milk', '<b>tea</b>']);
  await ben.click(`${row(1)} input[type=checkbox]`);
  await ann.shows('#count', ['1 of 2 done']);

  await ann.click('#ask-last');
  await ann.shows('.tales b', ['Heron', 'Ann', 'Ann', 'Ann', 'Heron', 'Ann']);
  await ann.shows('.tales span', [
    'ticked off “milk”', 'added “<b>tea</b>”', 'added “milk”', 'took the name “Ann”', 'came in', 'came in',
  ]);
  await ann.click('#ask-who');
  await ann.shows('.shares b', ['Ann', 'Heron']);
  await ann.shows('.shares li > :last-child', ['4', '2']);
  await ann.type('#find-text', `TEA${keys.enter}`);
  await ann.shows('.tales span', ['added “<b>tea</b>”']);
  for (const window of [ann, ben]) assert.deepEqual(await window.complaints(), []);
});

test('the echo answers whoever calls, and everybody hears it', { skip }, async () => {
  const [ann, ben] = [await driver.open(`${server.url}/#echo`), await driver.open(`${server.url}/#echo`)];
  for (const window of [ann, ben]) await window.shows('#people li', ['Otter', 'Heron']);
  for (const window of [ann, ben]) await window.click('#bots summary');
  await ann.type('#call-text', `warm up${keys.enter}`);
  await ann.shows('#echo-heard', ['Otter warm up']);
  await ben.type('#call-text', `<i>hello</i>${keys.enter}`);
  for (const window of [ann, ben]) await window.shows('#echo-heard', ['Heron <i>hello</i>']);
  await ben.shows('#echo-answer', ['{"success":true}']);
});

test('where there are no bots the page says so, and works', { skip }, async () => {
  const bare = await parlor(0, false);
  const ann = await driver.open(`${bare.url}/#bare`);
  await ann.shows('#status', ['Live']);
  await ann.click('#bots summary');
  await ann.click('#ask-last');
  await ann.shows('#scribe-says', ['The server says: it has no such service (not-found).']);
  await ann.shows('#echo-heard', ['The server says: it has no such service (not-found).']);
  await ann.type('#call-text', `hello?${keys.enter}`);
  await ann.shows('#echo-answer', ['The server says: it has no such service (not-found).']);
  await ann.type('#new-item', `milk${keys.enter}`);
  await ann.shows(ITEMS, ['milk']);
  await ann.shows('#status', ['Live']);
  assert.deepEqual(await ann.complaints(), []);
  await bare.stop();
});

test('the list outlives the server', { skip }, async () => {
  const [ann, ben] = [await driver.open(`${server.url}/#long`), await driver.open(`${server.url}/#long`)];
  for (const window of [ann, ben]) await window.shows('#people li', ['Otter', 'Heron']);
  await ann.type('#new-item', `milk${keys.enter}`);
  await ben.shows(ITEMS, ['milk']);
  await server.stop();
  await ann.shows('#status', ['The connection is lost. Your changes are sent when it is back.']);
  await ann.type('#new-item', `tea${keys.enter}`);
  server = await parlor(server.port);
  for (const window of [ann, ben]) {
    await window.shows('#status', ['Live']);
    await window.shows(ITEMS, ['milk', 'tea']);
    await window.shows('#people li', ['Otter', 'Heron']);
  }
});
