/** Three etcd and three PostgreSQL under Patroni with a synchronous standby, behind HAProxy: Debian's packages, as plain processes. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../support/free-port.js';
import { requireProgram } from '../support/rabbitmq-install.js';
import { until } from '../support/until.js';
import { type Program, program, signalTree } from './programs.js';

const NODES = [1, 2, 3];
/** The lock of the leader lives so long after its last renewal; Patroni allows no less. */
const TTL_SECONDS = 20;
const START = { timeoutMs: 90_000, intervalMs: 300 };

interface Member {
  readonly name: string;
  readonly patroni: Program;
  readonly restPort: number;
  readonly dataDir: string;
}

export interface PostgresCluster {
  /** Of the primary, through HAProxy. */
  readonly url: string;
  readonly standbyUrl: string;
  readonly haproxyPorts: { readonly api: number };
  primary(): Promise<Machine>;
  synchronousStandby(): Promise<Machine>;
  etcdLeader(): Promise<Machine>;
  stop(this: void): void;
}

export interface Machine {
  readonly name: string;
  signal(signal: NodeJS.Signals): void;
  start(): void;
}

export async function startPostgresCluster(folder: string, apiPorts: readonly number[]): Promise<PostgresCluster> {
  for (const [name, packageName] of [
    ['etcd', 'etcd-server'],
    ['patroni', 'patroni'],
    ['haproxy', 'haproxy'],
  ] as const)
    await requireProgram(name, packageName);
  const binaries = '/usr/lib/postgresql/15/bin';
  if (!existsSync(join(binaries, 'postgres'))) throw new Error('This drill needs the package postgresql-15.');
  const account = accountOf('postgres');
  const password = randomBytes(12).toString('hex');

  const etcdPorts = await Promise.all(NODES.map(async () => ({ client: await freePort(), peer: await freePort() })));
  const initial = etcdPorts.map(({ peer }, index) => `e${index + 1}=http://127.0.0.1:${peer}`).join(',');
  const etcds = etcdPorts.map(({ client, peer }, index) =>
    program({
      name: `etcd ${index + 1}`,
      command: 'etcd',
      args: [
        ['--name', `e${index + 1}`],
        ['--data-dir', join(folder, `etcd-${index + 1}`)],
        ['--listen-client-urls', `http://127.0.0.1:${client}`],
        ['--advertise-client-urls', `http://127.0.0.1:${client}`],
        ['--listen-peer-urls', `http://127.0.0.1:${peer}`],
        ['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
        ['--initial-cluster', initial],
        ['--initial-cluster-state', 'new'],
      ].flat(),
      logFile: join(folder, `etcd-${index + 1}.log`),
    }),
  );
  const members: (Member & { port: number })[] = [];
  for (const number of NODES) {
    const [port, restPort] = [await freePort(), await freePort()];
    const own = join(folder, `pg-${number}`);
    mkdirSync(own);
    const dataDir = join(own, 'data');
    const file = join(own, 'patroni.yml');
    const hosts = etcdPorts.map(({ client }) => `127.0.0.1:${client}`);
    writeFileSync(file, JSON.stringify(patroniSettings({ number, port, restPort, dataDir, own, binaries, password, hosts })), {
      mode: 0o600,
    });
    for (const each of [own, file]) chownSync(each, account.uid, account.gid);
    const patroni = program({
      name: `postgres ${number}`,
      command: 'patroni',
      args: [file],
      logFile: join(folder, `patroni-${number}.log`),
      env: { HOME: own },
      account: process.getuid?.() === 0 ? account : undefined,
    });
    members.push({ name: `pg${number}`, patroni, restPort, dataDir, port });
  }
  const ports = { primary: await freePort(), standby: await freePort(), api: await freePort() };
  const haproxyFile = join(folder, 'haproxy.cfg');
  writeFileSync(haproxyFile, haproxySettings(ports, members, apiPorts));
  const haproxy = program({ name: 'haproxy', command: 'haproxy', args: ['-db', '-f', haproxyFile], logFile: join(folder, 'haproxy.log') });

  const stop = (): void => {
    haproxy.signal('SIGKILL');
    for (const member of members) killMember(member, 'SIGKILL');
    for (const etcd of etcds) etcd.signal('SIGKILL');
  };
  try {
    for (const etcd of etcds) etcd.start();
    haproxy.start();
    const urlAt = (port: number, user: string, database: string): string => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
    for (const member of members) member.patroni.start();
    const admin = urlAt(ports.primary, 'postgres', 'postgres');
    await until(() => run(admin, ['SELECT 1']), { ...START, what: 'a primary behind HAProxy' });
    await until(async () => (await statesOf(members)).some(({ role }) => role === 'sync_standby'), {
      ...START,
      what: 'a synchronous standby',
    });
    await run(admin, [
      `CREATE ROLE cinema LOGIN PASSWORD '${password}'`,
      `ALTER ROLE cinema SET statement_timeout = '5s'`,
      `ALTER ROLE cinema SET lock_timeout = '2s'`,
      `ALTER ROLE cinema SET idle_in_transaction_session_timeout = '10s'`,
      'CREATE DATABASE cinema OWNER cinema',
    ]);
    const machineOf = (member: Member): Machine => ({
      name: member.name,
      signal: (signal) => killMember(member, signal),
      start: () => member.patroni.start(),
    });
    const inRole = async (wanted: string): Promise<Machine> => {
      const found = await until(async () => (await statesOf(members)).find(({ role }) => role === wanted)?.name, {
        ...START,
        what: wanted,
      });
      return machineOf(members.find(({ name }) => name === found)!);
    };
    return {
      url: urlAt(ports.primary, 'cinema', 'cinema'),
      standbyUrl: urlAt(ports.standby, 'cinema', 'cinema'),
      haproxyPorts: { api: ports.api },
      primary: () => inRole('leader'),
      synchronousStandby: () => inRole('sync_standby'),
      etcdLeader: () => Promise.resolve(etcds[leaderOf(etcdPorts.map(({ client }) => client))]!),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function killMember({ patroni, dataDir }: Member, signal: NodeJS.Signals): void {
  patroni.signal(signal);
  const file = join(dataDir, 'postmaster.pid');
  const postmaster = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  if (postmaster > 0 && existsSync(`/proc/${postmaster}`) && readFileSync(`/proc/${postmaster}/cmdline`, 'utf8').includes(dataDir))
    signalTree(postmaster, signal);
}

/** Any member that answers knows the whole cluster. */
async function statesOf(members: readonly Member[]): Promise<{ name: string; role: string }[]> {
  for (const { restPort } of members) {
    try {
      const response = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal: AbortSignal.timeout(1_000) });
      const { members: found } = (await response.json()) as { members: { name: string; role: string; state: string }[] };
      return found.filter(({ state }) => state === 'running' || state === 'streaming');
    } catch {
      // The next one.
    }
  }
  return [];
}

function leaderOf(clientPorts: readonly number[]): number {
  for (const [index, port] of clientPorts.entries()) {
    const env = { PATH: process.env['PATH'] ?? '', ETCDCTL_API: '3' };
    const answer = execFileSync('etcdctl', ['--endpoints', `http://127.0.0.1:${port}`, 'endpoint', 'status', '-w', 'json'], {
      env,
      encoding: 'utf8',
    });
    const [{ Status }] = JSON.parse(answer) as [{ Status: { leader: number; header: { member_id: number } } }];
    if (Status.leader === Status.header.member_id) return index;
  }
  return 0;
}

async function run(connectionString: string, statements: readonly string[]): Promise<true> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
    return true;
  } finally {
    await client.end();
  }
}

