import type { Database } from '../ledger/database.js';
import { ApiError, InvalidParameter } from './api-error.js';

// https://docs.stripe.com/api/idempotent_requests
const RETENTION_MS = 24 * 3_600_000;
const MAXIMUM_LENGTH = 255;

export interface KeyedRequest {
  key: string;
  path: string;
  parameters: string;
}

interface StoredResponse {
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

/** Stripe's v1 idempotency: the first response for a key is also every later one. Errors and 500s are stored too. */
export class IdempotencyKeys {
  readonly #inUse = new Set<string>();

  constructor(private readonly database: Database) {
    database.createSchema(`
      CREATE TABLE IF NOT EXISTS idempotency_keys (
        key TEXT PRIMARY KEY, path TEXT NOT NULL, parameters TEXT NOT NULL,
        status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS idempotency_keys_by_created ON idempotency_keys (created);
    `);
  }

  /** Throws ApiError when the key is in use, or was used for another request. */
  findResponse(request: KeyedRequest): StoredResponse | undefined {
    const { key } = request;
    if (key.length > MAXIMUM_LENGTH)
      throw new InvalidParameter(
        `Idempotency keys can have up to ${MAXIMUM_LENGTH} characters, but you passed in a key that is ${key.length} characters.`,
      );
    if (this.#inUse.has(key)) {
      throw new ApiError(
        409,
        'idempotency_error',
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        { code: 'idempotency_key_in_use' },
      );
    }
    const row = this.database.get<Row>('SELECT * FROM idempotency_keys WHERE key = ? AND created > ?', key, Date.now() - RETENTION_MS);
    if (row === undefined) return undefined;
    if (row.path !== request.path)
      throw keyMisusedError(key, `for the same endpoint they were first used for ('${request.path}' vs '${row.path}')`);
    if (row.parameters !== request.parameters) throw keyMisusedError(key, 'with the same parameters they were first used with');
    return { status: row.status, body: row.body, requestId: row.request_id };
  }

  storeResponse(request: KeyedRequest, response: StoredResponse): void {
    this.database.run(
      'INSERT OR REPLACE INTO idempotency_keys (key, path, parameters, status, body, request_id, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
      request.key,
      request.path,
      request.parameters,
      response.status,
      response.body,
      response.requestId,
      Date.now(),
    );
  }

  /** Until `markUnused`, a second request with the key is refused with 409. */
  markInUse(key: string): void {
    this.#inUse.add(key);
  }

  markUnused(key: string): void {
    this.#inUse.delete(key);
  }

  deleteExpired(): void {
    this.database.run('DELETE FROM idempotency_keys WHERE created <= ?', Date.now() - RETENTION_MS);
  }
}

function keyMisusedError(key: string, rule: string): ApiError {
  return new ApiError(
    400,
    'idempotency_error',
    `Keys for idempotent requests can only be used ${rule}. Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}
