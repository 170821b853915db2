// How a session's server is reached: CometD over a websocket or long polling, and HTTP for the rest.

import { AckExtension, CometD } from './cometd/cometd.js';

/** How long the server may take, in milliseconds. */
const PATIENCE = 10_000;

/** Whether websockets get through to the server. */
let sockets = true;

/** Finds or makes the session of a key. */
export async function prepare(key) {
  const answer = await fetch('admin', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(PATIENCE),
    body: JSON.stringify({ key, collab: true, cacheState: false }),
  });
  if (!answer.ok) throw new Error(`the server says ${answer.status}`);
  return answer.json();
}

/** A connection to a session; nothing is sent yet. */
export function connect(url) {
  const comet = new CometD();
  // With acknowledgements everything comes in one order, and nothing is lost where a connection breaks off.
  comet.registerExtension('ack', new AckExtension());
  if (!sockets) comet.unregisterTransport('websocket');
  comet.addListener('/meta/handshake', ({ successful }) => {
    // The session was prepared a moment ago: somebody between us lets no websocket through.
    if (!successful) sockets = false;
  });
  comet.configure({
    url: new URL(url, location.href).href,
    appendMessageTypeToURL: false,
    // It would be made of a blob, which the page's Content-Security-Policy keeps from running.
    useWorkerScheduler: false,
    logLevel: 'error',
  });
  return comet;
}

/** Says goodbye, also while the page closes. Does not fail: a server that does not hear it notices by itself. */
export async function leave({ url, clientId }) {
  const goodbye = [{ channel: '/meta/disconnect', clientId, id: 'goodbye' }];
  const headers = { 'Content-Type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body: JSON.stringify(goodbye), keepalive: true }).catch(() => {});
}

/** Waits, in milliseconds. */
export function pause(time) {
  return new Promise((done) => setTimeout(done, time));
}
