// What the scribe is asked, and its answers in words: it keeps the changes of a session, as they went over the wire. Pure
// functions, which know no page and no network. Everything that others have written is made fit to be shown.

import { clean } from './text.js';

/** The longest text that is looked for, and the longest that is shown of a change. */
export const LONGEST = 60;
/** How many changes are asked for, and how many people are shown. */
const MOST = 12;
const LONGEST_NAME = 24;

/** Questions, as they are sent. */
export const questions = {
  who: () => ({ ask: 'who' }),
  last: () => ({ ask: 'last', n: MOST }),
  find: (text) => ({ ask: 'find', text }),
};

/** What the scribe says instead of an answer; nothing if it answers. */
export function complaint(answer) {
  if (answer && typeof answer === 'object' && answer.error === undefined) return undefined;
  return clean(answer?.error, 4 * LONGEST) || 'the answer makes no sense';
}

/** Who made how many changes, the busiest first; `nameOf(user)` is what people here call them. */
export function shares(answer, nameOf) {
  const counts = Object.entries(answer.who ?? {}).filter(([, count]) => count > 0);
  counts.sort(([, one], [, other]) => other - one);
  const most = counts[0]?.[1];
  const named = counts.slice(0, MOST).map(([user, count]) => ({ name: clean(nameOf(user), LONGEST_NAME), count, share: count / most }));
  const rest = counts.slice(MOST).reduce((sum, [, count]) => sum + count, Number(answer.others) || 0);
  return rest ? [...named, { name: 'others', count: rest, share: Math.min(1, rest / most) }] : named;
}

/**
 * Changes, the last one first: who made each, when and what. `texts` are those of the items that there are, by id, and
 * `nameOf(user, site)` is what people here call somebody.
 */
export function tales(answer, texts, nameOf) {
  const events = (Array.isArray(answer.events) ? answer.events : []).filter((event) => event && typeof event === 'object');
  const changes = events.map(({ value }) => parsed(value));
  const known = new Map(texts);
  for (const change of changes) {
    const id = change.add ?? change.edit;
    if (id !== undefined && !known.has(id)) known.set(id, change.text);
  }
  const told = events.map(({ user, site, time, topic }, at) => ({
    name: clean(nameOf(user, site), LONGEST_NAME),
    time: new Date(time),
    what: words(String(topic).split('.').at(-1), changes[at], (id) => quoted(known.get(id))),
  }));
  return told.reverse().slice(0, MOST);
}

/** How many further changes there are than `tales` tells. */
export function further(answer) {
  const events = Array.isArray(answer.events) ? answer.events.length : 0;
  return Math.max(0, events - MOST) + (Number(answer.more) || 0);
}

function words(part, change, item) {
  const does = {
    list: [
      [change.add, () => `added ${quoted(change.text)}`],
      [change.edit, () => `wrote ${quoted(change.text)}`],
      [change.tick, () => (change.done ? `ticked off ${item(change.tick)}` : `unticked ${item(change.tick)}`)],
      [change.move, () => `moved ${item(change.move)}`],
      [change.remove, () => `removed ${item(change.remove)}`],
    ],
    chat: [[change.text, () => `said ${quoted(change.text)}`]],
    people: [[change.name, () => (change.name ? `took the name ${quoted(change.name)}` : 'came in')]],
  };
  const [, tell] = (Object.hasOwn(does, part) ? does[part] : []).find(([is]) => is !== undefined) ?? [];
  return tell?.() ?? 'changed something';
}

function quoted(text) {
  const whole = clean(text, 4 * LONGEST);
  if (!whole) return 'something';
  return `“${whole.length > LONGEST ? `${clean(whole, LONGEST - 1)}…` : whole}”`;
}

/** The change that an event carries. A long one was cut, and then it is none. */
function parsed(value) {
  try {
    return Object(JSON.parse(value));
  } catch {
    return {};
  }
}
