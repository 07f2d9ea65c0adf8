/** Three etcd and three PostgreSQL under Patroni with a synchronous standby, behind HAProxy: Debian's packages, as plain processes with the settings of compose/cluster. */
import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { canInstall, installPackages, requireProgram } from '../support/rabbitmq-install.js';
import { until } from '../support/until.js';
import { type Machine, program, signalTree } from './programs.js';

export const TEMPLATES = fileURLToPath(new URL('../../compose/cluster/', import.meta.url));
const NODES = [1, 2, 3] as const;
const POSTGRES_FOLDER = '/usr/lib/postgresql';
const ROLE = 'movie_reservation';
/** A busy machine makes three clusters of PostgreSQL in this. */
const START = { timeoutMs: 180_000, intervalMs: 300 };

interface Member {
  readonly machine: Machine;
  readonly port: number;
  readonly restPort: number;
}

export interface PostgresCluster {
  /** Of the primary, through HAProxy. */
  readonly url: string;
  readonly standbyUrl: string;
  /** Of the api processes behind HAProxy. */
  readonly apiPort: number;
  readonly machines: readonly Machine[];
  /** What each member is: leader, sync_standby or replica; those that run. */
  roles(): Promise<ReadonlyMap<string, string>>;
  primary(): Promise<Machine>;
  synchronousStandby(): Promise<Machine>;
  etcdLeader(): Machine;
}

/** Installs what is missing where it can. Throws a sentence for a person where it cannot. */
export async function startPostgresCluster(
  folder: string,
  { apiPorts, password }: { apiPorts: readonly number[]; password: string },
): Promise<PostgresCluster> {
  await requireProgram('etcd', 'etcd-server');
  await requireProgram('etcdctl', 'etcd-client');
  await requireProgram('patroni', 'patroni');
  await requireProgram('haproxy', 'haproxy');
  const binaries = await postgresBinaries();

  const etcdPorts = await Promise.all(NODES.map(async () => ({ client: await freePort(), peer: await freePort() })));
  const etcds = etcdMachines(folder, etcdPorts);
  const clientPorts = etcdPorts.map(({ client }) => client);
  const members: Member[] = [];
  for (const number of NODES) members.push(await memberOf(number, { folder, binaries, password, clientPorts }));
  const ports = { primary: await freePort(), standby: await freePort(), api: await freePort() };
  const haproxy = haproxyMachine(folder, { ports, members, apiPorts });

  const machines = [...etcds, ...members.map(({ machine }) => machine), haproxy];
  const rolesNow = (): Promise<ReadonlyMap<string, string>> => rolesOf(members);
  try {
    for (const machine of machines) await machine.start();
    const urlAt = (port: number): string => `postgres://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`;
    await until(() => answers(urlAt(ports.primary)), { ...START, what: 'a primary behind HAProxy' });
    await until(async () => [...(await rolesNow()).values()].includes('sync_standby'), { ...START, what: 'a synchronous standby' });
    const inRole = async (wanted: string): Promise<Machine> => {
      const find = async (): Promise<string | undefined> => [...(await rolesNow())].find(([, role]) => role === wanted)?.[0];
      const found = await until(find, { ...START, what: `a ${wanted}` });
      return members.find(({ machine }) => machine.name === found)!.machine;
    };
    return {
      url: urlAt(ports.primary),
      standbyUrl: urlAt(ports.standby),
      apiPort: ports.api,
      machines,
      roles: rolesNow,
      primary: () => inRole('leader'),
      synchronousStandby: () => inRole('sync_standby'),
      etcdLeader: () => etcds[leaderOf(clientPorts)]!,
    };
  } catch (error) {
    for (const machine of [...machines].reverse()) machine.signal('SIGKILL');
    throw error;
  }
}

