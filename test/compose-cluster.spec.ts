import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Settings } from '@app/platform/config/settings.js';
import { readSettings } from '../apps/settings.js';
import { type Service, composed, filledIn, folder, resolveCompose } from './support/compose.js';

const compose = composed({ CLUSTER: 'true' });
const services = Object.entries(compose.services);
const names = Object.keys(compose.services);
const configs = compose['configs'] as Record<string, { file: string }>;
const configsOf = (service: Service) => (service['configs'] as { source: string; target: string }[] | undefined) ?? [];
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const membersOf = (kind: string) => [1, 2, 3].map((number) => compose.services[`${kind}${number}`]!);

describe('The Compose file of a cluster', () => {
  const { $schema: _, ...schema } = JSON.parse(textOf('schema/compose-spec.json')) as Record<string, unknown>;
  const duration = /^(\d+(\.\d+)?(us|ms|s|m|h))+$/;
  const formats = { duration, expose: true, ports: true, subnet_ip_address: true, uri: true } as const;
  const validate: ValidateFunction = new Ajv({ strict: false, allErrors: true, formats }).compile(schema);

  it('the Compose file of a cluster follows the Compose Specification', () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('a misspelt key of a cluster breaks the Compose Specification', () => {
    const spoilt = structuredClone(compose);
    Object.assign(spoilt.services['pg1']!, { helthcheck: {} });
    expect(validate(spoilt)).toBe(false);
  });

  it('three nodes of each server stand in place of one', () => {
    expect(names).not.toContain('postgres');
    expect(names).not.toContain('rabbitmq');
    for (const kind of ['etcd', 'pg', 'rabbitmq']) expect(names.filter((name) => name.replace(/\d$/, '') === kind)).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(['haproxy', 'pgbouncer', 'proxy', 'storage', 'migrate', 'api', 'worker']));
    const named = JSON.stringify(services.map(([, { depends_on }]) => Object.keys(depends_on ?? {})));
    expect(named).not.toMatch(/"(postgres|rabbitmq)"/);
  });

  it('no RabbitMQ node waits for another one', () => {
    const waiting = ['rabbitmq1', 'rabbitmq2', 'rabbitmq3'].map((name) => Object.keys(compose.services[name]!.depends_on ?? {}));
    expect(waiting).toEqual([[], [], []]);
  });

  it('a cluster without its cookie is refused, and one machine needs none', () => {
    const own = { RABBITMQ_COOKIE: '' };
    expect(resolveCompose(filledIn(own)).faults).toEqual([]);
    expect(resolveCompose(filledIn({ ...own, CLUSTER: 'true' })).faults).toEqual([
      'required variable RABBITMQ_COOKIE is missing a value: set it in compose/.env',
    ]);
  });

  it.each(services)('the container %s of a cluster has no more rights than it needs', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service['pids_limit']).toBeGreaterThan(0);
    expect(service['mem_limit']).toMatch(/^\d+[mg]$/);
    expect(service['stop_grace_period']).toBe('20s');
    expect(service.healthcheck !== undefined).toBe(service['restart'] !== 'no');
  });

  it('every published port of a cluster is bound to the local machine', () => {
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    expect(new Set(published).size).toBe(published.length);
  });

  it('every mounted volume and file of a cluster is named, and every name is used', () => {
    const mounted = services
      .flatMap(([, { volumes }]) => volumes ?? [])
      .flatMap((volume) => (volume === './secrets:/run/secrets:ro' ? [] : volume.split(':')[0]!));
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
    const used = services.flatMap(([, service]) => configsOf(service).map(({ source }) => source));
    expect([...new Set(used)].sort()).toEqual(Object.keys(configs).sort());
    for (const { file } of Object.values(configs)) expect(textOf(file).length).toBeGreaterThan(0);
  });

  it('each node has its own name, address and volume', () => {
    for (const kind of ['etcd', 'pg', 'rabbitmq']) {
      expect(new Set(membersOf(kind).map(({ volumes }) => volumes![0])).size).toBe(3);
    }
    for (const [index, { environment }] of membersOf('pg').entries()) {
      const name = `pg${index + 1}`;
      expect(environment).toMatchObject({
        PATRONI_NAME: name,
        PATRONI_RESTAPI_CONNECT_ADDRESS: `${name}:8008`,
        PATRONI_POSTGRESQL_CONNECT_ADDRESS: `${name}:5432`,
      });
      expect(compose.services['haproxy']!.environment).toMatchObject({ [`PG${index + 1}`]: `${name}:5432` });
    }
    for (const [index, { environment }] of membersOf('etcd').entries()) {
      const name = `etcd${index + 1}`;
      expect(environment).toMatchObject({
        ETCD_NAME: name,
        ETCD_ADVERTISE_CLIENT_URLS: `http://${name}:2379`,
        ETCD_INITIAL_CLUSTER_STATE: 'new',
      });
      expect(environment!['ETCD_INITIAL_CLUSTER']).toContain(`${name}=${environment!['ETCD_INITIAL_ADVERTISE_PEER_URLS']}`);
    }
    for (const [index, service] of membersOf('rabbitmq').entries()) {
      expect(service['hostname']).toBe(`rabbitmq${index + 1}`);
      expect(textOf('cluster/rabbitmq-nodes.conf')).toContain(`nodes.${index + 1} = rabbit@rabbitmq${index + 1}\n`);
    }
  });

  it.each(['api', 'worker', 'cli'])('the %s of a cluster goes through the pooler, and past it for sessions', (name) => {
    const { database, broker } = readSettings(compose.services[name]!.environment!).get(Settings);
    expect([database.url, database.directUrl, database.readUrl!].map((url) => new URL(url).host)).toEqual([
      'pgbouncer:6432',
      'haproxy:5432',
      'haproxy:5433',
    ]);
    expect(database).toMatchObject({ pooler: 'transaction', preparedStatements: true });
    expect(broker.amqpUrls.map((url) => new URL(url).hostname)).toEqual(['rabbitmq1', 'rabbitmq2', 'rabbitmq3']);
  });

  it('the pool of PgBouncer and what goes past it fit the connections of PostgreSQL', () => {
    const value = (file: string, pattern: RegExp) => Number(pattern.exec(textOf(file))![1]);
    const pool = value('cluster/pgbouncer-limits.ini', /^default_pool_size = (\d+)$/m);
    const connections = value('cluster/patroni.yml', /max_connections: (\d+)/);
    // A worker has one, the CLI a pool of its own; replication and Patroni take some.
    expect(connections).toBeGreaterThan(pool + 10 + 2 * 16 + 20);
    const buffers = value('cluster/patroni.yml', /shared_buffers: (\d+)MB/);
    for (const { mem_limit: limit } of membersOf('pg')) expect([limit, buffers <= 256]).toEqual(['1g', true]);
    for (const { mem_limit: limit } of membersOf('rabbitmq'))
      expect(textOf('rabbitmq/limits.conf')).toContain(
        `total_memory_available_override_value = ${limit as string}iB`.replace('miB', 'MiB'),
      );
  });

  it('the role has the time-outs that the system asks for behind a pooler', () => {
    for (const setting of ["statement_timeout = '5s'", "lock_timeout = '2s'", "idle_in_transaction_session_timeout = '10s'"])
      expect(textOf('cluster/create-role.sh')).toContain(`ALTER ROLE movie_reservation SET ${setting};`);
  });

  it('a commit waits for a standby', () => {
    expect(textOf('cluster/patroni.yml')).toMatch(/^ {4}synchronous_mode: true$/m);
  });
});
