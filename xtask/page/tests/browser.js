// Windows of a real browser, headless, over WebDriver (W3C, as chromedriver speaks it).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars'];

/** The codes of keys that are no characters. */
export const keys = { enter: '\ue007', control: '\ue009', up: '\ue013' };

/** Starts a browser's driver. */
export async function browser() {
  const driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let port;
  for await (const line of createInterface({ input: driver.stdout })) {
    port = /on port ([0-9]+)\.$/.exec(line)?.[1];
    if (port) break;
  }
  driver.stdout.resume();
  const windows = [];
  return {
    /** Opens a window of somebody who has no others. */
    async open(url, { width = 800, height = 840, dark = false } = {}) {
      const look = dark ? ['--blink-settings=preferredColorScheme=0'] : [];
      const options = { args: [...ARGUMENTS, ...look] };
      const capabilities = { alwaysMatch: { browserName: 'chrome', 'goog:chromeOptions': options, 'goog:loggingPrefs': { browser: 'ALL' } } };
      const { sessionId } = await ask(`http://127.0.0.1:${port}/session`, 'POST', { capabilities });
      const window = new Window(`http://127.0.0.1:${port}/session/${sessionId}`);
      windows.push(window);
      // A window's size includes a frame that nobody sees.
      await window.resize(width, height);
      await window.go(url);
      return window;
    },
    async close() {
      for (const window of windows) await window.close();
      driver.kill();
      await once(driver, 'exit');
    },
  };
}

async function ask(url, method = 'GET', body) {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

class Window {
  #url;
  #closed = false;

  constructor(url) {
    this.#url = url;
  }

  go(url) {
    return ask(`${this.#url}/url`, 'POST', { url });
  }

  async resize(width, height) {
    const [outer, inner] = await this.run('return [[outerWidth, outerHeight], [innerWidth, innerHeight]]');
    const size = { width: width + outer[0] - inner[0], height: height + outer[1] - inner[1] };
    await ask(`${this.#url}/window/rect`, 'POST', size);
  }

  /** Runs the body of a function in the page, and returns what it returns. */
  run(script, ...args) {
    return ask(`${this.#url}/execute/sync`, 'POST', { script, args });
  }

  async #element(selector) {
    const found = await ask(`${this.#url}/element`, 'POST', { using: 'css selector', value: selector });
    return `${this.#url}/element/${found[ELEMENT]}`;
  }

  async click(selector) {
    await ask(`${await this.#element(selector)}/click`, 'POST', {});
  }

  async type(selector, text) {
    await ask(`${await this.#element(selector)}/value`, 'POST', { text });
  }

  /** Writes something else into a field. */
  async write(selector, text) {
    // WebDriver's own `clear` leaves the field, and what was written there is taken for done.
    await this.type(selector, `${keys.control}a${keys.control}${text}`);
  }

  /** Drags one element onto another. */
  async drag(selector, onto) {
    const places = await this.run(
      // Rows that still glide are not where they will be.
      `const still = Promise.all(document.getAnimations().map(({ finished }) => finished));
      return still.then(() => arguments[0].map((selector) => {
        const { left, top, width, height } = document.querySelector(selector).getBoundingClientRect();
        return [Math.round(left + width / 2), Math.round(top + height / 2)];
      }))`,
      [selector, onto],
    );
    const [[fromX, fromY], [toX, toY]] = places;
    const to = (x, y) => ({ type: 'pointerMove', duration: 50, x, y });
    const actions = [to(fromX, fromY), { type: 'pointerDown', button: 0 }, to(toX, toY - 4), to(fromX, toY - 6), { type: 'pointerUp', button: 0 }];
    await ask(`${this.#url}/actions`, 'POST', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  /** The text of every element that this selects; of a field what is in it. */
  texts(selector) {
    return this.run(
      `return [...document.querySelectorAll(arguments[0])].map((found) => {
        return found.matches('input') ? found.value : found.textContent;
      })`,
      selector,
    );
  }

  /** Waits until `selector` has these texts. */
  async shows(selector, wanted) {
    let seen;
    for (let end = Date.now() + 15_000; Date.now() < end; ) {
      seen = await this.texts(selector);
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`waited for ${JSON.stringify(wanted)}, but ${selector} has ${JSON.stringify(seen)}`);
  }

  /** What the page has complained of. */
  complaints() {
    return ask(`${this.#url}/se/log`, 'POST', { type: 'browser' });
  }

  /** A picture, as PNG in base64. */
  picture() {
    return ask(`${this.#url}/screenshot`);
  }

  async close() {
    if (!this.#closed) await ask(this.#url, 'DELETE');
    this.#closed = true;
  }
}
