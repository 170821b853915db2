// Builds the component of a JavaScript or TypeScript project: `node parlor/build.mjs`. What it needs besides Node.js is
// in the project's package.json, and comes by `npm install`.
//
// Exit status: 0 built, 1 a mistake in the project, 3 something is not installed.

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { lineTable, readMappings } from './sourcemap.mjs';

const SDK = path.dirname(fileURLToPath(import.meta.url));
/** What the engine calls the bundle in a stack: built, or evaluated by `dev.js`. */
const BUNDLE_NAMES = ['componentize-qjs:user.js', '<input>', '<evalScript>', '<eval>'];
/** What the host gives, which no bundle can have inside. */
const EXTERNAL = ['parlor:*', 'wasi:*'];
const CONFIG_WIT = `package wasi:config@0.2.0-rc.1 {
  interface store {
    variant error { upstream(string), io(string) }
    get: func(key: string) -> result<option<string>, error>;
    get-all: func() -> result<list<tuple<string, string>>, error>;
  }
}
`;

/** A mistake, in lines for people. */
class Mistake extends Error {
  constructor(lines, status = 1) {
    super([lines].flat().join('\n'));
    this.status = status;
  }
}

/** The project in a folder. */
function project(folder, options) {
  const dir = path.resolve(folder);
  const manifest = path.join(dir, 'package.json');
  if (!fs.existsSync(manifest)) throw new Mistake(`there is no package.json in ${dir}`);
  const { name, version = '0.0.0' } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const source = ['app.ts', 'app.js'].find((file) => fs.existsSync(path.join(dir, file)));
  if (!source) throw new Mistake(`there is neither app.js nor app.ts in ${dir}`);
  const wit = path.resolve(dir, options.wit ?? 'wit');
  if (!fs.existsSync(wit)) throw new Mistake(`there is no folder ${wit}: it has the world that the component is built for`);
  return { dir, name, version, source, wit, require: createRequire(manifest) };
}

/** A tool of the project, as npm installed it. */
function tool(it, name) {
  try {
    return it.require(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Mistake(`${name} is not installed: run \`npm install\` in ${it.dir}`, 3);
  }
}

/** What esbuild found wrong, each at its place. */
function mistakes(it, errors) {
  return errors.flatMap(({ text, location }) => {
    if (!location) return [text];
    const file = path.relative(it.dir, path.resolve(it.dir, location.file));
    return [`${file}:${location.line}:${location.column + 1}: ${text}`, `    ${location.lineText.trim()}`];
  });
}

/** Puts the author's files and the SDK into one, and leaves out what is not used. */
async function bundle(it, format) {
  const esbuild = tool(it, 'esbuild');
  const shared = {
    absWorkingDir: it.dir,
    bundle: true,
    write: false,
    logLevel: 'silent',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'default'],
    target: 'esnext',
    external: EXTERNAL,
    nodePaths: (process.env.NODE_PATH ?? '').split(path.delimiter).filter(Boolean),
  };
  const own = path.join(it.dir, it.source);
  try {
    await refuseWaiting(it, esbuild, { ...shared, entryPoints: [own] });
    const result = await esbuild.build({
      ...shared,
      entryPoints: [path.join(SDK, 'entry.js')],
      alias: { app: own },
      format,
      outfile: path.join(it.dir, 'build', 'bundle.js'),
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      // What libraries wait for becomes calls of `Promise`, of which `globals.js` tells the log.
      supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
      define: { __PARLOR_NAME__: JSON.stringify(it.name), __PARLOR_VERSION__: JSON.stringify(it.version) },
    });
    const [map, code] = ['.map', '.js'].map((end) => result.outputFiles.find((file) => file.path.endsWith(end)).text);
    return { code, map: readMappings(JSON.parse(map)), build: path.join(it.dir, 'build') };
  } catch (error) {
    if (error.errors) throw new Mistake(mistakes(it, error.errors));
    throw error;
  }
}

/**
 * Refuses what waits: the engine never goes on after an `await`. esbuild's parser finds each such function when it is
 * asked for a language that has none, and tells of generators too, which are fine.
 */
