/** Machines send an API key in the place of an access token, to the routes that accept one of its scopes. */
import type { FastifyRequest } from 'fastify';

export interface KnownApiKey {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly isRevoked: boolean;
  readonly isExpired: boolean;
}

/** What auth knows about an API key at this moment. */
export abstract class KnownApiKeys {
  /** Null for what is no key of this system. */
  abstract find(key: string): Promise<KnownApiKey | null>;
}

/** Of the request, or null where it sends something else. An access token, a JWT, never begins so. */
export function apiKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return /^Bearer +(cinema_[^\s]+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
