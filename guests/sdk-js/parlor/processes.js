// Programs of the machine that a launcher was granted by name.

import host from 'parlor:coweb/processes@0.1.0';

import { speaking } from './host.js';
import { encode } from './text.js';

const plain = speaking(host);

/** Everything of `parlor:coweb/processes`; see there. The input can be text, the variables an object. */
export const processes = {
  ...plain,
  start: (program, input = '', environment = {}) =>
    plain.start(program, typeof input === 'string' ? encode(input) : input,
      Array.isArray(environment) ? environment : Object.entries(environment)),
};
