// Chat bots, backends, managers and service bots for Parlor, in JavaScript. What is here and not used is not in the
// component: what a file of this SDK imports of the host, the world in `wit/world.wit` must import.

export { Arguments, duration, number, text, whole } from './arguments.js';
export { backend, ChatError } from './backend.js';
export { deleteAll, getAll, setAll } from './batch.js';
export { bot, command } from './bot.js';
export { bridge } from './bridge.js';
export { chat } from './chat.js';
export { components } from './components.js';
export { config } from './config.js';
export { UserError } from './errors.js';
export { events, person } from './events.js';
export { giveUp, request } from './fetch.js';
export { increment } from './increment.js';
export { access, auth, refused, removed, updater, welcome } from './managers.js';
export { escape } from './markdown.js';
export { Lines, net } from './net.js';
export { processes } from './processes.js';
export { launcher, manager } from './services.js';
export { serviceBot, session } from './session.js';
export { sockets } from './sockets.js';
export { store } from './store.js';
export { byteLength, decode, encode } from './text.js';
export { after, cancel, every } from './timers.js';
