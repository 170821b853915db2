// The component of `parlor run --watch`: it is compiled once, and reads the program that it runs from its configuration
// when it is first called. So an edit needs no new component.

import store from 'wasi:config/store@0.2.0-rc.1';

import { report, words } from './errors.js';

// What the world imports, by name; `build.mjs` writes the names. Those that it lacks cannot be imported.
const modules = {};
for (const name of __PARLOR_MODULES__) {
  try {
    modules[name] = await import(name);
  } catch {
    // A program that needs it is told so when it starts.
  }
}

let program;

function load() {
  const source = store.get('parlor-source');
  if (!source) throw new Error('there is no program in `parlor-source`');
  const require = (name) => {
    const found = modules[name];
    if (!found) throw new Error(`wit/world.wit does not import ${name}`);
    return { __esModule: true, ...found };
  };
  const module = { exports: {} };
  (0, eval)(`(function(require,module,exports){${source}\n})`)(require, module, module.exports);
  return module.exports;
}

/** The program, which is run when it is first asked for. What goes wrong then is told as if a function had failed. */
function started() {
  try {
    return (program ??= load());
  } catch (error) {
    report('the start of the program', error);
    throw words(error);
  }
}

/** An interface of the program, whose functions are asked for when they are called. */
const later = (name) => new Proxy({}, { get: (_, key) => (...values) => started()[name][key](...values) });

export const bot = later('bot');
export const commandHandler = later('commandHandler');
export const messageHandler = later('messageHandler');
export const mentionHandler = later('mentionHandler');
export const networkHandler = later('networkHandler');
export const presenceHandler = later('presenceHandler');
export const reactionHandler = later('reactionHandler');
export const roomHandler = later('roomHandler');
export const backend = later('backend');
export const rooms = later('rooms');
export const timerHandler = later('timerHandler');
export const netHandler = later('netHandler');
export const fetchHandler = later('fetchHandler');
export const auth = later('auth');
export const access = later('access');
export const updaterTypeMatcher = later('updaterTypeMatcher');
export const launcher = later('launcher');
export const manager = later('manager');
export const serviceBot = later('serviceBot');
export const componentEvents = later('componentEvents');
export const socketHandler = later('socketHandler');
export const processHandler = later('processHandler');
