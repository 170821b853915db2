// Parlor itself, with the page: the built program that PARLOR names, with the folder that PARLOR_PAGE names, and the bots
// of the page from the folder that PARLOR_GUESTS names.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts it, on a port of its own choice or on this one; on request without the bots. */
export async function parlor(port = 0, bots = true) {
  const { PARLOR: program, PARLOR_PAGE: page, PARLOR_GUESTS: guests } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const configuration = join(folder, 'parlor.toml');
  const guest = (name) => JSON.stringify(join(guests, `${name}.wasm`));
  const services = `
    service.echo = { component = ${guest('echo-service')} }
    service.scribe = { component = ${guest('scribe')}, grant = { store = "1 MiB" } }
    [store]
    url = ${JSON.stringify(`sqlite:${join(folder, 'parlor.db')}`)}`;
  const coweb = `[coweb]\nlisten = "127.0.0.1:${port}"\nstatic = ${JSON.stringify(page)}\n`;
  await writeFile(configuration, coweb + (bots ? services : ''));
  const server = spawn(program, ['run', '-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  let url;
  for await (const line of createInterface({ input: server.stderr })) {
    url = /coweb: listening on (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  if (!url) throw new Error(`${program} does not listen`);
  server.stderr.resume();
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}
