// Draws docs/page.png: two windows of people who edit one page, side by side. Like the tests it needs the built program:
//
//     PARLOR=target/release/parlor PARLOR_PAGE=target/demo/www PARLOR_GUESTS=target/guests \
//         node xtask/page/tests/picture.js docs/page.png

import { writeFile } from 'node:fs/promises';

import { browser, keys } from './browser.js';
import { parlor } from './parlor.js';

const [, , file] = process.argv;
const ITEMS = ['Oat milk', 'Sourdough, the round one', 'Tomatoes', 'Coffee beans', 'Birthday candles', 'Six lemons'];
/** Each side, and what is around them. */
const [WIDTH, HEIGHT, EDGE] = [776, 610, 16];

const server = await parlor();
const driver = await browser();
try {
  const url = `${server.url}/#groceries`;
  const ann = await driver.open(url, { width: WIDTH, height: HEIGHT });
  const ben = await driver.open(url, { width: WIDTH, height: HEIGHT, dark: true });
  const row = (number) => `#items li:nth-child(${number})`;
  await ann.write('#name', `Anna${keys.enter}`);
  await ben.write('#name', `Ben${keys.enter}`);
  for (const window of [ann, ben]) await window.shows('#people li', ['Anna', 'Ben']);
  for (const [at, item] of ITEMS.entries()) {
    const who = [1, 4, 5].includes(at) ? ben : ann;
    await who.type('#new-item', `${item}${keys.enter}`);
    for (const window of [ann, ben]) await window.shows('#items .text', ITEMS.slice(0, at + 1));
  }
  await ben.click(`${row(1)} input[type=checkbox]`);
  await ann.click(`${row(4)} input[type=checkbox]`);
  const talk = [
    [ann, 'I am at the market already. Anything else?'],
    [ben, 'Lemons! And candles, it is Mia’s birthday'],
    [ann, 'Put them on the list, and I have them here'],
    [ben, 'Done. We still have milk'],
  ];
  for (const [at, [who, text]] of talk.entries()) {
    await who.type('#new-message', `${text}${keys.enter}`);
    for (const window of [ann, ben]) await window.shows('#messages .what', talk.slice(0, at + 1).map(([, text]) => text));
  }
  await ben.click(`${row(3)} .text`);
  await new Promise((done) => setTimeout(done, 1500));
  const pictures = [await ann.picture(), await ben.picture()];

  const both = await driver.open('about:blank', { width: 2 * WIDTH + 3 * EDGE, height: HEIGHT + 2 * EDGE });
  await both.run(
    `const [pictures, edge] = arguments;
    document.body.style.cssText = 'margin: 0; padding: ' + edge + 'px; display: flex; gap: ' + edge + 'px; background: #d9d6d0';
    return Promise.all(pictures.map((picture) => {
      const image = new Image();
      image.src = 'data:image/png;base64,' + picture;
      image.style.cssText = 'border-radius: 10px; box-shadow: 0 2px 12px #0004';
      document.body.append(image);
      return image.decode();
    }))`,
    pictures,
    EDGE,
  );
  await writeFile(file, Buffer.from(await both.picture(), 'base64'));
} finally {
  await driver.close();
  await server.stop();
}
