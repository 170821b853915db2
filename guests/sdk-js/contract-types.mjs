// Writes parlor/contract.d.ts, the types of the contract for TypeScript, from wit/: `node guests/sdk-js/contract-types.mjs`.
// A test fails where the file is not what this makes.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const WIT = path.join(HERE, '../../wit');
const FOLDERS = ['chat', 'host', 'coweb', 'deps/keyvalue', 'deps/config', 'deps/logging'];
const NUMBERS = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64'];
/** Nobody implements it here. */
const LEFT_OUT = ['watcher'];

const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase());

/** The words and signs of a WIT text; comments of documentation are kept as `/// …`. */
function tokens(text) {
  return text.match(/\/\/\/[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|->|%?[A-Za-z_][\w-]*|[\d.]+[\w.-]*|[^\s\w]/g)
    .filter((token) => token.startsWith('///') || !/^\/[/*]/.test(token));
}

class Parser {
  constructor(text) {
    this.left = tokens(text);
    this.docs = [];
  }

  /** The next token; the documentation before it is put by for whoever is declared next. */
  peek() {
    while (this.left[0]?.startsWith('///')) this.docs.push(this.left.shift().slice(3).trim());
    return this.left[0];
  }
  take(wanted) {
    const token = this.peek();
    if (wanted && token !== wanted) throw new Error(`${wanted} expected, not ${this.left.slice(0, 8).join(' ')}`);
    this.left.shift();
    return token;
  }
  took(wanted) {
    return this.peek() === wanted && Boolean(this.left.shift());
  }
  until(end) {
    const all = [];
    while (this.peek() !== end) all.push(this.take());
    this.take(end);
    return all;
  }
  documentation() {
    const lines = this.docs.splice(0).filter((line, at, { length }) => line || (at && at < length - 1));
    if (lines.length < 2) return lines.map((line) => `/** ${line} */`);
    return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
  }

  /** What is between braces, each with its documentation; `read` reads one. */
  list(close, read) {
    const all = [];
    while (this.peek() !== close) {
      const docs = this.documentation();
      all.push([...docs, read()]);
      this.took(',');
    }
    this.take(close);
    return all.flat();
  }

  type() {
    const name = this.take();
    const inside = () => {
      this.take('<');
      const types = [];
      do types.push(this.type()); while (this.took(','));
      this.take('>');
      return types;
    };
    if (name === 'string' || name === 'char') return 'string';
    if (name === 'bool') return 'boolean';
    if (NUMBERS.includes(name)) return name === 'u8' ? 'u8' : 'number';
    if (name === '_') return 'undefined';
    if (name === 'borrow' || name === 'own') return inside()[0];
    if (name === 'tuple') return `[${inside().join(', ')}]`;
    if (name === 'option') return `${inside()[0]} | null`;
    if (name === 'list') {
      const [of] = inside();
      return of === 'u8' ? 'Uint8Array' : of.includes(' | ') ? `(${of})[]` : `${of}[]`;
    }
    if (name === 'result') {
      const [ok, err] = this.peek() === '<' ? inside() : ['undefined', 'undefined'];
      return `{ tag: 'ok'; val: ${ok} } | { tag: 'err'; val: ${err} }`;
    }
    return pascal(name);
  }

  /** What is after `func`: its parameters and what it returns. An error is thrown, so only the good outcome is told. */
  signature() {
    this.take('(');
    const parameters = [];
    while (!this.took(')')) {
      this.docs = [];
      const name = camel(this.take());
      this.take(':');
      parameters.push(`${name}: ${this.plain()}`);
      this.took(',');
    }
    this.docs = [];
    let result = 'void';
    if (this.took('->')) {
      if (this.took('result')) {
        if (this.took('<')) {
          const ok = this.plain();
          result = ok === 'undefined' ? 'void' : ok;
          if (this.took(',')) this.plain();
          this.take('>');
        }
      } else {
        result = this.plain();
      }
    }
    this.take(';');
    return `(${parameters.join(', ')}): ${result};`;
  }
  plain() {
    const type = this.type();
    return type === 'u8' ? 'number' : type;
  }
}

/** One interface as a module of TypeScript. */
function module(parser, name) {
  const types = [];
  const functions = [];
  const classes = [];
  const add = (docs, ...lines) => types.push(...docs, ...lines);
  parser.take('{');
  while (!parser.took('}')) {
    if (parser.took('@')) {
      parser.until(')');
      continue;
    }
    const docs = parser.documentation();
    const word = parser.take();
    if (word === 'use') {
      const from = parser.until('{').join('').replace(/\.$/, '');
      const names = parser.until('}').filter((part) => part !== ',').map(pascal);
      parser.take(';');
      const whole = from.includes(':') ? from : `${name.split('/')[0]}/${from}@${name.split('@')[1]}`;
      types.push(`import type { ${names.join(', ')} } from '${whole}';`, `export type { ${names.join(', ')} };`);
    } else if (word === 'type') {
      const alias = pascal(parser.take());
      parser.take('=');
      add(docs, `export type ${alias} = ${parser.plain()};`);
      parser.take(';');
    } else if (word === 'record') {
      const record = pascal(parser.take());
      parser.take('{');
      const fields = parser.list('}', () => `${camel(parser.take())}${parser.take(':')} ${parser.plain()};`);
      add(docs, `export interface ${record} {`, ...fields.map((line) => `  ${line}`), '}');
    } else if (word === 'variant' || word === 'enum') {
      const union = pascal(parser.take());
      parser.take('{');
      const cases = parser.list('}', () => {
        const tag = parser.take();
        if (word === 'enum') return `| '${tag}'`;
        if (!parser.took('(')) return `| { tag: '${tag}' }`;
        const val = parser.plain();
        parser.take(')');
        return `| { tag: '${tag}'; val: ${val} }`;
      });
      add(docs, `export type ${union} =`, ...cases.map((line) => `  ${line}`));
      types.push(`${types.pop()};`);
    } else if (word === 'flags') {
      const flags = pascal(parser.take());
      parser.take('{');
      const names = parser.list('}', () => `${camel(parser.take())}?: boolean;`);
      add(docs, `export interface ${flags} {`, ...names.map((line) => `  ${line}`), '}');
    } else if (word === 'resource') {
      const resource = parser.take();
      parser.take('{');
      const methods = parser.list('}', () => {
        const method = camel(parser.take());
        parser.take(':');
        parser.take('func');
        return `${method}${parser.signature()}`;
      });
      classes.push(pascal(resource));
      add(docs, `export interface ${pascal(resource)} {`, ...methods.map((line) => `  ${line}`), '  [Symbol.dispose](): void;', '}');
    } else {
      parser.take(':');
      parser.take('func');
      functions.push(...docs, `${camel(word)}${parser.signature()}`);
    }
    parser.docs = [];
  }
  if (!functions.length && !classes.length) return [name, types];
  const all = [...functions, ...classes.map((resource) => `${resource}: { prototype: ${resource} };`)];
  return [name, [...types, 'export interface Functions {', ...all.map((line) => `  ${line}`), '}', 'const functions: Functions;', 'export default functions;']];
}

function modules(text) {
  const [, pkg, version] = /^package\s+([\w:-]+)@([\w.-]+);/m.exec(text);
  const parser = new Parser(text);
  const found = [];
  while (parser.peek()) {
    const word = parser.take();
    if (word === 'interface') {
      const docs = parser.documentation();
      const name = parser.take();
      const [whole, lines] = module(parser, `${pkg}/${name}@${version}`);
      if (!LEFT_OUT.includes(name)) found.push({ docs, whole, lines });
    } else if (word === 'world') {
      parser.until('}');
      parser.docs = [];
    }
  }
  return found;
}

/** The whole file. */
export function contract() {
  const texts = FOLDERS.map((folder) => {
    const files = fs.readdirSync(path.join(WIT, folder)).filter((file) => file.endsWith('.wit')).sort();
    const all = files.map((file) => fs.readFileSync(path.join(WIT, folder, file), 'utf8'));
    // The package's name stands in one of its files.
    const named = all.find((text) => /^package\s/m.test(text));
    const line = /^package\s[^;]*;/m.exec(named)[0];
    return `${line}\n${all.map((text) => text.replace(/^package\s[^;]*;/m, '')).join('\n')}`;
  });
  const head = '// The contract, as TypeScript sees it. Generated from wit/ by contract-types.mjs: change that, not this.\n';
  const body = texts.flatMap(modules).map(({ docs, whole, lines }) =>
    [...docs, `declare module '${whole}' {`, ...lines.map((line) => `  ${line}`.trimEnd()), '}', ''].join('\n'));
  return `${head}\n${body.join('\n')}`;
}

export const FILE = path.join(HERE, 'parlor', 'contract.d.ts');

if (process.argv[1] === fileURLToPath(import.meta.url)) fs.writeFileSync(FILE, contract());
