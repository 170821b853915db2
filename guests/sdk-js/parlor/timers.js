// Timers, each with the function that it calls. They end with the instance, as the functions do.

import host from 'parlor:host/timers@0.1.0';

import { hooks } from './hooks.js';

/** The functions that wait: of each timer, and whether it goes on. */
const waiting = new Map();

/** Calls a function once, so many milliseconds from now (a year at most). */
export function after(milliseconds, run) {
  return remember(host.once(whole(milliseconds)), run, false);
}

/** Calls a function again and again (every 10 milliseconds at most), the first time one period from now. */
export function every(milliseconds, run) {
  return remember(host.every(whole(milliseconds)), run, true);
}

/** Forgets a timer; one that is gone is ignored. */
export function cancel(timer) {
  waiting.delete(timer);
  host.cancel(timer);
}

function remember(timer, run, again) {
  waiting.set(timer, { run, again });
  return timer;
}

function whole(milliseconds) {
  if (!(milliseconds >= 0)) throw new TypeError(`${milliseconds} is no number of milliseconds`);
  return Math.min(Math.round(milliseconds), Number.MAX_SAFE_INTEGER);
}

hooks.onTimer = (timer) => {
  const found = waiting.get(timer);
  if (!found) return false;
  if (!found.again) waiting.delete(timer);
  return found.run(timer) ?? true;
};
