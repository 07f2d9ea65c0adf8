/** Chooses the RabbitMQ of the run: `AMQP_URL`, an installed server, a container, or a fresh installation, in this order. */
import { dockerIsRunning, startContainer } from './rabbitmq-docker.js';
import { connectToRabbitmq } from './rabbitmq-external.js';
import { canInstall, installRabbitmq } from './rabbitmq-install.js';
import { installedRabbitmq, startNode } from './rabbitmq-node.js';
import type { RabbitmqServer } from './rabbitmq-server.js';

const TRIED = 'Tried: AMQP_URL (not set), an installed rabbitmq-server (none), Docker (no answer), apt-get as root (not possible here).';
const REMEDIES = 'Do one of: install RabbitMQ (brew install rabbitmq, apt-get install rabbitmq-server), start Docker, or set AMQP_URL.';

/** Each worker of a run looks for its own server at the same time; the package manager allows one installation. */
let installing: Promise<void> | undefined;

/** Throws an Error that lists what was tried and what a person can do. */
export async function findRabbitmq(amqpUrl: string | undefined, folder: string, log: (line: string) => void): Promise<RabbitmqServer> {
  if (amqpUrl) return attempt('the RabbitMQ at AMQP_URL', () => connectToRabbitmq(amqpUrl));
  const installed = installedRabbitmq();
  if (installed) return attempt(`the RabbitMQ installed in ${installed}`, () => startNode(installed, folder));
  if (await dockerIsRunning()) return attempt('RabbitMQ in a container', () => startContainer(folder));
  if (!canInstall()) throw new Error(`There is no RabbitMQ for the tests.\n${TRIED}\n${REMEDIES}`);
  log('No RabbitMQ on this machine: installing the Debian package rabbitmq-server (once, without its service).');
  installing ??= installRabbitmq();
  await attempt('installing the Debian package', () => installing!);
  const scripts = installedRabbitmq();
  if (!scripts) throw new Error('The package rabbitmq-server was installed but contains no rabbitmq-server.');
  return attempt(`the RabbitMQ installed in ${scripts}`, () => startNode(scripts, folder));
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The tests need RabbitMQ, and ${what} failed: ${reason}\n${REMEDIES}`, { cause: error });
  }
}
