// What the SDK puts into the engine that is not there, or not as it should be: in a process of its own, which it takes for
// that engine.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What a program logs, and returns, in an engine whose build is over. */
function run(program) {
  const source = `
    import { host } from './host.mjs';
    globalThis.__cqjs = {};
    const { finish } = await import('../parlor/globals.js');
    const { guard } = await import('../parlor/exports.js');
    const Native = globalThis.Promise;
    finish();
    let result;
    try { result = (() => { ${program} })(); } catch (error) { result = String(error); }
    console.log(JSON.stringify([host.log.filter((line) => !/ at /.test(line)), result]));
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { cwd: HERE, encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('a promise that is rejected reaches the log', () => {
  const [log] = run("Promise.reject(new TypeError('one')); new Promise((_, no) => no('two')); new Promise(() => { throw new Error('three'); });");
  assert.deepEqual(log, [
    'error: a promise was rejected: TypeError: one', 'error: a promise was rejected: Error: two', 'error: a promise was rejected: Error: three',
  ]);
});

test('one that a handler returns reaches who asked', () => {
  const [log, result] = run("return guard('x', () => Promise.reject(new Error('no good')))();");
  assert.deepEqual([log, result], [['error: a promise was rejected: Error: no good'], 'no good']);
});

test('what waits is told to the log', () => {
  const [log] = run('Promise.resolve(1).then(() => 2);');
  assert.match(log[0], /a promise was waited for: Error: an extension never waits/);
});

test('chance is between 0 and 1, and even', () => {
  const [, [least, most, middle, different]] = run(`
    const drawn = Array.from({ length: 10000 }, Math.random);
    return [Math.min(...drawn), Math.max(...drawn), drawn.reduce((a, b) => a + b) / 10000, new Set(drawn).size];`);
  assert.ok(least >= 0 && most < 1 && Math.abs(middle - 0.5) < 0.02 && different > 9990, [least, most, middle, different].join());
});
