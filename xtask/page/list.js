// The shared list, as a pure function of changes in their one order: it knows no page and no network.
//
// The rule, per item: what comes later in the server's order wins, for its text, its tick and its place each by itself;
// and removal wins over everything, for good, since an id is never used again. Everybody applies the same changes in the
// same order, so everybody ends with the same list. A change of what is not there (any more) changes nothing, and to
// make one twice is to make it once: so what was under way when the connection was lost can simply be sent again.

import { clean, identity } from './text.js';

/** The most items of a list. */
export const MOST = 300;
/** The longest text of an item. */
export const LONGEST = 200;
/** How many removed items are remembered, so that a late copy does not bring them back. */
const MOST_GONE = 300;

/** The list in which nothing is yet. */
export const empty = Object.freeze({ items: [], gone: [] });

/** Changes, as they are sent. */
export const changes = {
  add: (id, text, by) => ({ add: id, text, by }),
  edit: (id, text) => ({ edit: id, text }),
  tick: (id, done) => ({ tick: id, done }),
  /** Puts an item before another, or last. */
  move: (id, before = null) => ({ move: id, before }),
  remove: (id) => ({ remove: id }),
};

/** The list after a change that `site` made. */
export function apply(list, change, site) {
  const { items, gone } = list;
  const update = (id, fields) => ({ items: items.map((item) => (item.id === id ? { ...item, ...fields } : item)), gone });
  if (change.add !== undefined) {
    const item = read({ ...change, id: change.add, done: false, site });
    const known = !item || gone.includes(item.id) || items.some(({ id }) => id === item.id);
    return known || items.length >= MOST ? list : { items: [...items, item], gone };
  }
  if (change.edit !== undefined) {
    const text = clean(change.text, LONGEST);
    return text ? update(change.edit, { text }) : list;
  }
  if (change.tick !== undefined) return update(change.tick, { done: change.done === true });
  if (change.move !== undefined) return moved(list, change.move, change.before);
  if (change.remove !== undefined) {
    const rest = items.filter(({ id }) => id !== change.remove);
    return rest.length === items.length ? list : { items: rest, gone: [...gone, change.remove].slice(-MOST_GONE) };
  }
  return list;
}

function moved(list, id, before) {
  const item = list.items.find((item) => item.id === id);
  const rest = list.items.filter((other) => other !== item);
  const at = before === null ? rest.length : rest.findIndex((other) => other.id === before);
  if (!item || at < 0) return list;
  return { items: rest.toSpliced(at, 0, item), gone: list.gone };
}

/** The list that another page had. */
export function restore(list) {
  const items = Array.isArray(list?.items) ? list.items.slice(0, MOST).map(read).filter(Boolean) : [];
  const gone = Array.isArray(list?.gone) ? list.gone.filter(identity) : [];
  const once = items.filter(({ id }, at) => items.findIndex((other) => other.id === id) === at);
  return { items: once, gone: gone.slice(-MOST_GONE) };
}

function read(found) {
  const { id, text, done, by, site } = found ?? {};
  const item = { id: identity(id), text: clean(text, LONGEST), done: done === true, by: clean(by, 24), site: Number(site) || 0 };
  return item.id && item.text ? item : undefined;
}
