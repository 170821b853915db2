// The build script, run as it is. It needs what a project needs: NODE_PATH names the folder where that was installed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { contract, FILE } from '../contract-types.mjs';
import { NAMES } from '../parlor/exports.js';

const SDK = fileURLToPath(new URL('../parlor', import.meta.url));
const WIT = fileURLToPath(new URL('../../../wit', import.meta.url));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'parlor-js-'));
after(() => fs.rmSync(root, { recursive: true }));

const WORLD = `package my:it;
world extension {
  include parlor:chat/chat-bot@0.1.0;
  import wasi:logging/logging@0.1.0-draft;
  export parlor:chat/command-handler@0.1.0;
}
`;

/** A project with this program, as `parlor new` would make it. */
function project(name, source, { file = 'app.js', more = {} } = {}) {
  const dir = path.join(root, name);
  fs.mkdirSync(path.join(dir, 'wit', 'deps'), { recursive: true });
  fs.cpSync(SDK, path.join(dir, 'parlor'), { recursive: true });
  for (const layer of ['chat', 'host']) fs.cpSync(path.join(WIT, layer), path.join(dir, 'wit', 'deps', layer), { recursive: true });
  for (const more of ['logging', 'keyvalue']) fs.cpSync(path.join(WIT, 'deps', more), path.join(dir, 'wit', 'deps', more), { recursive: true });
  const files = { [file]: source, 'package.json': '{"name":"it","type":"module"}', 'wit/world.wit': WORLD, ...more };
  for (const [at, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(dir, at)), { recursive: true });
    fs.writeFileSync(path.join(dir, at), text);
  }
  return dir;
}

function build(dir, ...options) {
  return spawnSync(process.execPath, ['parlor/build.mjs', ...options], { cwd: dir, encoding: 'utf8' });
}

/** The build fails, and says this. */
function fails(name, source, words, options) {
  const { status, stderr, stdout } = build(project(name, source, options));
  assert.equal(status, 1, stderr);
  assert.match(stderr, words);
  assert.equal(stdout, '');
}

const BOT = "import { bot } from './parlor/index.js';\n";

test('a program becomes a component', () => {
  const dir = project('good', `${BOT}export default bot({});`);
  const { status, stderr, stdout } = build(dir);
  assert.deepEqual([status, stderr, stdout], [0, '', '']);
  const component = fs.readFileSync(path.join(dir, 'build', 'it.wasm'));
  // The magic of WebAssembly, and the layer of components.
  assert.deepEqual([...component.subarray(0, 8)], [0, 97, 115, 109, 13, 0, 1, 0]);
  assert.deepEqual(fs.readdirSync(path.join(dir, 'build')), ['it.wasm']);
});

test('what waits is refused, wherever it stands in the author\'s files', () => {
  fails('await', `${BOT}import './more.js';\nexport default bot({\n  onMessage: async (m) => {},\n});`,
    /^(?=[^]*more\.js:1:8: an extension never waits)(?=[^]*app\.js:4:14: an extension never waits)/, { more: { 'more.js': 'export async function f() {}' } });
  fails('for-await', `${BOT}export async function* f(x) { for await (const y of x) yield y; }\nexport default bot({});`, /app\.js:2:8: an extension never waits/);
});

test('generators do not wait', () => {
  assert.equal(build(project('generator', `${BOT}function* f() { yield 1; }\nexport default bot({ summary: String([...f()]) });`)).status, 0);
});

test('what is wrong is told where it is', () => {
  fails('syntax', `${BOT}export default bot({;`, /^app\.js:2:21: /m);
  fails('missing', `import { nosuch } from './parlor/index.js';\nnosuch();`, /^app\.js:1:10: No matching export/m);
  fails('throws', `${BOT}function f() {\n  throw new RangeError('no good');\n}\nf();\nexport default bot({});`, /^app\.js:3: no good\n    at f \(app\.js:3\)\n    at <anonymous> \(app\.js:5\)/);
  fails('misspelt', `${BOT}\nexport default bot({ onMesage() {} });`, /^app\.js:3: bot has no `onMesage`/);
});

