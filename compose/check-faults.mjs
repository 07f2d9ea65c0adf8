// Faults of settings, of a version and of the broker, in the containers that run. `check-engine.mjs` calls it.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { register, request, send, until } from './check-client.mjs';

const idsOf = (running) =>
  running
    .map(({ ID }) => ID)
    .sort()
    .join();

/** The settings are checked before anything is replaced. */
export async function wrongSetting({ deploy, services, set }) {
  const before = idsOf(await services());
  set({ JWT_SECRET_FILE: '/run/secrets/nowhere' });
  const { code, output } = await deploy('current');
  set({ JWT_SECRET_FILE: '' });
  if (code === 0 || !output.includes('JWT_SECRET_FILE')) throw new Error(`deploy.sh ended with ${code}:\n${output}`);
  if (idsOf(await services()) !== before) throw new Error('Containers changed.');
}

/** Nothing ends before every new container is healthy. */
export async function brokenVersion({ deploy, docker, has, image, services }) {
  const before = idsOf(await services());
  const images = () => ['current', 'previous'].map((tag) => has('image', 'inspect', '--format', '{{.Id}}', `${image}:${tag}`)).join();
  const known = images();
  docker(
    ['build', '--quiet', '--tag', `${image}:broken`, '-'],
    `FROM ${image}:current\nUSER root\nRUN rm dist/apps/worker/src/main.js\nUSER node\n`,
  );
  const { code, output } = await deploy('broken');
  if (code === 0 || !output.includes('worker of broken does not get healthy')) throw new Error(`deploy.sh ended with ${code}:\n${output}`);
  if (idsOf(await services()) !== before) throw new Error('Containers changed.');
  if (images() !== known) throw new Error('What runs, or what ran before, has another image.');
  docker(['image', 'rm', `${image}:broken`]);
}

/** `api`: the address of the API. */
export async function brokerAway({ api, compose }) {
  const ask = "fetch('http://127.0.0.1:3001/readyz').then(({ status }) => console.log('status', status))";
  const ready = async () => /status (\d+)/.exec((await compose('exec', '-T', 'worker', 'node', '-e', ask)).output)?.[1];
  await compose('stop', '--timeout', '5', 'rabbitmq');
  try {
    await until('the worker is not ready', async () => (await ready()) === '503');
    const { status } = await send(new URL('/readyz', api).href);
    if (status !== 200) throw new Error(`api answered ${status} without the broker`);
  } finally {
    await compose('up', '--detach', '--no-deps', '--no-recreate', '--wait', 'rabbitmq');
  }
  await until('the worker is ready', async () => (await ready()) === '200');
}

/** Containers are replaced, or start again, where the files that they read have changed. */
export async function onlyWhatChanged({ compose, deploy, folder }) {
  const starts = async () => {
    const { output } = await compose('ps', '--quiet');
    const ids = output.split('\n').filter(Boolean);
    const started = execFileSync('docker', [
      'inspect',
      '--format',
      '{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}}',
      ...ids,
    ]);
    return started.toString().split('\n').filter(Boolean);
  };
  const changedBy = async (work) => {
    const before = new Set(await starts());
    await work();
    const { code, output } = await deploy('current');
    if (code !== 0) throw new Error(`deploy.sh ended with ${code}: ${output.slice(-1_000)}`);
    return [...new Set((await starts()).filter((start) => !before.has(start)).map((start) => start.split(' ')[0]))].sort().join(' ');
  };
  const untouched = await changedBy(() => {});
  const proxy = await changedBy(() => appendFileSync(join(folder, 'compose/proxy/Caddyfile'), '# Changed.\n'));
  const secret = await changedBy(() => appendFileSync(join(folder, 'compose/secrets/webhook'), '\n'));
  const found = [untouched, proxy, secret].join(' / ');
  if (found !== ' / proxy / api sandbox worker') throw new Error(`These were replaced or started again: ${found}`);
}

// So many that some hold is with the api at the moment when it is killed. The booking policy allows three holds of one customer for one showtime.
const CUSTOMERS = 8;
const CLIENTS_PER_CUSTOMER = 3;

/** Customers hold a seat with a key, and give it up, without a pause. */
export async function apiKilled({ api, compose, cinema: { showtime }, docker }) {
  let [isOver, count] = [false, 0];
  const failed = [];
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, customer) => register(api, `customer-${customer}@example.org`)),
  );
  const clients = customers.flatMap((token, row) =>
    Array.from({ length: CLIENTS_PER_CUSTOMER }, async (_, client) => {
      // Two apart: no single seat stays between them.
      const seats = [`${String.fromCharCode(66 + row)}${3 * client + 1}`];
      while (!isOver) {
        const headers = { 'idempotency-key': randomUUID() };
        const { status, text } = await request(api, 'POST', '/reservations', { body: { showtimeId: showtime.id, seats }, token, headers });
        count++;
        if (status !== 201) failed.push(`${status} ${text.slice(0, 200)}`);
        // Without a key: it may be cut off.
        else while ((await request(api, 'DELETE', `/reservations/${JSON.parse(text).id}`, { token })).status === 502);
      }
    }),
  );
  const [id] = (await compose('ps', '--quiet', 'api')).output.split('\n').filter(Boolean);
  await pause(2_000);
  docker(['kill', id]);
  await pause(4_000);
  isOver = true;
  await Promise.all(clients);
  await compose('up', '--detach', '--no-deps', '--no-recreate', '--wait', 'api');
  if (failed.length > 0) throw new Error(`${failed.length} of ${count} holds failed: ${failed.slice(0, 3).join('; ')}`);
  return `${count} holds`;
}
