/** A RabbitMQ node of the tests, from the server installed on this machine. It shares nothing with a node that already runs. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { type Definitions, definitions } from './rabbitmq-definitions.js';
import { type RabbitmqServer, assertReachable } from './rabbitmq-server.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

/** Searched before the PATH: Debian's script on the PATH runs only as the account of the service, the script in the first folder runs as any. */
const USUAL_FOLDERS = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin', '/opt/rabbitmq/sbin'];

/** Erlang's schedulers else spin before they sleep, which takes the processors from the other servers (www.rabbitmq.com/docs/runtime#busy-waiting). */
const NO_BUSY_WAITING = '+sbwt none +sbwtdcpu none +sbwtdio none';

export function installedRabbitmq(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(':').filter(Boolean);
  return [...USUAL_FOLDERS, ...onPath, '/usr/sbin', '/usr/local/sbin'].find((folder) => existsSync(join(folder, 'rabbitmq-server')));
}

/** Throws when the node does not start. Nothing of it remains then. */
export async function startNode(scripts: string, folder: string): Promise<RabbitmqServer> {
  const node = new RabbitmqNode(scripts, folder, await freePort(), await freePort(), await freePort());
  try {
    node.prepare();
    await node.start();
    return node;
  } catch (error) {
    await node.remove();
    throw error;
  }
}

/** What the nodes of a cluster have in common. */
interface ClusterMembership {
  readonly definitions: Definitions;
  readonly cookie: string;
  /** The Erlang name of the node that the others join; null for that node itself. It has the management API. */
  readonly seed: string | null;
  readonly managementPort: number;
  /** A pattern of more configuration files; null: none. */
  readonly configFiles: string | null;
}

export interface RabbitmqCluster {
  readonly nodes: readonly RabbitmqNode[];
  /** Of the first node. */
  readonly managementUrl: string;
  /** Starts one more node that joins the others. */
  grow(): Promise<RabbitmqNode>;
  remove(): Promise<void>;
}

/** One node to begin with. Throws when it does not start. */
export async function startCluster(scripts: string, folder: string, configFiles: string | null = null): Promise<RabbitmqCluster> {
  const nodes: RabbitmqNode[] = [];
  const epmdPort = await freePort();
  const cookie = randomBytes(12).toString('hex').toUpperCase();
  const common = { definitions: definitions(4), cookie, managementPort: await freePort(), configFiles };
  const grow = async (): Promise<RabbitmqNode> => {
    const seed = nodes[0]?.erlangName ?? null;
    const own = join(folder, `node-${nodes.length + 1}`);
    const node = new RabbitmqNode(scripts, own, await freePort(), await freePort(), epmdPort, { ...common, seed });
    nodes.push(node);
    node.prepare();
    await node.start();
    return node;
  };
  const remove = async (): Promise<void> => {
    for (const node of [...nodes].reverse()) await node.remove();
  };
  await grow().catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { user, password } = common.definitions;
  return { nodes, grow, remove, managementUrl: `http://${user}:${password}@127.0.0.1:${common.managementPort}` };
}

export class RabbitmqNode implements RabbitmqServer {
  readonly name: string;
  readonly #definitions: Definitions;
  readonly logFile: string;
  #usedVhosts = 0;
  #portMapper?: ChildProcess;
  #server?: ChildProcess;

  constructor(
    private readonly scripts: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly distributionPort: number,
    private readonly epmdPort: number,
    private readonly cluster?: ClusterMembership,
  ) {
    this.#definitions = cluster?.definitions ?? definitions();
    this.name = `a node of the RabbitMQ in ${scripts}`;
    this.logFile = join(folder, 'output.log');
  }

  get erlangName(): string {
    return `tests-${this.port}@localhost`;
  }

  /** Null where it does not run. */
  get pid(): number | null {
    return this.#server?.pid ?? null;
  }

