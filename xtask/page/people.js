// What people call themselves, by the numbers of their sites. Everybody says it whenever they come in, since a number is
// given to the next one when its owner has left.

import { clean } from './text.js';

/** The longest name. */
export const LONGEST = 24;

const NAMES = ['Otter', 'Heron', 'Fox', 'Wren', 'Badger', 'Lynx', 'Finch', 'Hare', 'Newt', 'Robin', 'Seal', 'Vole'];

/** Where nobody has said a name yet. */
export const empty = Object.freeze({});

/** The names after `site` has said its own. */
export function apply(names, { name }, site) {
  return { ...names, [site]: clean(name, LONGEST) };
}

/** The names that another page knew. */
export function restore(names) {
  const known = Object.entries(names ?? {}).filter(([site]) => /^[1-9][0-9]{0,3}$/.test(site));
  return Object.fromEntries(known.map(([site, name]) => [site, clean(name, LONGEST)]));
}

/** What `site` is called: as it says, or else like an animal. */
export function nameOf(names, site) {
  return names[site] || NAMES[(site - 1) % NAMES.length] || 'Somebody';
}
