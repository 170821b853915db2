// Starts service bots that are components of the same server, and stops them.

import { components, launcher } from './parlor/index.js';

/** The services of this session that were started and not stopped. Each session has a launcher of its own. */
const started = new Set();

export default launcher({
  /** The bot proves itself to the manager with the token; `appData` is what the access manager says to it, as JSON. */
  startService(service, token, manager, appData) {
    components.launch(service, token, appData);
    started.add(service);
  },

  stopService(service, manager) {
    components.terminate(service);
    started.delete(service);
  },

  /** The session has ended. */
  stopAllServices(manager) {
    for (const service of started) components.terminate(service);
    started.clear();
  },
});
