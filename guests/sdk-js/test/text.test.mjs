// Text: bytes, arguments and Markdown.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Arguments, byteLength, decode, duration, encode, escape, number, UserError, whole } from '../parlor/index.js';

test('texts are bytes in UTF-8 as everywhere', () => {
  for (const text of ['', 'aö€😀', '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}', 'half \ud800 a \udc00 pair']) {
    assert.deepEqual(encode(text), new TextEncoder().encode(text));
    assert.equal(byteLength(text), new TextEncoder().encode(text).length);
  }
});

test('bytes are text as everywhere, whatever they are', () => {
  let seed = 1;
  const byte = () => [0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xa0, 0x9f, 0x90, 0x8f, 0xff][(seed = (seed * 48271) % 2147483647) % 16];
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from({ length: round % 9 }, byte);
    // A mark at the very beginning is left out there, and a character here.
    const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    assert.equal(decode(bytes), expected, [...bytes]);
    if (expected.includes('\ufffd')) assert.throws(() => decode(bytes, true), /no text/);
  }
});

/** The command of the examples: `brew [--for TIME] CUPS TEA`. */
function brew(given) {
  const args = new Arguments('brew', '[--for TIME] CUPS TEA', given);
  const time = args.option('--for', duration) ?? 180_000;
  const cups = args.next('CUPS', whole(0, 255));
  const tea = args.next('TEA');
  args.finish();
  return `${cups} cups of ${tea} in ${time / 1000} s`;
}

test('arguments are words, quoted or not, and options', () => {
  assert.equal(brew('2 green'), '2 cups of green in 180 s');
  assert.equal(brew('2 “earl grey” —for 4m'), '2 cups of earl grey in 240 s');
  assert.equal(brew('--for=1h30m 1 "a \\"b\\""'), '1 cups of a "b" in 5400 s');
});

test('what is wrong with arguments is answered with the usage, and is no matter for the log', () => {
  const wrong = (given, words) =>
    assert.throws(() => brew(given), (error) => error instanceof UserError && error.message === `${words}; usage: \`brew [--for TIME] CUPS TEA\``);
  wrong('two green', 'CUPS must be a whole number from 0 to 255, and `two` is none');
  wrong('256 green', 'CUPS must be a whole number from 0 to 255, and `256` is none');
  wrong('2', 'TEA is missing');
  wrong('2 green --sugar', 'there is no option `--sugar`');
  wrong('2 green --for', '`--for` needs a value');
  wrong('2 green tea', '`tea` is more than there is a use for');
  wrong('-1 green', 'CUPS must be a whole number from 0 to 255, and `-1` is none');
});

test('the rest is as it was written, and flags are found anywhere', () => {
  const args = new Arguments('say', '[--loud] ROOM TEXT', '--loud #lobby  it\'s "tea"  time');
  assert.equal(args.flag('--loud'), true);
  assert.equal(args.flag('--loud'), false);
  assert.equal(args.next('ROOM'), '#lobby');
  assert.equal(args.rest(), 'it\'s "tea"  time');
  assert.deepEqual(new Arguments('x', '', "don't 'a b'").words(), ["don't", 'a b']);
});

test('numbers are read as people write them', () => {
  assert.equal(whole().read('+5'), 5);
  assert.equal(whole(-10, 10).read('-10'), -10);
  for (const text of ['', '1.5', '1e3', '٣', '18446744073709551616']) assert.equal(whole().read(text), undefined, text);
  assert.equal(number.read('-1.5e3'), -1500);
  for (const text of ['', '.', 'NaN', '1e999', '0x1']) assert.equal(number.read(text), undefined, text);
  assert.equal(duration.read('1week'), 604_800_000);
  for (const text of ['', '5', 'h', '5 parsecs']) assert.equal(duration.read(text), undefined, text);
});

test('what people wrote reads the same in what a bot says', () => {
  assert.equal(escape('*not* bold, `no` code'), '\\*not\\* bold, \\`no\\` code');
  assert.equal(escape('snake_case: a <b> & c'), 'snake_case: a \\<b> & c');
  assert.equal(escape('# x\n1. x\n- x\n> x\n#lobby'), '\\# x\n1\\. x\n\\- x\n\\> x\n#lobby');
});