async function refuseWaiting(it, esbuild, options) {
  const none = { 'async-await': false, 'async-generator': false, 'for-await': false, generator: false };
  const found = await esbuild.build({ ...options, supported: none, packages: 'external', format: 'esm' }).then(
    () => [],
    ({ errors }) => errors.filter(({ text }) => /^Transforming (async|for-await)/.test(text)),
  );
  const waiting = mistakes(it, found.map((error) => ({
    ...error,
    text: 'an extension never waits, and what comes after an `await` would never happen: take `async` and `await` away (every function of Parlor answers at once)',
  })));
  if (waiting.length) throw new Mistake(waiting);
}

/** The bundle with a table of where its lines come from, for the stacks of errors. On its first line, so that all keep their numbers. */
function withLines(it, { code, map, build }) {
  const table = lineTable(map, (source) => {
    const file = path.relative(it.dir, path.resolve(build, source));
    return path.resolve(it.dir, file).startsWith(SDK + path.sep) ? undefined : file;
  });
  return `globalThis.__parlorLines=${JSON.stringify({ names: BUNDLE_NAMES, ...table })};${code}`;
}

/** Has TypeScript look for mistakes in types. It makes nothing: esbuild does. */
async function checkTypes(it) {
  const manifest = it.require.resolve.paths('typescript').map((dir) => path.join(dir, 'typescript', 'package.json')).find(fs.existsSync);
  if (!manifest) throw new Mistake(`typescript is not installed: run \`npm install\` in ${it.dir}`, 3);
  const { spawnSync } = await import('node:child_process');
  const { bin } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const compiler = path.join(path.dirname(manifest), bin.tsc);
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '--noEmit', '--pretty', 'false'], { cwd: it.dir, encoding: 'utf8' });
  if (status === 0) return;
  const text = `${stdout}${stderr}`.trim();
  throw new Mistake(text.replace(/^(.*?)\((\d+),(\d+)\): error /gm, '$1:$2:$3: '));
}

/** What the engine says of a program that fails while it is built, with the places in the author's files. */
function failure(it, message, { map, build }) {
  const missing = /Error resolving module '([^']+:[^']+)'/.exec(message);
  if (missing) {
    return `${it.source} uses ${missing[1]}, which wit/world.wit does not import. Add there: import ${missing[1]};`;
  }
  const early = /unknown import: `([^`]+)` has not been defined/.exec(message);
  if (early) {
    return `${it.source} calls ${early[1]} at its top level, which is run while it is built, where there is no host: call it in \`start\`, or in what the host calls`;
  }
  const text = message.replace(/^[\s:]*Failed to evaluate user JavaScript module: (Failed to [^:]*: )?(Error: )?/, '');
  const [head, ...stack] = text.trim().split('\n');
  const places = stack.flatMap((line) => {
    const [, before, number] = /^\s*at (.*?)\s*\(?componentize-qjs:user\.js:(\d+):\d+\)?$/.exec(line) ?? [];
    const found = number && map[number - 1];
    const file = found && path.resolve(build, found.source);
    return !file || file.startsWith(SDK + path.sep) ? [] : [{ before, at: `${path.relative(it.dir, file)}:${found.line}` }];
  });
  const rest = places.length > 1 ? places.map(({ before, at }) => `    at ${before} (${at})`) : [];
  return [`${places[0]?.at ?? it.source}: ${head}`, ...rest];
}

async function componentize(it, wit, world, source) {
  const { componentize: run } = tool(it, 'componentize-qjs');
  const { component } = await run({ witPath: wit, jsSource: source, world, sync: true, optSize: true });
  return component;
}

/** The component as it is used. */
async function build(it, out) {
  if (it.source === 'app.ts') await checkTypes(it);
  const bundled = await bundle(it, 'esm');
  const source = withLines(it, bundled);
  let component;
  try {
    component = await componentize(it, it.wit, 'extension', source);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Mistake(failure(it, String(error.message ?? error), bundled));
  }
  fs.mkdirSync(path.dirname(out), { recursive: true });
  fs.writeFileSync(`${out}.part`, component);
  fs.renameSync(`${out}.part`, out);
}

