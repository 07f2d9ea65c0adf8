/** RabbitMQ in a container of its own, for machines with Docker. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RabbitmqServer, assertReachable } from './rabbitmq-server.js';
import { freePort } from './free-port.js';
import { type Definitions, definitions } from './rabbitmq-definitions.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

const image = 'rabbitmq:4';

export async function dockerAnswers(): Promise<boolean> {
  try {
    await docker('info');
    return true;
  } catch {
    return false;
  }
}

/** Throws when the image cannot be had or the broker does not come up; no container is left then. */
export async function startContainer(folder: string): Promise<RabbitmqServer> {
  const broker = new RabbitmqContainer(folder, await freePort());
  try {
    await broker.create();
    await broker.start();
    return broker;
  } catch (error) {
    await broker.remove();
    throw error;
  }
}

class RabbitmqContainer implements RabbitmqServer {
  readonly name = `a container of ${image}`;
  private readonly container: string;
  private readonly defined: Definitions = definitions();
  private release?: () => void;
  private taken = 0;

  constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.container = `movie-reservation-tests-${port}`;
  }

  async create(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const definitionsFile = join(this.folder, 'definitions.json');
    const settingsFile = join(this.folder, '50-tests.conf');
    // Read inside the container by another account than ours.
    writeFileSync(definitionsFile, this.defined.json, { mode: 0o644 });
    writeFileSync(settingsFile, 'load_definitions = /etc/rabbitmq/definitions.json\n', { mode: 0o644 });
    this.release = cleanUpOnExit({ container: this.container });
    // A fixed name inside: the node's data folder is named after the host.
    await docker('create', '--name', this.container, '--hostname', 'tests', '--publish', `127.0.0.1:${this.port}:5672`, image);
    await docker('cp', definitionsFile, `${this.container}:/etc/rabbitmq/definitions.json`);
    await docker('cp', settingsFile, `${this.container}:/etc/rabbitmq/conf.d/50-tests.conf`);
  }

  async start(): Promise<void> {
    await docker('start', this.container);
    await until(() => assertReachable(this.urlOf(this.defined.vhosts.at(-1)!)), {
      timeoutMs: 60_000,
      what: `RabbitMQ in ${this.container} to answer`,
      intervalMs: 200,
    });
  }

  async stop(): Promise<void> {
    await docker('stop', '-t', '30', this.container);
  }

  async kill(): Promise<void> {
    // Stopping a container that is not running succeeds, killing it does not.
    await docker('kill', this.container).catch(() => this.stop());
  }

  async freshVhost(): Promise<string> {
    const pooled = this.defined.vhosts[this.taken++];
    const vhost = pooled ?? `suite-${this.taken}`;
    if (!pooled) {
      await docker('exec', this.container, 'rabbitmqctl', 'add_vhost', vhost);
      await docker('exec', this.container, 'rabbitmqctl', 'set_permissions', '-p', vhost, this.defined.user, '.*', '.*', '.*');
    }
    return this.urlOf(vhost);
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.container).catch(() => undefined);
    this.release?.();
  }

  private urlOf(vhost: string): string {
    return `amqp://${this.defined.user}:${this.defined.password}@127.0.0.1:${this.port}/${vhost}`;
  }
}

async function docker(...command: string[]): Promise<void> {
  await promisify(execFile)('docker', command, { maxBuffer: 64 * 1024 * 1024 });
}
