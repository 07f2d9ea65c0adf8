// Starts the servers before the first integration or e2e suite. Each worker gets servers of its own, so that a suite may stop its broker.
// `global-teardown.mjs` ends them, `environment.mjs` gives each suite the servers of its worker.
import './typescript.mjs';

const { startServers } = await import('./servers.ts');

const starting = [];

export default async function setUp({ maxWorkers }) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stopServers().then(() => process.exit(130)));
  if (maxWorkers > 1 && (process.env.AMQP_URL || process.env.DATABASE_URL))
    throw new Error('The servers at AMQP_URL and DATABASE_URL serve one suite at a time: use --maxWorkers=1.');
  const start = () => {
    starting.push(startServers({ log: (line) => process.stderr.write(`${line}\n`) }));
    return starting.at(-1);
  };
  try {
    // The others start after the first, because the first may have to install RabbitMQ.
    await start();
    await Promise.all(Array.from({ length: maxWorkers - 1 }, start));
  } catch (error) {
    await stopServers();
    throw error;
  }
  const servers = await Promise.all(starting);
  process.env.TEST_SERVERS = JSON.stringify(servers.map(({ environment }) => environment));
  // Without these variables no suite can reach the developer's own database or broker by mistake.
  delete process.env.DATABASE_URL;
  delete process.env.AMQP_URL;
}

export async function stopServers() {
  const started = await Promise.allSettled(starting);
  await Promise.all(started.map(({ value }) => value?.stop()));
}
