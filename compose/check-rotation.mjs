// Changes the passwords of the servers while the containers serve, by the recipe of docs/compose.md. `check-engine.mjs` calls it.
import { setTimeout as pause } from 'node:timers/promises';
import { send } from './check-client.mjs';

// PostgreSQL starts again, because its settings have changed.
const MAX_GAP_MS = 15_000;

export async function passwordsChanged({ api, compose, deploy, set }) {
  let [isOver, lastAt, longestGapMs, count] = [false, performance.now(), 0, 0];
  const client = (async () => {
    while (!isOver) {
      const { status } = await send(`${api}/movies`).catch(() => ({ status: 0 }));
      const now = performance.now();
      longestGapMs = Math.max(longestGapMs, now - lastAt);
      if (status === 200) [lastAt, count] = [now, count + 1];
      await pause(50);
    }
  })();
  try {
    await inServer(compose, 'postgres', 'psql', '--username=postgres', '--command', "ALTER ROLE movie_reservation PASSWORD 'n3w p@ss #1'");
    await inServer(compose, 'postgres', 'psql', '--username=postgres', '--command', "ALTER ROLE postgres PASSWORD 'n3w-of-postgres'");
    await inServer(compose, 'rabbitmq', 'rabbitmqctl', 'change_password', 'movie_reservation', 'n3w r@bbit');
    set({ DATABASE_PASSWORD: "'n3w p@ss #1'", POSTGRES_PASSWORD: 'n3w-of-postgres', RABBITMQ_PASSWORD: "'n3w r@bbit'" });
    const { code, output } = await deploy('current');
    if (code !== 0) throw new Error(`deploy.sh ended with ${code}: ${output.slice(-1_000)}`);
  } finally {
    isOver = true;
    await client;
  }
  const { code, output } = await compose('run', '--rm', '--no-deps', '-T', 'cli', 'doctor');
  if (code !== 0) throw new Error(`doctor found:\n${output}`);
  const gap = `${(longestGapMs / 1_000).toFixed(1)} s`;
  if (longestGapMs > MAX_GAP_MS) throw new Error(`No request was answered for ${gap}.`);
  return `${count} requests answered, longest time without one ${gap}`;
}

async function inServer(compose, service, ...command) {
  const { code, output } = await compose('exec', '-T', service, ...command);
  if (code !== 0) throw new Error(`${service} refused: ${output}`);
}
