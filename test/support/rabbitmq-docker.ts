/** A RabbitMQ in a container, for machines with Docker. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { type Definitions, definitions } from './rabbitmq-definitions.js';
import { type RabbitmqServer, assertReachable } from './rabbitmq-server.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

const IMAGE = 'rabbitmq:4';

export async function dockerIsRunning(): Promise<boolean> {
  try {
    await docker('info');
    return true;
  } catch {
    return false;
  }
}

/** Throws when the image cannot be pulled or the server does not start. No container remains then. */
export async function startContainer(folder: string): Promise<RabbitmqServer> {
  const server = new RabbitmqContainer(folder, await freePort());
  try {
    await server.create();
    await server.start();
    return server;
  } catch (error) {
    await server.remove();
    throw error;
  }
}

class RabbitmqContainer implements RabbitmqServer {
  readonly name = `a container of ${IMAGE}`;
  readonly #container: string;
  readonly #definitions: Definitions = definitions();
  #cancelCleanUp?: () => void;
  #usedVhosts = 0;

  constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.#container = `movie-reservation-tests-${port}`;
  }

  async create(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const definitionsFile = join(this.folder, 'definitions.json');
    const settingsFile = join(this.folder, '50-tests.conf');
    // Another account reads the files inside the container.
    writeFileSync(definitionsFile, this.#definitions.json, { mode: 0o644 });
    writeFileSync(settingsFile, 'load_definitions = /etc/rabbitmq/definitions.json\n', { mode: 0o644 });
    this.#cancelCleanUp = cleanUpOnExit({ container: this.#container });
    // A fixed host name: the node names its data folder after the host.
    await docker('create', '--name', this.#container, '--hostname', 'tests', '--publish', `127.0.0.1:${this.port}:5672`, IMAGE);
    await docker('cp', definitionsFile, `${this.#container}:/etc/rabbitmq/definitions.json`);
    await docker('cp', settingsFile, `${this.#container}:/etc/rabbitmq/conf.d/50-tests.conf`);
  }

  async start(): Promise<void> {
    await docker('start', this.#container);
    await until(() => assertReachable(this.urlOf(this.#definitions.vhosts.at(-1)!)), {
      timeoutMs: 60_000,
      what: `RabbitMQ in ${this.#container} to answer`,
      intervalMs: 200,
    });
  }

  async stop(): Promise<void> {
    await docker('stop', '-t', '30', this.#container);
  }

  async kill(): Promise<void> {
    // `docker kill` fails on a container that does not run, `docker stop` does not.
    await docker('kill', this.#container).catch(() => this.stop());
  }

  async freshVhost(): Promise<string> {
    const pooled = this.#definitions.vhosts[this.#usedVhosts++];
    const vhost = pooled ?? `suite-${this.#usedVhosts}`;
    if (!pooled) {
      await docker('exec', this.#container, 'rabbitmqctl', 'add_vhost', vhost);
      await docker('exec', this.#container, 'rabbitmqctl', 'set_permissions', '-p', vhost, this.#definitions.user, '.*', '.*', '.*');
    }
    return this.urlOf(vhost);
  }

  async control(...command: string[]): Promise<void> {
    await docker('exec', this.#container, 'rabbitmqctl', ...command);
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#container).catch(() => undefined);
    this.#cancelCleanUp?.();
  }

  private urlOf(vhost: string): string {
    return `amqp://${this.#definitions.user}:${this.#definitions.password}@127.0.0.1:${this.port}/${vhost}`;
  }
}

async function docker(...command: string[]): Promise<void> {
  await promisify(execFile)('docker', command, { maxBuffer: 64 * 1024 * 1024 });
}
