import type { Database } from '../ledger/database.js';
import { ApiError, InvalidParameter } from './api-error.js';

// https://docs.stripe.com/api/idempotent_requests
const keptForMs = 24 * 3_600_000;
const maximumLength = 255;

export interface KeyedRequest {
  key: string;
  path: string;
  parameters: string;
}

export interface KeptAnswer {
  status: number;
  body: string;
  /** The request that was executed. */
  requestId: string;
}

interface Row {
  path: string;
  parameters: string;
  status: number;
  body: string;
  request_id: string;
  created: number;
}

/** Stripe's v1 idempotency: the first answer of a key is every later answer of it, errors and 500s included. */
export class IdempotencyKeys {
  readonly #inUse = new Set<string>();

  constructor(private readonly database: Database) {
    database.define(`
      CREATE TABLE IF NOT EXISTS idempotency_keys (
        key TEXT PRIMARY KEY, path TEXT NOT NULL, parameters TEXT NOT NULL,
        status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS idempotency_keys_by_created ON idempotency_keys (created);
    `);
  }

  /** The kept answer of a key, if any. Throws when the key is in use or belongs to another request. */
  recall(request: KeyedRequest): KeptAnswer | undefined {
    const { key } = request;
    if (key.length > maximumLength)
      throw new InvalidParameter(
        `Idempotency keys can have up to ${maximumLength} characters, but you passed in a key that is ${key.length} characters.`,
      );
    if (this.#inUse.has(key)) {
      throw new ApiError(
        409,
        'idempotency_error',
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        { code: 'idempotency_key_in_use' },
      );
    }
    const row = this.database.get<Row>('SELECT * FROM idempotency_keys WHERE key = ? AND created > ?', key, Date.now() - keptForMs);
    if (row === undefined) return undefined;
    if (row.path !== request.path)
      throw misused(key, `for the same endpoint they were first used for ('${request.path}' vs '${row.path}')`);
    if (row.parameters !== request.parameters) throw misused(key, 'with the same parameters they were first used with');
    return { status: row.status, body: row.body, requestId: row.request_id };
  }

  keep(request: KeyedRequest, answer: KeptAnswer): void {
    this.database.run(
      'INSERT OR REPLACE INTO idempotency_keys (key, path, parameters, status, body, request_id, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
      request.key,
      request.path,
      request.parameters,
      answer.status,
      answer.body,
      answer.requestId,
      Date.now(),
    );
  }

  /** From here until `release` the key refuses a second request. */
  hold(key: string): void {
    this.#inUse.add(key);
  }

  release(key: string): void {
    this.#inUse.delete(key);
  }

  prune(): void {
    this.database.run('DELETE FROM idempotency_keys WHERE created <= ?', Date.now() - keptForMs);
  }
}

function misused(key: string, rule: string): ApiError {
  return new ApiError(
    400,
    'idempotency_error',
    `Keys for idempotent requests can only be used ${rule}. Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}
