// HTTP requests, each with the function that hears the answer.

import host from 'parlor:host/fetch@0.1.0';

import { sayPayload } from './errors.js';
import { hooks } from './hooks.js';
import { speaking } from './host.js';
import { decode, encode } from './text.js';

const plain = speaking(host);
const waiting = new Map();

/** An answer: the fields are those of the contract. */
class Response {
  constructor(record) {
    Object.assign(this, record);
  }
  /** Whether it went well (200 to 299). */
  get ok() {
    return this.status >= 200 && this.status < 300;
  }
  text() {
    return decode(this.body);
  }
  json() {
    return JSON.parse(this.text());
  }
  header(name) {
    return this.headers.find(([known]) => known === name.toLowerCase())?.[1] ?? null;
  }
}

/**
 * Sends a request, and calls `run` with the answer, or with null and an error. Not `fetch`: nothing here can be waited for.
 */
export function request(url, options, run) {
  if (typeof options === 'function') [options, run] = [{}, options];
  const { method = 'GET', headers = {}, body = '', timeout = 30_000 } = options;
  const id = plain.send({
    method, url, timeout,
    headers: Array.isArray(headers) ? headers : Object.entries(headers),
    body: typeof body === 'string' ? encode(body) : body,
  });
  waiting.set(id, run);
  return id;
}

/** Gives up on a request: nothing is called. */
export function giveUp(id) {
  waiting.delete(id);
  host.cancel(id);
}

hooks.onResponse = (id, answer) => {
  const run = waiting.get(id);
  if (!run) return false;
  waiting.delete(id);
  if (answer.tag === 'ok') return run(new Response(answer.val), null) ?? true;
  const error = Object.assign(new Error(sayPayload(answer.val)), { payload: answer.val });
  return run(null, error) ?? true;
};
