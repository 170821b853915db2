// Where the component begins: 'app' is the author's file. Each interface is exported by its name, whether the world has it or
// not: the engine looks up only those that it has.

import { finish } from './globals.js';
import * as app from 'app';
import { complete } from './exports.js';

export const {
  bot, commandHandler, messageHandler, mentionHandler, networkHandler,
  presenceHandler, reactionHandler, roomHandler, backend, rooms,
  timerHandler, netHandler, fetchHandler, auth, access, updaterTypeMatcher,
  launcher, manager, serviceBot, componentEvents, socketHandler,
  processHandler,
} = complete(app);

finish();
