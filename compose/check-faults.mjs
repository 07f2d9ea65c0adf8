// Faults of settings, of a version and of the broker, in the containers that run. `check-engine.mjs` calls it.
import { send, until } from './check-client.mjs';

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
