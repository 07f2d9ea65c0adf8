/** The secrets of this installation. They are created once and kept beside its data. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Secrets {
  readonly JWT_SECRET: string;
  readonly STRIPE_SECRET_KEY: string;
  readonly STRIPE_PUBLISHABLE_KEY: string;
  readonly STRIPE_WEBHOOK_SECRET: string;
  readonly WEBHOOK_SECRETS_KEY: string;
}

export function loadOrCreateSecrets(dataDir: string): Secrets {
  const file = secretsFile(dataDir);
  const kept = existsSync(file) ? readSecrets(file) : null;
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
  const secrets: Secrets = {
    JWT_SECRET: hex(32),
    STRIPE_SECRET_KEY: `sk_test_${hex(16)}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${hex(16)}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${hex(24)}`,
    WEBHOOK_SECRETS_KEY: hex(32),
    // Those of an earlier version lack what is new.
    ...kept,
  };
  if (kept !== null && Object.keys(kept).length === Object.keys(secrets).length) return secrets;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return secrets;
}

function readSecrets(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    throw new Error(
      `${file} cannot be read (${(error as Error).message}). Delete it to have new secrets made: everybody is logged out then.`,
      {
        cause: error,
      },
    );
  }
}

/** True after a start that created the database: the secrets are created right after it. */
export function hasSecrets(dataDir: string): boolean {
  return existsSync(secretsFile(dataDir));
}

const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');
