// Starts the servers before the first integration or e2e suite; `global-teardown.mjs` ends them.
import './typescript.mjs';

const { startServers } = await import('./servers.ts');

export let servers;

export default async function setUp() {
  const starting = startServers({ log: (line) => process.stderr.write(`${line}\n`) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void endAndExit(starting));
  servers = await starting;
  Object.assign(process.env, servers.environment);
  // No suite may reach a person's own database or broker by accident.
  delete process.env.DATABASE_URL;
  delete process.env.AMQP_URL;
}

async function endAndExit(starting) {
  const started = await starting.catch(() => undefined);
  await started?.stop();
  process.exit(130);
}
