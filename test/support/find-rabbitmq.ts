import { type RabbitmqServer } from './rabbitmq-server.js';
import { dockerAnswers, startContainer } from './rabbitmq-docker.js';
import { reachRabbitmq } from './rabbitmq-external.js';
import { canInstall, installRabbitmq } from './rabbitmq-install.js';
import { installedRabbitmq, startNode } from './rabbitmq-node.js';

/** The first RabbitMQ that can be had, in this order. Throws an Error that lists what was tried and what a person can do. */
export async function findRabbitmq(amqpUrl: string | undefined, folder: string, log: (line: string) => void): Promise<RabbitmqServer> {
  if (amqpUrl) return attempt('the RabbitMQ at AMQP_URL', () => reachRabbitmq(amqpUrl));
  const installed = installedRabbitmq();
  if (installed) return attempt(`the RabbitMQ installed in ${installed}`, () => startNode(installed, folder));
  if (await dockerAnswers()) return attempt('RabbitMQ in a container', () => startContainer(folder));
  if (!canInstall()) throw new Error(`There is no RabbitMQ for the tests.\n${tried}\n${remedies}`);
  log('No RabbitMQ on this machine: installing the Debian package rabbitmq-server (once, without its service).');
  await attempt('installing the Debian package', installRabbitmq);
  const scripts = installedRabbitmq();
  if (!scripts) throw new Error('The package rabbitmq-server was installed but brought no rabbitmq-server.');
  return attempt(`the RabbitMQ installed in ${scripts}`, () => startNode(scripts, folder));
}

const tried = 'Tried: AMQP_URL (not set), an installed rabbitmq-server (none), Docker (no answer), apt-get as root (not possible here).';
const remedies = 'Do one of: install RabbitMQ (brew install rabbitmq, apt-get install rabbitmq-server), start Docker, or set AMQP_URL.';

async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The tests need RabbitMQ, and ${what} failed: ${reason}\n${remedies}`, { cause: error });
  }
}
