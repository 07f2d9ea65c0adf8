/** What a broker of our own holds when it comes up: one user and a pool of virtual hosts, since making them later takes seconds each. */
import { createHash, randomBytes } from 'node:crypto';

export interface Definitions {
  readonly user: string;
  readonly password: string;
  readonly vhosts: readonly string[];
  readonly json: string;
}

const poolSize = 20;

export function definitions(): Definitions {
  const user = 'tests';
  const password = randomBytes(18).toString('hex');
  const vhosts = Array.from({ length: poolSize }, (_, index) => `suite-${index + 1}`);
  const json = JSON.stringify({
    users: [{ name: user, password_hash: hashed(password), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: 'administrator' }],
    vhosts: vhosts.map((name) => ({ name })),
    permissions: vhosts.map((vhost) => ({ user, vhost, configure: '.*', write: '.*', read: '.*' })),
  });
  return { user, password, vhosts, json };
}

/** https://www.rabbitmq.com/docs/passwords#computing-password-hash: base64(salt ++ sha256(salt ++ password)), four bytes of salt. */
function hashed(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
