// Adds up numbers: `{"add": 2}` is answered with `{"sum": 2}`, and all who listen are told the sum and who added.
//
// Each session that uses the service has a bot of its own. The access manager can start it with `{"start": 40}`.

import { serviceBot, session } from './parlor/index.js';

let sum = 0;

export default serviceBot({
  start(appData) {
    if (Number.isSafeInteger(appData?.start)) sum = appData.start;
  },

  onRequest(request) {
    const next = sum + request.data?.add;
    if (!Number.isSafeInteger(request.data?.add) || !Number.isSafeInteger(next)) {
      return request.reply({ error: 'say {"add": NUMBER}' });
    }
    sum = next;
    request.reply({ sum });
    session.publish({ by: request.username, sum });
  },
});
