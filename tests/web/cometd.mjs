// Two of CometD's own clients in a session of coweb:
//
//     cometd.mjs SERVER TRANSPORT
//
// One publishes, the other hears it; then that one goes. What happened is said line by line.

import { AckExtension, CometD } from 'cometd';
import { adapt } from 'cometd-nodejs-client';

adapt();

const [server, transport] = process.argv.slice(2);
const OPERATIONS = 20;

/// A client that has shaken hands in the session of the tests, with acknowledgements.
async function client(name) {
  const wanted = { key: 'cometd', collab: true, cacheState: false };
  const answer = await fetch(`${server}/admin`, { method: 'POST', body: JSON.stringify(wanted) });
  const { sessionurl, sessionid } = await answer.json();
  const cometd = new CometD();
  cometd.registerExtension('ack', new AckExtension());
  for (const other of cometd.getTransportTypes().filter((type) => type !== transport)) {
    cometd.unregisterTransport(other);
  }
  cometd.configure({ url: server + sessionurl, logLevel: 'warn', appendMessageTypeToURL: false });
  cometd.addListener('/meta/unsuccessful', (message) => console.log(`${name}: unsuccessful ${message.channel} ${message.error}`));
  await new Promise((done) => cometd.handshake((reply) => {
    console.log(`${name}: handshake ${reply.successful} over ${cometd.getTransport().type}, acks ${reply.ext?.ack}`);
    done();
  }));
  return { cometd, base: `/session/${sessionid}` };
}

/// Joins as coweb's clients do, and returns once the state is there.
function join({ cometd, base }, name) {
  return new Promise((joined) => {
    const update = ({ data }) => {
      cometd.publish('/service/session/updater', { token: data, state: [{ topic: 'x', value: name }] });
    };
    cometd.batch(() => {
      cometd.subscribe(`${base}/roster/*`, ({ channel, data }) => {
        console.log(`${name}: ${channel.split('/').at(-1)} ${data.siteId}`);
        if (channel.endsWith('/unavailable')) {
          cometd.disconnect(() => console.log(`${name}: disconnected`));
        }
      });
      const joining = cometd.subscribe('/service/session/join/*', ({ channel, data }) => {
        console.log(`${name}: ${channel.split('/').at(-1)} ${JSON.stringify(data)}`);
        if (channel.endsWith('/state')) {
          cometd.batch(() => {
            cometd.unsubscribe(joining);
            cometd.subscribe('/service/session/updater', update, joined);
          });
        }
      });
    });
  });
}

const anna = await client('anna');
await join(anna, 'anna');
const ben = await client('ben');
const numbers = [];
ben.cometd.subscribe(`${ben.base}/sync/*`, ({ data }) => {
  numbers.push(data.value, data.order, data.siteId);
  if (numbers.length === 3 * OPERATIONS) {
    console.log(`ben: heard ${numbers.join(' ')}`);
    ben.cometd.disconnect(() => console.log('ben: disconnected'));
  }
});
await join(ben, 'ben');
for (let number = 0; number < OPERATIONS; number += 1) {
  const data = { topic: 'coweb.sync.note.list', value: String(number), type: null, position: 0, context: null };
  anna.cometd.publish(`${anna.base}/sync/app`, data);
}
