import { createHash, randomBytes } from 'node:crypto';
import { DAY_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { ApiKeyExpiryInThePast, TooManyApiKeys } from './errors.js';

/** What a machine may do: a route says which of them it accepts. */
export const SCOPES = ['events:read'] as const;
export type Scope = (typeof SCOPES)[number];

/** The old one and the new one, while a client changes over. */
export const MAX_ACTIVE_KEYS = 2;
/** Long enough for a person to give the machine another key. */
const EXPIRES_SOON_MS = 14 * DAY_MS;
const IN_USE_FOR_MS = 31 * DAY_MS;
const PREFIX_BYTES = 6;
const SECRET_BYTES = 32;
/** A key says what it is: programs that search for secrets in files find it. */
const FORMAT = /^(cinema_[0-9a-f]{12})_[0-9a-f]{64}$/;

export interface ApiKeyState {
  readonly id: string;
  /** The machine, by the name that admins give it. */
  readonly client: string;
  /** The beginning of the key: it is no secret, and finds the row. */
  readonly prefix: string;
  /** Of the whole key. A fast hash is enough: a key has 256 random bits. */
  readonly secretHash: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** The admin. Null for a key of before this was kept. */
  readonly createdBy: string | null;
  readonly revokedAt: Date | null;
  /** From then on it is refused. Null: it never expires. */
  readonly expiresAt: Date | null;
}

/** Keys by when they expire, and when they were used last. */
export interface ApiKeySearch {
  readonly expiresBefore: Date;
  readonly usedAfter: Date;
}

/** The keys that somebody must look at: their machines stop when they expire. A key is in use for as long as the rarest reader, a monthly one, may pause. */
export function expiringInUse(now: Date): ApiKeySearch {
  return { expiresBefore: addMs(now, EXPIRES_SOON_MS), usedAfter: addMs(now, -IN_USE_FOR_MS) };
}

/** What is known of the other keys of the client when one is created: those that are neither revoked nor expired. */
export interface ApiKeySituation {
  readonly activeKeys: number;
}

/** Lets one machine in. The key itself is known to its client only. In real time, as the access tokens. */
export class ApiKey {
  #state: ApiKeyState;

  constructor(state: ApiKeyState) {
    this.#state = state;
  }

  /** Throws `ApiKeyExpiryInThePast`, `TooManyApiKeys`. `key` is never shown again. */
  static create(
    { client, scopes, createdBy, expiresAt, now }: Pick<ApiKeyState, 'client' | 'scopes' | 'expiresAt'> & { createdBy: string; now: Date },
    { activeKeys }: ApiKeySituation,
  ): { apiKey: ApiKey; key: string } {
    if (expiresAt !== null && expiresAt <= now) throw new ApiKeyExpiryInThePast();
    if (activeKeys >= MAX_ACTIVE_KEYS) throw new TooManyApiKeys();
    const prefix = `cinema_${randomBytes(PREFIX_BYTES).toString('hex')}`;
    const key = `${prefix}_${randomBytes(SECRET_BYTES).toString('hex')}`;
    const secretHash = hashOfKey(key);
    const state = { id: newId(), client, prefix, secretHash, scopes: SCOPES.filter((scope) => scopes.includes(scope)) };
    return { apiKey: new ApiKey({ ...state, createdAt: now, createdBy, revokedAt: null, expiresAt }), key };
  }

  get state(): ApiKeyState {
    return this.#state;
  }

  /** Returns whether anything changed. */
  revoke(now: Date): boolean {
    if (this.#state.revokedAt !== null) return false;
    this.#state = { ...this.#state, revokedAt: now };
    return true;
  }
}

/** The prefix of a text that is sent as a key. Null where the text has not the form of a key. */
export function prefixOfKey(key: string): string | null {
  return FORMAT.exec(key)?.[1] ?? null;
}

export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
