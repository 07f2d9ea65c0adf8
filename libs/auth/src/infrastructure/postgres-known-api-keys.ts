import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type KnownApiKey, KnownApiKeys } from '@app/platform/http/access/api-keys.js';
import { Database } from '@app/platform/persistence/database.js';
import { hashOfKey, prefixOfKey } from '../domain/api-key.js';

/** The last use is written at most this often: a machine asks many times a second. */
const LAST_USE_ACCURACY_MS = 60_000;

interface Row {
  readonly id: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly useIsKnown: boolean;
}

/** Reads the row at each request: a key that is revoked, or has expired, is refused at once. */
@Injectable()
export class PostgresKnownApiKeys extends KnownApiKeys {
  constructor(private readonly database: Database) {
    super();
  }

  async find(key: string): Promise<KnownApiKey | null> {
    const prefix = prefixOfKey(key);
    if (prefix === null) return null;
    const [row] = await this.database.prepared<Row>(
      `SELECT id, secret_hash, scopes, revoked_at IS NOT NULL AS revoked,
              coalesce(expires_at <= clock_timestamp(), false) AS expired,
              coalesce(last_used_at > clock_timestamp() - $2 * interval '1 millisecond', false) AS use_is_known
       FROM auth.api_keys WHERE prefix = $1`,
      [prefix, LAST_USE_ACCURACY_MS],
    );
    if (row === undefined || !timingSafeEqual(Buffer.from(row.secretHash), Buffer.from(hashOfKey(key)))) return null;
    if (!row.revoked && !row.expired && !row.useIsKnown)
      await this.database.query('UPDATE auth.api_keys SET last_used_at = clock_timestamp() WHERE id = $1', [row.id]);
    return { id: row.id, scopes: row.scopes, isRevoked: row.revoked, isExpired: row.expired };
  }
}
