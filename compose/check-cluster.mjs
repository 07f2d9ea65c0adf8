// Loses machines of the cluster in containers, and books meanwhile. `check-engine.mjs cluster` calls it.
import { holdAgain, payAgain, until } from './check-client.mjs';

/** `compose` runs a command of Compose, `step` prints what was done. */
export async function loseMachines({ compose, step, api, stripe, cinema }) {
  const roleOf = async (name) => (await members(compose, name === 'pg1' ? 'pg2' : 'pg1')).find(({ Member }) => Member === name)?.Role;
  await step('a standby is synchronous', () =>
    until('it is', async () => (await members(compose, 'pg1')).some(({ Role }) => Role === 'Sync Standby'), 90_000),
  );
  await step('the primary is killed, and another one takes over', async () => {
    const { Member: lost } = (await members(compose, 'pg1')).find(({ Role }) => Role === 'Leader');
    const begun = performance.now();
    await compose('kill', lost);
    await holdAgain(api, cinema, 'C1');
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    await compose('start', lost);
    await until(`${lost} is a standby`, async () => /Standby|Replica/.test((await roleOf(lost)) ?? ''), 90_000);
    return `${lost}; a seat was held after ${seconds} s`;
  });
  await step('a RabbitMQ node is killed, and payments are confirmed', async () => {
    await compose('kill', 'rabbitmq1');
    await payAgain(api, stripe, cinema, 'D1');
    await compose('start', 'rabbitmq1');
  });
}

/** As a member that runs knows them. */
async function members(compose, asked) {
  const { output } = await compose(
    'exec',
    '-T',
    asked,
    'patronictl',
    '--config-file',
    '/etc/patroni/patroni.yml',
    'list',
    '--format',
    'json',
  );
  return JSON.parse(/^\[.*\]$/m.exec(output)?.[0] ?? '[]');
}