  prepare(): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'definitions.json'), this.#definitions.json, { mode: 0o600 });
    const isFirst = this.cluster?.seed === null;
    writeFileSync(
      join(this.folder, 'enabled_plugins'),
      this.cluster === undefined ? '[].' : isFirst ? '[rabbitmq_management].' : '[rabbitmq_management_agent].',
    );
    const settings = [
      `listeners.tcp.1 = 127.0.0.1:${this.port}`,
      `load_definitions = ${join(this.folder, 'definitions.json')}`,
      'raft.wal_max_size_bytes = 33554432',
      'log.console = false',
      ...(isFirst ? [`management.tcp.ip = 127.0.0.1`, `management.tcp.port = ${this.cluster.managementPort}`] : []),
      ...(this.cluster?.seed
        ? ['cluster_formation.peer_discovery_backend = classic_config', `cluster_formation.classic_config.nodes.1 = ${this.cluster.seed}`]
        : []),
    ];
    writeFileSync(join(this.folder, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
    if (this.cluster !== undefined) writeFileSync(join(this.folder, '.erlang.cookie'), this.cluster.cookie, { mode: 0o400 });
    if (!this.cluster?.seed) this.startPortMapper();
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const output = openSync(this.logFile, 'a');
    const server = this.track(
      spawn(join(this.scripts, 'rabbitmq-server'), [], {
        cwd: this.folder,
        env: this.environment(),
        detached: true,
        stdio: ['ignore', output, output],
      }),
    );
    closeSync(output);
    this.#server = server;
    server.once('exit', () => {
      if (this.#server === server) this.#server = undefined;
    });
    await until(() => this.#server === undefined || assertReachable(this.urlOf(this.#definitions.vhosts.at(-1)!)), {
      timeoutMs: 60_000,
      what: `RabbitMQ in ${this.folder} to answer`,
      intervalMs: 100,
    });
    if (!this.#server) throw new Error(`RabbitMQ did not start: ${readFileSync(this.logFile, 'utf8').slice(-2_000)}`);
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** To it and what it has started. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== null) process.kill(-this.pid, signal);
  }

  async freshVhost(): Promise<string> {
    const pooled = this.#definitions.vhosts[this.#usedVhosts++];
    const vhost = pooled ?? `suite-${this.#usedVhosts}`;
    if (!pooled) {
      await this.control('add_vhost', vhost);
      await this.control('set_permissions', '-p', vhost, this.#definitions.user, '.*', '.*', '.*');
    }
    return this.urlOf(vhost);
  }

  async remove(): Promise<void> {
    await this.kill();
    if (this.#portMapper) await endProcess(this.#portMapper, 'SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#server) await endProcess(this.#server, signal);
    this.#server = undefined;
  }

  /** Erlang's epmd. Without it the first Erlang node would start one in the background, and nothing would end that. */
  private startPortMapper(): void {
    const erlang = findOnPath('erl');
    const besideErlang = erlang && join(dirname(realpathSync(erlang)), 'epmd');
    const program = findOnPath('epmd') ?? (besideErlang && existsSync(besideErlang) ? besideErlang : undefined);
    if (!program) throw new Error('RabbitMQ is installed but epmd, which is part of Erlang, is not on the PATH.');
    this.#portMapper = this.track(
      spawn(program, ['-port', String(this.epmdPort), '-address', '127.0.0.1'], {
        env: this.environment(),
        detached: true,
        stdio: 'ignore',
      }),
    );
  }

  private track(child: ChildProcess): ChildProcess {
    child.unref();
    child.on('error', () => undefined);
    if (!child.pid) throw new Error(`${child.spawnfile} could not be started.`);
    child.once('exit', cleanUpOnExit({ processGroup: child.pid }));
    return child;
  }

  async control(...command: string[]): Promise<void> {
    await promisify(execFile)(join(this.scripts, 'rabbitmqctl'), command, { cwd: this.folder, env: this.environment() });
  }

  /** The same virtual host, at this node of a cluster. */
  at(url: string): string {
    return this.urlOf(new URL(url).pathname.slice(1));
  }

  private urlOf(vhost: string): string {
    return `amqp://${this.#definitions.user}:${this.#definitions.password}@127.0.0.1:${this.port}/${vhost}`;
  }

  private environment(): NodeJS.ProcessEnv {
    const inFolder = (name: string) => join(this.folder, name);
    const moreFiles = this.cluster?.configFiles ?? null;
    return {
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      LANG: 'C.UTF-8',
      // The node keeps its Erlang cookie here.
      HOME: this.folder,
      ERL_EPMD_PORT: String(this.epmdPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // Not the name of the machine, because that name may not resolve.
      RABBITMQ_NODENAME: this.erlangName,
      RABBITMQ_NODE_PORT: String(this.port),
      RABBITMQ_DIST_PORT: String(this.distributionPort),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {127,0,0,1} ${NO_BUSY_WAITING}`,
      // Both together make the script replace itself by the server. Signals then reach the server, not a shell.
      RABBITMQ_ALLOW_INPUT: 'true',
      RABBITMQ_SERVER_START_ARGS: '-noinput',
      RABBITMQ_CONF_ENV_FILE: inFolder('no-rabbitmq-env.conf'),
      RABBITMQ_CONFIG_FILE: inFolder('rabbitmq.conf'),
      ...(moreFiles === null ? {} : { RABBITMQ_CONFIG_FILES: moreFiles }),
      RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('no-advanced.config'),
      RABBITMQ_GENERATED_CONFIG_DIR: inFolder('generated'),
      RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
      RABBITMQ_FEATURE_FLAGS_FILE: inFolder('feature_flags'),
      RABBITMQ_MNESIA_BASE: inFolder('data'),
      RABBITMQ_QUORUM_DIR: inFolder('quorum'),
      RABBITMQ_SCHEMA_DIR: inFolder('schema'),
      RABBITMQ_LOG_BASE: inFolder('log'),
      RABBITMQ_PID_FILE: inFolder('pid'),
    };
  }
}

function findOnPath(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** SIGTERM goes to the leader, which passes it on. SIGKILL goes to the whole process group. */
async function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  process.kill(signal === 'SIGKILL' ? -child.pid! : child.pid!, signal);
  const killTimer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 30_000);
  await exit;
  clearTimeout(killTimer);
}
