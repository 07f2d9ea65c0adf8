/** The definitions that a RabbitMQ of the tests loads at its start: one user and a pool of virtual hosts. Creating a virtual host later takes seconds. */
import { createHash, randomBytes } from 'node:crypto';

export interface Definitions {
  readonly user: string;
  readonly password: string;
  readonly vhosts: readonly string[];
  readonly json: string;
}

const POOL_SIZE = 20;

export function definitions(vhostCount = POOL_SIZE): Definitions {
  const user = 'tests';
  const password = randomBytes(18).toString('hex');
  const vhosts = Array.from({ length: vhostCount }, (_, index) => `suite-${index + 1}`);
  const json = JSON.stringify({
    users: [{ name: user, password_hash: hashOf(password), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: 'administrator' }],
    vhosts: vhosts.map((name) => ({ name })),
    permissions: vhosts.map((vhost) => ({ user, vhost, configure: '.*', write: '.*', read: '.*' })),
  });
  return { user, password, vhosts, json };
}

/** https://www.rabbitmq.com/docs/passwords#computing-password-hash: base64(salt ++ sha256(salt ++ password)), with a salt of four bytes. */
function hashOf(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
