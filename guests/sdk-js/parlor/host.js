// What the host gives, with errors that say in words what is wrong. What the contract calls it is at `error.payload`.

import { sayPayload } from './errors.js';

/** Calls a function of the host; `where` is what an error is thrown from. */
function spoken(run) {
  return function (...values) {
    try {
      return run.apply(this, values);
    } catch (error) {
      if (error instanceof Error && Object.hasOwn(error, 'payload')) error.message = sayPayload(error.payload);
      throw error;
    }
  };
}

/** All functions of a module of the host. */
export function speaking(module) {
  const functions = Object.entries(module).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(functions.map(([name, run]) => [name, spoken(run)]));
}

/** The methods of a class of the host, all of whose instances speak from then on. */
export function letSpeak(type) {
  for (const name of Object.getOwnPropertyNames(type?.prototype ?? {})) {
    const { value, writable } = Object.getOwnPropertyDescriptor(type.prototype, name);
    if (name !== 'constructor' && typeof value === 'function' && writable) type.prototype[name] = spoken(value);
  }
}

/** Refuses what a declaration does not know, so that a misspelt handler is no silence; and what it lacks. */
export function check(what, given, known, needed = []) {
  if (typeof given !== 'object' || !given) throw new TypeError(`${what}({…}) takes an object`);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new TypeError(`${what} has no \`${name}\`; it has ${known.join(', ')}`);
  }
  for (const name of needed) {
    if (given[name] === undefined) throw new TypeError(`${what} needs \`${name}\``);
  }
}

/** Those of the handlers that are given, under the names of the contract. */
export function handlers(given, interfaces) {
  const made = {};
  for (const [name, keys] of Object.entries(interfaces)) {
    if (!keys.some((key) => given[key])) continue;
    made[name] = Object.fromEntries(keys.map((key) => [key, given[key]?.bind(given) ?? (() => {})]));
  }
  return made;
}
