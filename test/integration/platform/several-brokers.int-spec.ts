import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Finding } from '@app/platform/operations/findings/finding.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { requireProgram } from '../../support/rabbitmq-install.js';
import { type RabbitmqCluster, installedRabbitmq, startCluster } from '../../support/rabbitmq-node.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';

const NOWHERE = 'amqp://cinema:hunter22@127.0.0.1:1/cinema';

/** A way to the broker that can be cut. */
class Way {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(url: string): Promise<Way> {
    const target = new URL(url);
    const brokerPort = Number(target.port);
    const server = createServer((client) => way.forward(client, connect(brokerPort, target.hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    target.port = String((server.address() as AddressInfo).port);
    const way = new Way(server, target.href);
    return way;
  }

  get isUsed(): boolean {
    return this.#sockets.size > 0;
  }

  cut(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  private forward(client: Socket, server: Socket): void {
    this.#sockets.add(client);
    client.on('error', () => undefined).on('close', () => this.#sockets.delete(client) && server.destroy());
    server.on('error', () => undefined).on('close', () => client.destroy());
    client.pipe(server).pipe(client);
  }
}

const readiness = async (system: InProcessSystem) => {
  const { statusCode, body } = await system.worker!.inject({ method: 'GET', url: '/readyz' });
  return { statusCode, checks: (JSON.parse(body) as { checks: Record<string, string> }).checks };
};
const untilPublished = (system: InProcessSystem): Promise<unknown> =>
  until(async () => (await system.sql('SELECT FROM messaging.outbox WHERE published_at IS NULL')).length === 0, {
    what: 'an empty outbox',
  });

async function findingsOf(system: InProcessSystem, env: Record<string, string>, part: string): Promise<Finding[]> {
  const { stdout, stderr } = await cliOf(system, ['doctor', '--json'], env);
  expect(stdout + stderr).not.toContain('hunter22');
  return (JSON.parse(stdout) as { findings: Finding[] }).findings.filter((finding) => finding.part === part);
}

describe('Several addresses of the broker', () => {
  let system: InProcessSystem;
  afterEach(() => system.close());

  it('a silent address is passed over, and readiness says which is used', async () => {
    const { url } = await freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URLS: `${NOWHERE}, ${url}` } });
    await system.createShowtime();
    await untilPublished(system);
    await until(async () => (await readiness(system)).checks['broker'] === 'up, address 2 of 2', { what: 'the second address' });
    expect(await findingsOf(system, {}, 'broker')).toEqual([
      expect.objectContaining({ status: 'ok', text: expect.stringContaining(`at ${new URL(url).host} takes our login`) }),
      expect.objectContaining({ status: 'warning', text: expect.stringContaining('127.0.0.1:1 cannot be reached') }),
    ]);
  }, 90_000);

  it('when the address in use is lost, events go through another one', async () => {
    const { url } = await freshVhost();
    const ways = [await Way.to(url), await Way.to(url)];
    system = await startInProcessSystem({ env: { AMQP_URLS: ways.map((way) => way.url).join(',') } });
    await system.createShowtime();
    await untilPublished(system);
    const used = ways.find((way) => way.isUsed)!;
    used.cut();
    await system.createShowtime();
    await untilPublished(system);
    await until(async () => (await readiness(system)).statusCode === 200, { what: 'the worker to be ready' });
    for (const way of ways) way.cut();
  }, 90_000);
});

describe('The members of the queues', () => {
  const { path: folder, remove } = temporaryFolder();
  let cluster: RabbitmqCluster;
  let system: InProcessSystem;

  beforeAll(async () => {
    await requireProgram('rabbitmq-server', 'rabbitmq-server');
    cluster = await startCluster(installedRabbitmq()!, join(folder, 'rabbitmq'));
  }, 120_000);
  afterAll(async () => {
    await system.close();
    await cluster.remove();
    await remove();
  }, 60_000);

  const members = (AMQP_URL: string): Promise<Finding[]> =>
    findingsOf(system, { AMQP_URL, AMQP_MANAGEMENT_URL: cluster.managementUrl }, 'members');
  const untilReady = (): Promise<unknown> =>
    until(async () => (await readiness(system)).statusCode === 200, { what: 'the worker to be ready' });

  it('queues that only one of two nodes keeps are a warning of doctor', async () => {
    const first = cluster.nodes[0]!;
    const alone = await first.freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URL: alone } });
    await untilReady();
    // The management API counts from statistics, every five seconds.
    await until(async () => (await members(alone)).some(({ status }) => status === 'ok'), { what: 'one member of one node' });
    const second = await cluster.grow();
    // While it grows, RabbitMQ may name no node of the stream for a moment.
    await until(
      async () => {
        expect(await members(alone)).toMatchObject([
          { status: 'warning', text: expect.stringContaining('fewer than 2 of 2 nodes'), mend: expect.stringContaining(second.erlangName) },
          {
            status: 'warning',
            text: 'The stream cinema.events.log is kept by 1 of 2 nodes.',
            mend: expect.stringContaining('rabbitmq-streams add_replica'),
          },
        ]);
        return true;
      },
      { what: 'two warnings' },
    );

    await system.close();
    const both = await first.freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URLS: [both, second.at(both)].join() } });
    await untilReady();
    const well = await until(
      async () =>
        (await findingsOf(system, { AMQP_MANAGEMENT_URL: cluster.managementUrl }, 'members')).find(({ status }) => status === 'ok'),
      { what: 'two members' },
    );
    expect(well).toMatchObject({ text: 'Each queue is kept by at least 2 of 2 nodes.' });
    await until(
      async () =>
        (await findingsOf(system, { AMQP_MANAGEMENT_URL: cluster.managementUrl }, 'members')).at(1)?.text ===
        'The stream cinema.events.log is kept by 2 of 2 nodes.',
      { what: 'two members of the stream' },
    );
    expect(await findingsOf(system, {}, 'members')).toMatchObject([
      { status: 'warning', mend: expect.stringContaining('AMQP_MANAGEMENT_URL') },
    ]);

    await second.kill();
    await until(
      async () =>
        (await findingsOf(system, { AMQP_MANAGEMENT_URL: cluster.managementUrl }, 'members')).some(({ text }) =>
          /miss a member/.test(text),
        ),
      { what: 'a lost member' },
    );
  }, 150_000);
});