function accountOf(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`There is no account ${name}.`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

interface PatroniOptions {
  readonly number: number;
  readonly port: number;
  readonly restPort: number;
  readonly dataDir: string;
  readonly own: string;
  readonly binaries: string;
  readonly password: string;
  readonly hosts: readonly string[];
}

/** JSON is YAML. */
function patroniSettings({ number, port, restPort, dataDir, own, binaries, password, hosts }: PatroniOptions): object {
  return {
    scope: 'cinema',
    name: `pg${number}`,
    restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${restPort}` },
    etcd3: { hosts },
    bootstrap: {
      dcs: {
        ttl: TTL_SECONDS,
        loop_wait: 3,
        retry_timeout: 5,
        synchronous_mode: true,
        primary_start_timeout: 0,
        postgresql: { use_pg_rewind: true, parameters: { max_connections: 150, wal_keep_size: '256MB', shared_buffers: '128MB' } },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: dataDir,
      bin_dir: binaries,
      authentication: {
        superuser: { username: 'postgres', password },
        replication: { username: 'replicator', password },
        rewind: { username: 'rewinder', password },
      },
      pg_hba: ['local all all trust', 'host replication replicator 127.0.0.1/32 scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256'],
      parameters: { unix_socket_directories: own },
    },
  };
}

function haproxySettings(
  ports: { primary: number; standby: number; api: number },
  members: readonly { name: string; port: number; restPort: number }[],
  apiPorts: readonly number[],
): string {
  const servers = members.map(({ name, port, restPort }) => `  server ${name} 127.0.0.1:${port} check port ${restPort}`).join('\n');
  const database = (name: string, port: number, path: string): string => `listen ${name}
  bind 127.0.0.1:${port}
  option httpchk GET ${path}
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers}
`;
  return `global
  maxconn 4000
defaults
  mode tcp
  timeout connect 1s
  timeout check 1s
  timeout client 1h
  timeout server 1h
${database('primary', ports.primary, '/primary')}
${database('standby', ports.standby, '/replica')}
listen api
  mode http
  timeout client 30s
  timeout server 30s
  bind 127.0.0.1:${ports.api}
  option httpchk GET /readyz
  option redispatch
  default-server inter 500ms fall 2 rise 1
${apiPorts.map((port, index) => `  server api${index + 1} 127.0.0.1:${port} check`).join('\n')}
`;
}