test('what the world lacks is told with the line to add', () => {
  fails('import', "import { bot, store } from './parlor/index.js';\nexport default bot({ start: () => store.get('x') });", /Add there: import wasi:keyvalue\/store@0\.2\.0-draft;/);
  fails('export', `${BOT}export default bot({ onMessage() {} });`, /^app\.js: this would never be called: [^]*export parlor:chat\/message-handler@0\.1\.0;/);
});

test('the host cannot be called while the component is built', () => {
  fails('early', "import chat from 'parlor:chat/chat@0.1.0';\nimport { bot } from './parlor/index.js';\nchat.networks();\nexport default bot({});", /parlor:chat\/chat@0\.1\.0#networks at its top level/);
});

test('types are checked, and their mistakes told in the same form', () => {
  const more = { 'tsconfig.json': '{"compilerOptions":{"module":"esnext","moduleResolution":"bundler","lib":["esnext"],"types":[],"strict":true},"include":["app.ts"]}' };
  fails('types', `${BOT}const n: number = 'x';\nexport default bot({});`, /^app\.ts:2:7: TS2322: /m, { file: 'app.ts', more });
  assert.equal(build(project('typed', `${BOT}const n: number = 7;\nexport default bot({ summary: String(n) });`, { file: 'app.ts', more })).status, 0);
});

test('what is not installed is told with the command', () => {
  const dir = project('bare', `${BOT}export default bot({});`);
  const { status, stderr } = spawnSync(process.execPath, ['parlor/build.mjs'], { cwd: dir, encoding: 'utf8', env: { ...process.env, NODE_PATH: '' } });
  assert.equal(status, 3, stderr);
  assert.match(stderr, /esbuild is not installed: run `npm install` in /);
});

test('for development the component stays while the program changes', () => {
  const dir = project('dev', `${BOT}export default bot({ summary: 'one' });`);
  const first = JSON.parse(build(dir, '--dev').stdout);
  assert.match(fs.readFileSync(first.program, 'utf8'), /one/);
  fs.writeFileSync(path.join(dir, 'app.js'), `${BOT}export default bot({ summary: 'two' });`);
  // Whatever the world imports a program can use: the component knows it by name.
  const runner = fs.readFileSync(first.component, 'latin1');
  for (const name of ['parlor:chat/chat@0.1.0', 'parlor:host/timers@0.1.0', 'wasi:keyvalue/store@0.2.0-draft']) assert.ok(runner.includes(`"${name}"`), name);
  const made = fs.statSync(first.component).mtimeMs;
  const second = JSON.parse(build(dir, '--dev').stdout);
  assert.deepEqual(second, first);
  assert.equal(fs.statSync(second.component).mtimeMs, made);
  assert.match(fs.readFileSync(second.program, 'utf8'), /two/);
  // A mistake leaves everything as it was.
  fs.writeFileSync(path.join(dir, 'app.js'), 'export default {');
  assert.deepEqual([build(dir, '--dev').status, build(dir, '--dev').stdout], [1, '']);
  assert.match(fs.readFileSync(second.program, 'utf8'), /two/);
  // Another world is another component, and the old one goes.
  fs.writeFileSync(path.join(dir, 'app.js'), `${BOT}export default bot({});`);
  fs.writeFileSync(path.join(dir, 'wit', 'world.wit'), WORLD.replace('command-handler', 'message-handler'));
  const third = JSON.parse(build(dir, '--dev').stdout);
  assert.notEqual(third.component, first.component);
  assert.ok(!fs.existsSync(first.component));
});

test('every interface is exported, in the component and in that for development', () => {
  const exported = (file) => [...fs.readFileSync(path.join(SDK, file), 'utf8').matchAll(/\b([a-zA-Z]+)(?= = later\(|,\n|, [a-z]|,$)/gm)].map(([, name]) => name);
  for (const file of ['entry.js', 'dev.js']) {
    assert.deepEqual(NAMES.filter((name) => !exported(file).includes(name)), [], file);
  }
});

test('the types of the contract are those of wit/', () => {
  assert.equal(fs.readFileSync(FILE, 'utf8'), contract(), 'run `node guests/sdk-js/contract-types.mjs`');
});
