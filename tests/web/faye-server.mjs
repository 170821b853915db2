// faye's own server, on a free port of this machine: it says which.

import { createServer } from 'node:http';
import faye from 'faye';

const server = createServer();
new faye.NodeAdapter({ mount: '/bayeux', timeout: 45 }).attach(server);
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
