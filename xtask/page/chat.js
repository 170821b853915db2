// What was said, as a pure function of messages in their one order: it knows no page and no network.

import { clean, identity } from './text.js';

/** How many messages are kept, the last ones. */
export const MOST = 100;
/** The longest message. */
export const LONGEST = 500;

/** The chat in which nothing was said yet. */
export const empty = Object.freeze([]);

/** A message, as it is sent. */
export const message = (id, name, text, at) => ({ id, name, text, at });

/** The chat after what `site` said. A message that is sent again, since the connection was lost, is said once. */
export function apply(messages, said, site) {
  const heard = read({ ...said, site });
  if (!heard || messages.some(({ id }) => id === heard.id)) return messages;
  return [...messages, heard].slice(-MOST);
}

/** The chat that another page had. */
export function restore(messages) {
  return Array.isArray(messages) ? messages.map(read).filter(Boolean).slice(-MOST) : empty;
}

function read(found) {
  const { id, name, text, at, site } = found ?? {};
  const said = { id: identity(id), name: clean(name, 24), text: clean(text, LONGEST), at: Number(at) || 0, site: Number(site) || 0 };
  return said.id && said.text ? said : undefined;
}