/** Of the newest PostgreSQL that is installed. */
async function postgresBinaries(): Promise<string> {
  const newest = (): string | undefined => {
    const versions = existsSync(POSTGRES_FOLDER)
      ? readdirSync(POSTGRES_FOLDER)
          .map(Number)
          .sort((a, b) => b - a)
      : [];
    return versions.map((version) => join(POSTGRES_FOLDER, String(version), 'bin')).find((path) => existsSync(join(path, 'postgres')));
  };
  if (newest() === undefined && canInstall()) await installPackages('postgresql');
  const found = newest();
  if (found === undefined) throw new Error('A cluster needs PostgreSQL as Debian packs it: install the package postgresql.');
  return found;
}

function etcdMachines(folder: string, ports: readonly { client: number; peer: number }[]): Machine[] {
  const shared = parseEnv(readFileSync(join(TEMPLATES, 'etcd.env'), 'utf8')) as Record<string, string>;
  const nodes = ports.map(({ peer }, index) => `etcd${index + 1}=http://127.0.0.1:${peer}`).join();
  return ports.map(({ client, peer }, index) => {
    const name = `etcd${index + 1}`;
    const env = {
      ...shared,
      ETCD_NAME: name,
      ETCD_DATA_DIR: join(folder, name),
      ETCD_LISTEN_CLIENT_URLS: `http://127.0.0.1:${client}`,
      ETCD_ADVERTISE_CLIENT_URLS: `http://127.0.0.1:${client}`,
      ETCD_LISTEN_PEER_URLS: `http://127.0.0.1:${peer}`,
      ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://127.0.0.1:${peer}`,
      ETCD_INITIAL_CLUSTER: nodes,
      ETCD_ENABLE_V2: 'true',
    };
    return program({ name, command: 'etcd', args: [], env, isFirst: true, logFile: join(folder, `${name}.log`) });
  });
}

/**
 * Patroni before 3.0.3, which Debian 12 has, writes the leader's key of etcd 3 without a comparison (github.com/patroni/patroni/pull/2689): a primary that was frozen takes
 * the lock back from the one that was promoted meanwhile, and what that one has acknowledged is lost. Through etcd's older interface it compares.
 */
function overwritesLeader(): boolean {
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(execFileSync('patroni', ['--version'], { encoding: 'utf8' }))!.map(Number);
  return major! < 3 || (major === 3 && minor === 0 && patch! < 3);
}

interface MemberOptions {
  readonly folder: string;
  readonly binaries: string;
  readonly password: string;
  readonly clientPorts: readonly number[];
}

async function memberOf(number: number, { folder, binaries, password, clientPorts }: MemberOptions): Promise<Member> {
  const [name, port, restPort] = [`pg${number}`, await freePort(), await freePort()];
  const own = join(folder, name);
  const dataDir = join(own, 'data');
  mkdirSync(own);
  // Copies, because the account of PostgreSQL may not be able to read this checkout.
  const files = ['patroni.yml', 'create-role.sh'].map((file) => join(own, file));
  for (const file of ['patroni.yml', 'create-role.sh']) copyFileSync(join(TEMPLATES, file), join(own, file));
  const account = process.getuid?.() === 0 ? accountOf('postgres') : undefined;
  if (account !== undefined) for (const each of [own, ...files]) chownSync(each, account.uid, account.gid);
  const env = {
    HOME: own,
    CREATE_ROLE: files[1]!,
    DATABASE_PASSWORD: password,
    PATRONI_NAME: name,
    [overwritesLeader() ? 'PATRONI_ETCD_HOSTS' : 'PATRONI_ETCD3_HOSTS']: clientPorts.map((client) => `'127.0.0.1:${client}'`).join(),
    PATRONI_RESTAPI_LISTEN: `127.0.0.1:${restPort}`,
    PATRONI_RESTAPI_CONNECT_ADDRESS: `127.0.0.1:${restPort}`,
    PATRONI_POSTGRESQL_LISTEN: `127.0.0.1:${port}`,
    PATRONI_POSTGRESQL_CONNECT_ADDRESS: `127.0.0.1:${port}`,
    PATRONI_POSTGRESQL_DATA_DIR: dataDir,
    PATRONI_POSTGRESQL_BIN_DIR: binaries,
    PATRONI_POSTGRESQL_PGPASS: join(own, 'pgpass'),
    PATRONI_SUPERUSER_PASSWORD: password,
    PATRONI_REPLICATION_PASSWORD: password,
  };
  const patroni = program({
    name,
    command: 'patroni',
    args: [files[0]!],
    env,
    account,
    isFirst: true,
    logFile: join(folder, `${name}.log`),
  });
  const signal = (wanted: NodeJS.Signals): void => {
    patroni.signal(wanted);
    const postmaster = postmasterOf(dataDir);
    if (postmaster !== null) signalTree(postmaster, wanted);
  };
  return { machine: { ...patroni, signal }, port, restPort };
}

