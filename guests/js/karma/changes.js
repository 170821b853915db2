// What a message raises and lowers: `ann++`, `"mondays"-- # too early`, `(c)++ for the speed`.

import { byteLength } from '../../sdk-js/parlor/index.js';

/** The longest name in bytes. */
export const LONGEST_NAME = 64;
/** The most names that one message changes. */
export const MOST_CHANGES = 10;
/** The longest reason in characters. */
const LONGEST_REASON = 100;

// `\s` is not what Unicode calls white space.
const SPACES = /\p{White_Space}+/u;
const trimStart = (text) => text.replace(/^\p{White_Space}+/u, '');
const trim = (text) => trimStart(text).replace(/\p{White_Space}+$/u, '');

/** The name that a text means: in lower case, one space between words. Null if it cannot be one. */
export function name(text) {
  const words = text.split(SPACES).filter(Boolean);
  const name = words.map((word) => word.toLowerCase()).join(' ');
  const length = byteLength(name);
  const fits = length >= 1 && length <= LONGEST_NAME && !/\p{Cc}/u.test(name);
  return fits && /[\p{Alphabetic}\p{N}]/u.test(name) ? name : null;
}

/** All that a message changes, in order: each `{ name, by, reason }`. */
export function read(message) {
  const found = [];
  for (const piece of outsideCode(message)) {
    for (let sign = nextSign(piece); sign && found.length < MOST_CHANGES; sign = nextSign(sign.after)) {
      const name = subject(sign.before);
      if (name !== null) found.push({ name, by: sign.sign === '++' ? 1 : -1, reason: reason(sign.after) });
    }
  }
  return found;
}

/** What is not between backticks. One that is never closed is a character like any other. */
function outsideCode(message) {
  return message.split('`').filter((_, at, { length }) => at % 2 === 0 || at === length - 1);
}

/** The next `++` or `--` that ends a word, with what is before and after it. In `c++++` the sign is what ends it. */
function nextSign(text) {
  for (let at = 0; at < text.length - 1; at++) {
    const sign = text.slice(at, at + 2);
    const after = text.slice(at + 2);
    if ((sign === '++' || sign === '--') && /^[,.;:!?]*(\p{White_Space}|$)/u.test(after)) {
      return { before: text.slice(0, at), sign, after };
    }
  }
  return null;
}

/** The name that stands before a sign: a word of at least two characters, or whatever is quoted or in parentheses. */
function subject(before) {
  for (const [open, close] of ['()', '""', '“”']) {
    if (!before.endsWith(close)) continue;
    const inner = before.slice(0, -1);
    const start = inner.lastIndexOf(open);
    return start < 0 ? null : name(inner.slice(start + 1));
  }
  const word = before.split(SPACES).at(-1).replace(/^[@("“]+/, '');
  // `--` and `++` are also punctuation, and part of links and options.
  const odd = [...word].length < 2 || word.includes('://') || /^[-+]/.test(word);
  return odd ? null : name(word);
}

/** Why: what follows `for` or `#` on the same line, up to the next change. */
function reason(after) {
  const [, text] = /^(?:for |#)(.*)$/su.exec(trimStart(after.split('\n', 1)[0])) ?? [];
  if (text === undefined) return '';
  const next = nextSign(text);
  const ours = next ? /^(.*)\p{White_Space}/su.exec(next.before)?.[1] ?? '' : text;
  const words = trim(ours).replace(/[,;]+$/, '').replace(/\p{Cc}/gu, '');
  return [...words].slice(0, LONGEST_REASON).join('');
}
