// Typed arguments of a command: words and quotes as in a shell, options, and errors that tell how it is used.

import { UserError } from './errors.js';

const SPACE = /^\p{White_Space}$/u;
const LETTER = /^\p{Alphabetic}/u;
/** What the largest whole number of the contract is; those above 2^53 are rounded. */
const U64 = 2n ** 64n - 1n;

/** A whole number within bounds, as an argument; without bounds 0 or more. */
export function whole(from = 0, to = Infinity) {
  const least = from === 0 ? ', 0 or more' : '';
  return {
    kind: `a whole number${to === Infinity ? least : ` from ${from} to ${to}`}`,
    read(text) {
      if (!(from < 0 ? /^[+-]?[0-9]+$/ : /^\+?[0-9]+$/).test(text) || BigInt(text.replace('+', '')) > U64) return undefined;
      return Number(text) >= from && Number(text) <= to ? Number(text) : undefined;
    },
  };
}

/** A text, as an argument: any word. */
export const text = { kind: 'a text', read: (word) => word };

/** A number, as an argument. */
export const number = {
  kind: 'a number',
  read: (word) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word)) ? Number(word) : undefined),
};

const UNITS = { ms: 1, s: 1e3, sec: 1e3, m: 6e4, min: 6e4, h: 36e5, hour: 36e5, d: 864e5, day: 864e5, w: 6048e5, week: 6048e5 };

/** A time such as `90s`, `10m` or `2h30m`, as an argument: its milliseconds. */
export const duration = {
  kind: 'a time such as `10m` or `2h30m`',
  read(word) {
    if (!/^(\d+\s*[a-z]+\s*)+$/.test(word)) return undefined;
    let sum = 0;
    for (const [, count, unit] of word.matchAll(/(\d+)\s*([a-z]+)/g)) {
      const length = UNITS[unit] ?? UNITS[unit.replace(/s$/, '')];
      if (!length) return undefined;
      sum += count * length;
    }
    return Number.isSafeInteger(sum) ? sum : undefined;
  },
};

/**
 * The arguments of a command, read one after another.
 *
 * Words are split at spaces; quotes keep what is between them together. What chat clients make of quotes and of two hyphens
 * is mended: `“all of it”` is quoted, and `—count` is `--count`.
 */
export class Arguments {
  constructor(command, usage, given) {
    this.command = command;
    this.usage = usage;
    this.text = given;
    this.left = split(given);
  }

  /** The next word that is no option. It must be there. */
  next(name, kind = text) {
    const value = this.optional(name, kind);
    if (value === null) throw this.wrong(`${name} is missing`);
    return value;
  }

  /** The same, where it may be left out: then null. */
  optional(name, kind = text) {
    if (!this.left.length) return null;
    if (isOption(this.left[0])) throw this.unknown(this.left[0]);
    return this.value(name, kind, this.left.shift().text);
  }

  /** The value of an option, written `--name VALUE` or `--name=VALUE`, wherever it is; null where it is not. */
  option(name, kind = text) {
    const at = this.left.findIndex((word) => isOption(word) && (word.text === name || word.text.startsWith(`${name}=`)));
    if (at < 0) return null;
    const [word] = this.left.splice(at, 1);
    const equals = word.text.indexOf('=');
    if (equals < 0 && at >= this.left.length) throw this.wrong(`\`${name}\` needs a value`);
    const given = equals < 0 ? this.left.splice(at, 1)[0].text : word.text.slice(equals + 1);
    return this.value(`\`${name}\``, kind, given);
  }

  /** Whether an option without a value is there. */
  flag(name) {
    const at = this.left.findIndex((word) => isOption(word) && word.text === name);
    if (at >= 0) this.left.splice(at, 1);
    return at >= 0;
  }

  /** All words that are left. */
  words() {
    const option = this.left.find(isOption);
    if (option) throw this.unknown(option);
    return this.left.splice(0).map((word) => word.text);
  }

  /** The text that is left, as it was written: quotes, spaces and newlines included. */
  rest() {
    let rest = '';
    let before;
    for (const word of this.left.splice(0)) {
      // An option that was taken out from between leaves a gap.
      const close = before && before.number + 1 === word.number;
      rest += (before && !close ? ' ' : '') + this.text.slice(close ? before.end : word.start, word.end);
      before = word;
    }
    return rest;
  }

  /** That was all: an error if it was not. */
  finish() {
    const [word] = this.left;
    if (!word) return;
    throw isOption(word) ? this.unknown(word) : this.wrong(`\`${shown(word.text)}\` is more than there is a use for`);
  }

  /** An error of these words, with the usage: for what is wrong in a way that the bot knows. */
  wrong(words) {
    return new UserError(`${words}; usage: \`${this.command}${this.usage ? ' ' : ''}${this.usage}\``);
  }

  value(name, kind, word) {
    const value = kind.read(word);
    if (value === undefined) throw this.wrong(`${name} must be ${kind.kind}, and \`${shown(word)}\` is none`);
    return value;
  }

  unknown(word) {
    return this.wrong(`there is no option \`${shown(word.text.split('=')[0])}\``);
  }
}

function isOption(word) {
  return !word.quoted && word.text.startsWith('--') && LETTER.test(word.text.slice(2));
}

/** As much of a wrong word as an error needs, on one line and without what would end the code span around it. */
function shown(word) {
  return [...word].filter((c) => !/[\p{Cc}`]/u.test(c)).slice(0, 40).join('');
}

/** The quote that a character stands for. */
function quote(c) {
  if ('"“”„'.includes(c)) return '"';
  if ("'‘’".includes(c)) return "'";
  return undefined;
}

/**
 * Splits a text into words. A quote opens at the beginning of a word or after `=`, so that `don't` is a word; one that is
 * never closed is a character like any other. Between double quotes `\"` and `\\` are `"` and `\`.
 */
function split(given) {
  const words = [];
  let at = 0;
  const isSpace = () => SPACE.test(given[at]);
  for (;;) {
    while (at < given.length && isSpace()) at++;
    if (at >= given.length) return words;
    const start = at;
    let word = '';
    let mayOpen = true;
    let quoted = false;
    while (at < given.length && !isSpace()) {
      const c = given[at];
      const inside = mayOpen && quote(c) ? quotedText(given, at + 1, quote(c)) : undefined;
      mayOpen = c === '=';
      if (inside) {
        quoted ||= at === start;
        word += inside.text;
        at = inside.end;
      } else {
        word += quote(c) ?? c;
        at++;
      }
    }
    if ('—–'.includes(given[start]) && word.length > 1 && LETTER.test(word.slice(1)) && !quoted) word = `--${word.slice(1)}`;
    words.push({ text: word, start, end: at, number: words.length, quoted });
  }
}

/** What is between an opening quote and the closing one, and where that ends; nothing where it is not closed. */
function quotedText(given, from, closing) {
  let inside = '';
  for (let at = from; at < given.length; at++) {
    const c = given[at];
    if (quote(c) === closing) return { text: inside, end: at + 1 };
    const next = given[at + 1];
    if (closing === '"' && c === '\\' && (next === '"' || next === '\\')) {
      inside += next;
      at++;
    } else {
      inside += c;
    }
  }
  return undefined;
}
