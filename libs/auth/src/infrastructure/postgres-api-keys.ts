import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ApiKey, type ApiKeySearch, type ApiKeySituation, type ApiKeyState } from '../domain/api-key.js';
import { ApiKeys, type ExpiringApiKey } from '../domain/api-keys.js';
import { ApiKeyNotFound } from '../domain/errors.js';

const COLUMNS = 'id, client, prefix, secret_hash, scopes, created_at, created_by, revoked_at, expires_at';

/** By when they expire, and when they were used last. */
export const EXPIRING_API_KEYS = `SELECT id, client, prefix, expires_at FROM auth.api_keys
  WHERE expires_at < $1 AND last_used_at > $2 AND revoked_at IS NULL ORDER BY expires_at, id LIMIT 100`;

@Injectable()
export class PostgresApiKeys extends ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {
    super();
  }

  async addKnowingOthers<T extends { readonly apiKey: ApiKey }>(client: string, decide: (situation: ApiKeySituation) => T): Promise<T> {
    return this.transactions.run(async () => {
      await this.lockClient(client);
      const [row] = await this.database.query<ApiKeySituation>(
        `SELECT count(*)::int AS active_keys FROM auth.api_keys
         WHERE client = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
        [client],
      );
      const decided = decide(row!);
      const { id, prefix, secretHash, scopes, createdAt, createdBy, revokedAt, expiresAt } = decided.apiKey.state;
      await this.database.query(`INSERT INTO auth.api_keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
        id,
        client,
        prefix,
        secretHash,
        scopes,
        createdAt,
        createdBy,
        revokedAt,
        expiresAt,
      ]);
      return decided;
    });
  }

  async expiring({ expiresBefore, usedAfter }: ApiKeySearch): Promise<ExpiringApiKey[]> {
    return this.database.query<ExpiringApiKey>(EXPIRING_API_KEYS, [expiresBefore, usedAfter]);
  }

  async change<T>(id: string, decide: (apiKey: ApiKey) => T): Promise<T> {
    return this.transactions.run(async () => {
      const [state] = await this.database.query<ApiKeyState>(`SELECT ${COLUMNS} FROM auth.api_keys WHERE id = $1 FOR UPDATE`, [id]);
      if (state === undefined) throw new ApiKeyNotFound();
      const apiKey = new ApiKey(state);
      const result = decide(apiKey);
      await this.database.query('UPDATE auth.api_keys SET revoked_at = $2 WHERE id = $1', [id, apiKey.state.revokedAt]);
      return result;
    });
  }

  /** There may be no row to lock yet. */
  protected async lockClient(client: string): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.api-keys ' || $1, 0))`, [client]);
  }
}
