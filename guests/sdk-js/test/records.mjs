// Records as the host would pass them.

export const identifier = (nick, more = {}) => ({
  network: 'net', person: `@${nick}`, client: null, nick, displayName: null, room: null, accessId: nick, ...more,
});

export const message = (body, more = {}) => ({
  id: null, network: 'net', sender: identifier('anna'), recipient: { tag: 'room', val: '#lobby' }, body, parent: null,
  timestamp: 1, delayed: false, extras: [], ...more,
});

export const invocation = (command, given = '', more = {}) => ({
  command, arguments: given, message: message(`!${command} ${given}`, more),
});
