import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';
import { MAX_ACTIVE_KEYS, SCOPES, type Scope } from '../../domain/api-key.js';

/** An API key as admins see it. The key itself is shown once, when it is created. */
export class ApiKeyView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b71" */
  id!: string;
  /**
   * The machine that has the key, by the name that admins gave it.
   * @example "Ticket wall"
   */
  client!: string;
  /**
   * The beginning of the key, to recognise it. It is no secret.
   * @example "cinema_1f2e3d4c5b6a"
   */
  prefix!: string;
  /**
   * What the key is good for.
   * @example ["events:read"]
   */
  @ApiProperty({ enum: SCOPES, enumName: 'ApiKeyScope', isArray: true, minItems: 1, maxItems: SCOPES.length, uniqueItems: true })
  scopes!: Scope[];
  /** @example "2026-11-26T12:00:00.000Z" */
  createdAt!: string;
  /**
   * The admin who created it, by the user id; null for a key of before this was kept. A key outlives its admin: who is dismissed may have left some.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b01"
   */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  createdBy!: string | null;
  /**
   * When it was used last, within a minute, in UTC; null where it never was.
   * @example null
   */
  lastUsedAt!: string | null;
  /**
   * When it was revoked, in UTC; null while it is good.
   * @example null
   */
  revokedAt!: string | null;
  /**
   * From when on it is refused, in UTC; null where it never expires.
   * @example null
   */
  expiresAt!: string | null;
}

export class CreatedApiKeyView extends ApiKeyView {
  /**
   * The key: send it as `Authorization: Bearer …`. It is shown in this answer only.
   * @example "cinema_1f2e3d4c5b6a_<64 hexadecimal digits>"
   */
  key!: string;
}

export class ApiKeysResponse {
  data!: ApiKeyView[];
  page!: PageInfo;
}

export type ApiKeyRow = Omit<ApiKeyView, 'createdAt' | 'lastUsedAt' | 'revokedAt' | 'expiresAt'> & {
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
};

/** The hash is never read for a view. */
export const API_KEY_COLUMNS = 'id, client, prefix, scopes, created_at, created_by, last_used_at, revoked_at, expires_at';

export function apiKeyView({ id, client, prefix, scopes, createdAt, createdBy, lastUsedAt, revokedAt, expiresAt }: ApiKeyRow): ApiKeyView {
  const iso = (time: Date | null): string | null => time?.toISOString() ?? null;
  const times = { lastUsedAt: iso(lastUsedAt), revokedAt: iso(revokedAt), expiresAt: iso(expiresAt) };
  return { id, client, prefix, scopes, createdAt: createdAt.toISOString(), createdBy, ...times };
}

/** For the document. */
export const TWO_KEYS = `A client has ${MAX_ACTIVE_KEYS} active keys at most: to change over, create the second, give it to the client, revoke the first.`;
