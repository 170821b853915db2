// What the modules of this SDK tell one another.
//
// `onTimer` (of `timers.js`) and `onResponse` (of `fetch.js`) are called before the author's own handlers, and return whether
// it was for them. `rejected` has promises that were rejected, and why (of `globals.js`).

export const hooks = { rejected: new WeakMap() };
