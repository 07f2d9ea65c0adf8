/**
 * Starts the servers of each worker before the first integration or e2e suite, and ends them after the last: a suite may stop a server, so no
 * suite shares its servers with one that runs at the same time. `with-servers.ts` tells each suite where its servers are.
 */
import type { TestProject } from 'vitest/node';
import { type Servers, startServers } from './servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each worker. */
    servers: readonly Servers['environment'][];
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const starting = Array.from({ length: Number(project.config.maxWorkers) }, () => startServers({ log }));
  const stop = async (): Promise<void> => {
    await Promise.all(starting.map((one) => one.then((servers) => servers.stop()).catch(() => undefined)));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop().then(() => process.exit(130)));
  try {
    project.provide(
      'servers',
      (await Promise.all(starting)).map(({ environment }) => environment),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
