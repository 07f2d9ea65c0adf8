// Loses machines of the cluster in containers, and books meanwhile. `check-engine.mjs cluster` calls it.
import { assertKept, bookThroughLosses, payAgain, until } from './check-client.mjs';

// Customers that book at the same time.
const CLIENTS = 2;
// docs/resilience.md
const MAX_GAP_MS = 30_000;

/** `compose` runs a command of Compose, `docker` one of the engine, `step` prints what was done. */
export async function loseMachines({ compose, docker, step, api, stripe, cinema }) {
  const roleOf = async (name) => (await members(compose, name === 'pg1' ? 'pg2' : 'pg1')).find(({ Member }) => Member === name)?.Role;
  await step('a standby is synchronous', () =>
    until('it is', async () => (await members(compose, 'pg1')).some(({ Role }) => Role === 'Sync Standby'), 90_000),
  );
  await step('every quorum queue has a member on each node', async () => {
    const queues = await rabbitmqctl(compose, 'list_queues', 'name', 'type', 'members');
    const quorum = queues.filter(({ type }) => type === 'quorum');
    const short = quorum.filter(({ members: nodes }) => nodes.length !== 3);
    if (quorum.length === 0 || short.length > 0)
      throw new Error(`${short.length} of ${quorum.length} have not: ${JSON.stringify(short[0])}`);
    return `${quorum.length} queues`;
  });
  const ledger = { statuses: new Map(), unanswered: 0, longestGapMs: 0, lastAt: performance.now(), last: '' };
  /** Books while the work is done; what came of it is counted. */
  const whileBooking = async (work) => {
    let isOver = false;
    Object.assign(ledger, { unanswered: 0, longestGapMs: 0, lastAt: performance.now() });
    const before = ledger.statuses.size;
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      bookThroughLosses(api, { client, cinema, ledger, isOver: () => isOver }),
    );
    let result;
    try {
      result = await work();
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    if (ledger.longestGapMs > MAX_GAP_MS) throw new Error(`${seconds(ledger.longestGapMs)} without a booking; ${ledger.last}`);
    const counts = `${ledger.statuses.size - before} bookings, ${ledger.unanswered} tries without success, longest gap ${seconds(ledger.longestGapMs)}`;
    return [result, counts].filter(Boolean).join('; ');
  };
  const killPrimary = async () => {
    const { Member: lost } = (await members(compose, 'pg1')).find(({ Role }) => Role === 'Leader');
    await compose('kill', lost);
    const before = ledger.statuses.size;
    await until('seats are held again', () => ledger.statuses.size > before + 2 * CLIENTS, 90_000);
    await compose('start', lost);
    await until(`${lost} is a standby`, async () => /Standby|Replica/.test((await roleOf(lost)) ?? ''), 90_000);
    return lost;
  };
  await step('the primary is killed, and another one takes over', () => whileBooking(killPrimary));
  await step('a RabbitMQ node is killed, and payments are confirmed', () =>
    whileBooking(async () => {
      await compose('kill', 'rabbitmq1');
      await payAgain(api, stripe, cinema, 'H1');
      await compose('start', 'rabbitmq1');
      await until('the node is back', async () => (await rabbitmqctl(compose, 'cluster_status')).running_nodes.length === 3, 90_000);
    }),
  );
  for (const [service, seat] of [
    ['api', 'J1'],
    ['worker', 'G1'],
  ]) {
    await step(`one ${service} of two is killed, and the other one goes on`, () =>
      whileBooking(async () => {
        const [lost] = (await compose('ps', '--quiet', service)).output.trim().split('\n');
        docker(['kill', lost]);
        await payAgain(api, stripe, cinema, seat);
        docker(['start', lost]);
      }),
    );
  }
  await step('nothing that was acknowledged is lost', async () => {
    await assertKept(api, cinema, ledger);
    return `${ledger.statuses.size} reservations`;
  });
}

const seconds = (milliseconds) => `${(milliseconds / 1_000).toFixed(1)} s`;

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

/** As a node that is never lost here knows it. */
async function rabbitmqctl(compose, ...command) {
  const { output } = await compose('exec', '-T', 'rabbitmq2', 'rabbitmqctl', '--quiet', '--formatter', 'json', ...command);
  return JSON.parse(output.slice(output.search(/^[[{]/m)));
}
