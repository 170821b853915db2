// What can happen to one of CometD's own clients in a session of coweb:
//
//     cometd-trials.mjs SERVER TRANSPORT
//
// It asks for more than it may have, loses an answer on the way, and sees the server end. What happened is said line by
// line; the test starts the server again once it hears `lost`.

import net from 'node:net';
import { AckExtension, CometD } from 'cometd';
import { adapt } from 'cometd-nodejs-client';

adapt();

const [server, transport] = process.argv.slice(2);
const target = new URL(server);

/// Between the client and the server: loses the next piece that has this in it, and the connection with it.
let lose = null;
const between = net.createServer((near) => {
  const far = net.connect(Number(target.port), target.hostname);
  const end = () => [near, far].forEach((socket) => socket.destroy());
  near.on('data', (piece) => far.write(piece));
  far.on('data', (piece) => {
    if (lose && piece.includes(lose)) {
      lose = null;
      console.log('an answer is lost');
      end();
    } else {
      near.write(piece);
    }
  });
  [near, far].forEach((socket) => socket.on('close', end).on('error', end));
});
await new Promise((listening) => between.listen(0, '127.0.0.1', listening));
const way = `http://127.0.0.1:${between.address().port}`;

async function prepare() {
  const wanted = { key: 'trials', collab: true, cacheState: false };
  const answer = await fetch(`${server}/admin`, { method: 'POST', body: JSON.stringify(wanted) });
  return answer.json();
}

const { sessionurl, sessionid } = await prepare();
const base = `/session/${sessionid}`;
const cometd = new CometD();
cometd.registerExtension('ack', new AckExtension());
for (const other of cometd.getTransportTypes().filter((type) => type !== transport)) {
  cometd.unregisterTransport(other);
}
cometd.configure({ url: way + sessionurl, logLevel: 'error', backoffIncrement: 100, appendMessageTypeToURL: false });

let handshakes = 0;
cometd.addListener('/meta/handshake', ({ successful }) => {
  if (successful) {
    handshakes += 1;
    console.log(`handshake ${handshakes} over ${cometd.getTransport().type}`);
  }
});
await new Promise((done) => cometd.handshake(done));
for (const channel of ['/**', '/session/**', `${base}/**`]) {
  await new Promise((done) => cometd.subscribe(channel, () => {}, ({ successful, error }) => {
    console.log(`subscribed ${channel.replace(base, '')}: ${successful} ${error.split(':')[0]} ${error.endsWith('wildcard')}`);
    done();
  }));
}

// Joining, alone.
await new Promise((joined) => {
  const joining = cometd.subscribe('/service/session/join/*', ({ channel }) => {
    if (channel.endsWith('/state')) {
      cometd.unsubscribe(joining);
      cometd.subscribe('/service/session/updater', () => {}, joined);
    }
  });
});
const heard = [];
await new Promise((done) => cometd.subscribe(`${base}/sync/*`, ({ data }) => {
  heard.push(`${data.value}:${data.order}`);
  if (heard.length === 3) {
    console.log(`heard ${heard.join(' ')}`);
  }
}, done));
lose = 'coweb.sync';
for (const value of ['a', 'b', 'c']) {
  cometd.publish(`${base}/sync/app`, { topic: 'coweb.sync.x.y', value, type: null, position: 0, context: null });
}
while (heard.length < 3) {
  await new Promise((next) => setTimeout(next, 20));
}

// The server ends, and comes again. Somebody prepares the session again.
cometd.addListener('/meta/connect', ({ successful }) => {
  if (!successful && handshakes === 1 && !cometd.told) {
    cometd.told = true;
    console.log('lost');
  }
});
console.log('ready');
for (;;) {
  await new Promise((next) => setTimeout(next, 50));
  if (cometd.told) {
    await prepare().catch(() => {});
  }
  if (handshakes === 2) {
    cometd.disconnect(() => process.exit());
  }
}
