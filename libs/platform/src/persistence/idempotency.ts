/** Idempotency keys: the row of a key is written in the transaction of the effect that it protects. */
import { Conflict, Invalid } from '@app/kernel/domain-error.js';
import { versionOf, withVersion } from './resource-version.js';

/** As much of the database as the keys need. */
interface Statements {
  query<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]>;
}

export const IDEMPOTENT_REQUEST = Symbol('platform.idempotent-request');

/** What a route puts into the context of its request. `used` and `replayed` are set here. */
export interface IdempotentRequest {
  /** User and route: the same key of another user or route is another key. */
  readonly scope: string;
  readonly key: string;
  /** Of the body: the same key with another body is refused. */
  readonly fingerprint: string;
  used: boolean;
  replayed: boolean;
}

export class IdempotencyKeyReused extends Invalid {
  constructor() {
    super('platform.idempotency-key-reused', 'This Idempotency-Key was used before with another request body.');
  }
}

/** Only the transaction that wrote a key sees its row without an answer. Any other case is a fault that a retry solves. */
export class IdempotencyKeyBusy extends Conflict {
  constructor() {
    super('platform.idempotency-key-busy', 'A request with this Idempotency-Key is being worked on. Try again.');
  }
}

/**
 * Returns the stored answer of an earlier request with this key, or null for the first request. The answer itself is null where the effect
 * answered nothing. Waits for a request in progress.
 */
export async function claimIdempotencyKey(database: Statements, request: IdempotentRequest): Promise<{ answer: unknown } | null> {
  request.used = true;
  const inserted = await database.query(
    `INSERT INTO platform.idempotency_keys (scope, key, fingerprint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`,
    [request.scope, request.key, request.fingerprint],
  );
  if (inserted.length > 0) return null;
  const [row] = await database.query<{ fingerprint: string; answer: unknown; version: number | null; isAnswered: boolean }>(
    `SELECT fingerprint, answer, version, answer IS NOT NULL AS is_answered FROM platform.idempotency_keys WHERE scope = $1 AND key = $2`,
    [request.scope, request.key],
  );
  if (row === undefined || !row.isAnswered) throw new IdempotencyKeyBusy();
  if (row.fingerprint !== request.fingerprint) throw new IdempotencyKeyReused();
  request.replayed = true;
  return { answer: row.version === null ? row.answer : withVersion(row.answer as object, row.version) };
}

export async function storeIdempotentAnswer(database: Statements, request: IdempotentRequest, answer: unknown): Promise<void> {
  const version = typeof answer === 'object' && answer !== null ? versionOf(answer) : undefined;
  await database.query(`UPDATE platform.idempotency_keys SET answer = $3, version = $4 WHERE scope = $1 AND key = $2`, [
    request.scope,
    request.key,
    JSON.stringify(answer ?? null),
    version ?? null,
  ]);
}

/**
 * Reads the stored answers of several requests with one statement, and with none where no request has a key. It claims nothing: `storeAnswers`
 * finds a key that another process has used meanwhile. Returns, in the order of the requests, null for a first request, and `IdempotencyKeyReused`
 * where the earlier request had another body.
 */
export async function storedAnswers(
  database: Statements,
  requests: readonly (IdempotentRequest | null)[],
): Promise<readonly ({ answer: unknown } | IdempotencyKeyReused | null)[]> {
  const keyed = requests.filter((request) => request !== null);
  if (keyed.length === 0) return requests.map(() => null);
  const rows = await database.query<{ scope: string; key: string; fingerprint: string; answer: unknown }>(
    `SELECT scope, key, fingerprint, answer FROM platform.idempotency_keys
     JOIN unnest($1::text[], $2::text[]) AS asked (scope, key) USING (scope, key)`,
    [keyed.map(({ scope }) => scope), keyed.map(({ key }) => key)],
  );
  const stored = new Map(rows.map((row) => [`${row.scope} ${row.key}`, row]));
  return requests.map((request) => {
    if (request === null) return null;
    request.used = true;
    const row = stored.get(`${request.scope} ${request.key}`);
    if (row === undefined) return null;
    if (row.fingerprint !== request.fingerprint) return new IdempotencyKeyReused();
    request.replayed = true;
    return { answer: row.answer };
  });
}

/** Throws `IdempotencyKeyBusy` where another transaction has stored an answer since `storedAnswers`. */
export async function storeAnswers(
  database: Statements,
  answered: readonly { readonly request: IdempotentRequest; readonly answer: unknown }[],
): Promise<void> {
  if (answered.length === 0) return;
  const stored = await database.query(
    `INSERT INTO platform.idempotency_keys (scope, key, fingerprint, answer)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING 1`,
    [
      answered.map(({ request }) => request.scope),
      answered.map(({ request }) => request.key),
      answered.map(({ request }) => request.fingerprint),
      answered.map(({ answer }) => JSON.stringify(answer ?? null)),
    ],
  );
  if (stored.length < answered.length) throw new IdempotencyKeyBusy();
}
