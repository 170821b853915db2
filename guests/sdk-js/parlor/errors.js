// Errors: what the person who asked is told, and what the log is.

import logging from 'wasi:logging/logging@0.1.0-draft';

/** A mistake of the person who asked: they are told its words, and the log is not. */
export class UserError extends Error {
  name = 'UserError';
}

const SAYINGS = {
  'room-not-joined': (room) => `the bot is not in ${room}`,
  'room-does-not-exist': (room) => `there is no room ${room}`,
  'user-does-not-exist': (user) => `there is nobody called ${user}`,
  'user-not-unique': (user) => `there are several called ${user}`,
  'not-supported': (what) => `there is no such thing here: ${what}`,
  denied: (what) => `not allowed: ${what}`,
  'not-connected': () => 'the network is not connected',
  full: () => 'too much is waiting to be sent',
  closed: () => 'the connection is closed',
  'no-such-store': () => 'there is no such store',
  'access-denied': () => 'the store is not granted',
  'not-found': () => 'there is no such service',
  'unknown-service': () => 'no such service was started in this session',
  'wrong-token': () => 'the launch token is wrong, was used already, or is too old',
  'not-subscribed': () => 'the bot is not let in, or not subscribed yet',
  'unknown-request': () => 'nobody waits for this answer',
  'too-large': () => 'this is more than the limits of the session allow',
  'not-json': () => 'this is no JSON',
};

/** What an error of the host says, in words. Of `{ tag: 'denied', val: 'a:1' }` it is "not allowed: a:1". */
export function sayPayload(payload) {
  if (typeof payload === 'string') return payload;
  const tag = payload?.tag;
  if (tag === undefined) return JSON.stringify(payload);
  return SAYINGS[tag]?.(payload.val) ?? (typeof payload.val === 'string' ? payload.val : tag);
}

/** What an error of any kind says, in words for people. */
export function words(error) {
  if (error instanceof Error) {
    if (Object.hasOwn(error, 'payload')) return sayPayload(error.payload);
    return error.message || error.name;
  }
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return `${error}`;
  return sayPayload(error.payload ?? error);
}

/** An error with its stack, a line each; the places are those of the author's files, as far as they are known. */
export function tell(error) {
  if (!(error instanceof Error)) return words(error);
  const head = error instanceof UserError ? words(error) : `${error.name}: ${words(error)}`;
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).map(place);
  const cause = error.cause === undefined ? [] : [`caused by ${tell(error.cause)}`];
  return [head, ...stack.filter((line) => line !== undefined), ...cause].join('\n');
}

/**
 * One line of a stack, with the file and line that it was written in; none for what is the SDK's. Which lines of the
 * bundle come from where, `build.mjs` has left in `__parlorLines`: for each `FILE,LINE`, or nothing.
 */
function place(line) {
  const known = globalThis.__parlorLines;
  if (!known) return line;
  if (line.endsWith('(native)')) return undefined;
  const [, before, name, number] = /^(\s+at .*?)\(?([^\s()]*?):(\d+)(?::\d+)?\)?$/.exec(line) ?? [];
  if (!known.names.includes(name)) return line;
  const [file, written] = known.lines.split(';')[number - 1]?.split(',') ?? [];
  if (!file) return undefined;
  const at = `${known.sources[file]}:${written}`;
  return before.trimEnd().endsWith(' at') ? `${before}${at}` : `${before}(${at})`;
}

/** The most lines of one error that go into the log. */
const MOST_LINES = 30;

/** Writes an error into the log, with its stack; a mistake of whoever asked is none of the log's business. */
export function report(where, error) {
  if (error instanceof UserError || !(error instanceof Error)) return;
  for (const line of `${where}: ${tell(error)}`.split('\n').slice(0, MOST_LINES)) logging.log('error', '', line);
}