/** PostgreSQL lives on where Patroni alone is killed. */
function postmasterOf(dataDir: string): number | null {
  const file = join(dataDir, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  const isOurs = pid > 0 && existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir);
  return isOurs ? pid : null;
}

interface HaproxyOptions {
  readonly ports: { readonly primary: number; readonly standby: number; readonly api: number };
  readonly members: readonly Member[];
  readonly apiPorts: readonly number[];
}

/** In containers Caddy stands before the api processes; here HAProxy does, with a file more. */
function haproxyMachine(folder: string, { ports, members, apiPorts }: HaproxyOptions): Machine {
  const apiFile = join(folder, 'api.cfg');
  writeFileSync(
    apiFile,
    `listen api
  mode http
  timeout client 30s
  timeout server 30s
  bind 127.0.0.1:${ports.api}
  http-check send meth GET uri /readyz
  option redispatch
${apiPorts.map((port, index) => `  server api${index + 1} 127.0.0.1:${port} check`).join('\n')}
`,
  );
  const env = {
    LISTEN_ADDRESS: '127.0.0.1',
    PRIMARY_PORT: String(ports.primary),
    STANDBY_PORT: String(ports.standby),
    ...Object.fromEntries(members.map(({ port }, index) => [`PG${index + 1}`, `127.0.0.1:${port}`])),
    ...Object.fromEntries(members.map(({ restPort }, index) => [`PG${index + 1}_REST_PORT`, String(restPort)])),
  };
  const args = ['-db', '-f', join(TEMPLATES, 'haproxy.cfg'), '-f', apiFile];
  return program({ name: 'haproxy', command: 'haproxy', args, env, logFile: join(folder, 'haproxy.log') });
}

/** Any member that answers knows the whole cluster. */
async function rolesOf(members: readonly Member[]): Promise<ReadonlyMap<string, string>> {
  for (const { restPort } of members) {
    try {
      const response = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal: AbortSignal.timeout(1_000) });
      const { members: found } = (await response.json()) as { members: { name: string; role: string; state: string }[] };
      const running = found.filter(({ state }) => state === 'running' || state === 'streaming');
      return new Map(running.map(({ name, role }) => [name, role]));
    } catch {
      // The next one.
    }
  }
  return new Map();
}

function leaderOf(clientPorts: readonly number[]): number {
  const env = { PATH: process.env['PATH'] ?? '', ETCDCTL_API: '3' };
  for (const [index, port] of clientPorts.entries()) {
    const args = ['--endpoints', `http://127.0.0.1:${port}`, 'endpoint', 'status', '-w', 'json'];
    const answer = execFileSync('etcdctl', args, { env, encoding: 'utf8' });
    const [{ Status }] = JSON.parse(answer) as [{ Status: { leader: number; header: { member_id: number } } }];
    if (Status.leader === Status.header.member_id) return index;
  }
  return 0;
}

/** Throws until the server at this address answers. */
export async function answers(connectionString: string): Promise<true> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}

export function accountOf(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`There is no account ${name}.`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