/** All files of a folder that end so, by name. */
function files(dir, end) {
  const all = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** The program for `parlor run --watch`, and the component that runs it, which is made when the world has changed. */
async function develop(it) {
  const dir = path.join(it.dir, 'build', 'dev');
  fs.mkdirSync(dir, { recursive: true });
  const texts = files(it.wit, '.wit').map((file) => fs.readFileSync(file, 'utf8'));
  const own = files(SDK, 'js').map((file) => fs.readFileSync(file, 'utf8'));
  const { version } = tool(it, 'componentize-qjs/package.json');
  const key = createHash('sha256').update(JSON.stringify([version, texts, own])).digest('hex').slice(0, 16);
  const component = path.join(dir, `runs-${key}.wasm`);
  const program = bundle(it, 'cjs').then((bundled) => withLines(it, bundled));
  if (!fs.existsSync(component)) {
    await program;
    for (const old of files(dir, '.wasm')) fs.rmSync(old);
    fs.writeFileSync(`${component}.part`, await runner(it, path.join(dir, 'wit'), texts));
    fs.renameSync(`${component}.part`, component);
  }
  fs.writeFileSync(path.join(dir, 'program.js'), await program);
  console.log(JSON.stringify({ component, program: path.join(dir, 'program.js') }));
}

/** The component that runs programs: for the project's world, with the configuration that brings the program. */
async function runner(it, wit, texts) {
  fs.rmSync(wit, { recursive: true, force: true });
  fs.cpSync(it.wit, wit, { recursive: true });
  const ours = texts.find((text) => /^\s*world extension\b/m.test(text)) ?? '';
  const name = /^package\s+([^;]+);/m.exec(ours)?.[1];
  if (!name) throw new Mistake('wit/world.wit has no `package …;` with a `world extension`');
  const known = texts.some((text) => /^package\s+wasi:config@/m.test(text));
  const world = `world parlor-dev {\n  include extension;\n  import wasi:config/store@0.2.0-rc.1;\n  import wasi:logging/logging@0.1.0-draft;\n}\n`;
  fs.writeFileSync(path.join(wit, 'parlor-dev.wit'), `package ${name};\n\n${world}${known ? '' : CONFIG_WIT}`);
  const { code } = await bundleRunner(it, modules(it.wit));
  return componentize(it, wit, 'parlor-dev', code);
}

async function bundleRunner(it, names) {
  const esbuild = tool(it, 'esbuild');
  const result = await esbuild.build({
    entryPoints: [path.join(SDK, 'dev.js')], bundle: true, write: false, format: 'esm', target: 'esnext',
    platform: 'neutral', external: EXTERNAL, define: { __PARLOR_MODULES__: JSON.stringify(names) },
  });
  return { code: result.outputFiles[0].text };
}

/** The interfaces of all packages, by their full names: more than can be imported, and nothing else can be. */
function modules(wit) {
  const all = files(wit, '.wit');
  const folders = new Set(all.map((file) => path.dirname(file)));
  return [...folders].flatMap((folder) => {
    const text = all.filter((file) => path.dirname(file) === folder).map((file) => fs.readFileSync(file, 'utf8')).join('\n');
    // One file of a package has its name.
    const [, name, version] = /^package\s+([\w:-]+)(@[^;\s]+)?;/m.exec(text) ?? [];
    const found = [...text.matchAll(/^\s*interface\s+([\w-]+)/gm)];
    return name ? found.map(([, it]) => `${name}/${it}${version ?? ''}`) : [];
  });
}

async function main() {
  const { values } = parseArgs({
    options: { dir: { type: 'string', default: '.' }, out: { type: 'string' }, wit: { type: 'string' }, dev: { type: 'boolean' } },
  });
  const it = project(values.dir, values);
  if (values.dev) await develop(it);
  else await build(it, path.resolve(values.out ?? path.join(it.dir, 'build', `${it.name}.wasm`)));
}

try {
  await main();
  // esbuild's helper would be waited for.
  process.exit(0);
} catch (error) {
  console.error(error instanceof Mistake ? error.message : error);
  process.exit(error instanceof Mistake ? error.status : 4);
}
