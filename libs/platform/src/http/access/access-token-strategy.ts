/** Verifies access tokens: a Passport strategy with one pinned algorithm, in real time, with two keys while a secret is replaced. */
import { createHash, createHmac, createSecretKey, type KeyObject, randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy, type VerifiedCallback } from 'passport-jwt';
import { Settings } from '../../config/settings.js';
import { TOKEN_BAD, TOKEN_EXPIRED, TOKEN_FOREIGN, type Unauthorized } from '../problems/http-errors.js';
import type { Principal, UserRole } from './principal.js';
import { VerifiedTokens } from './verified-tokens.js';

export const ALGORITHM = 'HS256';

interface Claims {
  readonly sub?: unknown;
  readonly role?: UserRole;
  readonly typ?: unknown;
  readonly exp?: unknown;
  readonly jti?: unknown;
  readonly sid?: unknown;
}

export interface TokenKey {
  /** In the header of each token: which secret signed it. */
  readonly id: string;
  /** Not a string: jsonwebtoken would first try each as a PEM. */
  readonly key: KeyObject;
}

export function tokenKey(secret: string): TokenKey {
  return { id: createHash('sha256').update(secret).digest('hex').slice(0, 12), key: createSecretKey(Buffer.from(secret)) };
}

@Injectable()
export class AccessTokenStrategy implements OnApplicationShutdown {
  /** Unique: Passport keeps the strategies of all applications of a process together. */
  readonly name = `access-token-${randomUUID()}`;
  readonly #keys: readonly TokenKey[];
  readonly #verified = new VerifiedTokens();

  constructor(private readonly settings: Settings) {
    const { tokens } = settings;
    const secrets = tokens.previousSecret === null ? [tokens.secret] : [tokens.secret, tokens.previousSecret];
    this.#keys = secrets.map(tokenKey);
    const strategy = new Strategy(
      {
        jwtFromRequest: bearerToken,
        // The library's types know strings and buffers only.
        secretOrKeyProvider: (_request, token: string, done) => done(null, this.keyOf(token) as unknown as Buffer),
        algorithms: [ALGORITHM],
        issuer: tokens.issuer,
        audience: tokens.audience,
        passReqToCallback: true,
      },
      (request: FastifyRequest, claims: Claims, done: VerifiedCallback) => done(null, this.accepted(request, claims) ?? false),
    );
    passport.use(this.name, strategy);
  }

  /** When the port is closed: until then requests come. */
  onApplicationShutdown(): void {
    passport.unuse(this.name);
  }

  /** The user that the token names, if an earlier request had the same token and it has not expired. */
  principalKnownFor(request: Pick<FastifyRequest, 'headers'>): Principal | null {
    const token = bearerToken(request);
    return token === null ? null : this.#verified.get(token);
  }

  /** Why a token was refused: `info` is the error of the library. */
  refusalOf(request: Pick<FastifyRequest, 'headers'>, info: unknown): Unauthorized {
    const { name = '', message = '' } = info instanceof Error ? info : {};
    if (name === 'TokenExpiredError') return TOKEN_EXPIRED;
    if (/^jwt (issuer|audience) invalid/.test(message)) return TOKEN_FOREIGN;
    return message === 'invalid signature' && this.isForeign(bearerToken(request) ?? '') ? TOKEN_FOREIGN : TOKEN_BAD;
  }

  private accepted(request: Pick<FastifyRequest, 'headers'>, claims: Claims): Principal | null {
    const principal = principalOf(claims);
    const token = bearerToken(request);
    if (principal !== null && token !== null) this.#verified.add(token, principal, Number(claims.exp));
    return principal;
  }

  /** By what the token says of itself. */
  private isForeign(token: string): boolean {
    const { issuer, audience } = this.settings.tokens;
    const claims = decoded(token.split('.')[1] ?? '');
    return claims !== null && (claims['iss'] !== issuer || claims['aud'] !== audience);
  }

  /** By the key id. Tokens made before keys had ids, or with a secret of another process, are tried with every key. */
  private keyOf(token: string): KeyObject {
    const id = keyIdOf(token);
    const found = this.#keys.find((key) => key.id === id) ?? this.#keys.find(({ key }) => isSignedWith(key, token));
    return (found ?? this.#keys[0]!).key;
  }
}

/** As strict as RFC 6750, 2.1: `passport-jwt`'s own extractor accepts anything behind the token. */
function bearerToken({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function keyIdOf(token: string): string | null {
  const id = decoded(token.split('.')[0] ?? '')?.['kid'];
  return typeof id === 'string' ? id : null;
}

/** A part of a token, or null where it is no JSON object. Nothing is verified. */
function decoded(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function isSignedWith(key: KeyObject, token: string): boolean {
  const end = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  const expected = createHmac('sha256', key).update(token.slice(0, end)).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Null for a token that is not an access token of ours. The library checks `exp` only where there is one. */
function principalOf({ typ, sub, exp, jti, role, sid }: Claims): Principal | null {
  if (typ !== 'access' || typeof exp !== 'number' || typeof jti !== 'string' || typeof sub !== 'string' || !isUuid(sub)) return null;
  return { userId: sub, role: role === 'admin' ? 'admin' : 'customer', ...(typeof sid === 'string' ? { sessionId: sid } : {}) };
}
