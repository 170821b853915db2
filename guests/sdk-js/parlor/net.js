// Connections, which the host keeps: `onOpen`, `onData` and `onClose` hear what happens on them.

import host from 'parlor:host/net@0.1.0';

import { speaking } from './host.js';
import { decode, encode } from './text.js';

const plain = speaking(host);

/** Everything of `parlor:host/net`; see there. What is sent can be text. */
export const net = {
  ...plain,
  send: (connection, data) => plain.send(connection, typeof data === 'string' ? encode(data) : data),
};

/** Puts lines together that come in pieces. One longer than `longest` bytes is an error: a peer must not fill the memory. */
export class Lines {
  constructor(longest = 64 * 1024) {
    this.longest = longest;
    this.rest = [];
  }

  /** The lines that are whole now, one after another, without their ends. */
  *read(data) {
    for (const byte of data) {
      if (byte !== 10) {
        this.rest.push(byte);
        if (this.rest.length > this.longest) throw new RangeError(`a line is longer than ${this.longest} bytes`);
        continue;
      }
      const line = decode(this.rest).replace(/\r+$/, '');
      this.rest = [];
      yield line;
    }
  }
}
