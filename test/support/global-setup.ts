/** Starts the servers before the first integration or e2e suite, and ends them after the last. `with-servers.ts` tells each suite where they are. */
import type { TestProject } from 'vitest/node';
import { type Servers, startServers } from './servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    servers: Servers['environment'];
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const starting = startServers({ log: (line) => process.stderr.write(`${line}\n`) });
  const stop = (): Promise<void> => starting.then((servers) => servers.stop()).catch(() => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop().then(() => process.exit(130)));
  project.provide('servers', (await starting).environment);
  return stop;
}
