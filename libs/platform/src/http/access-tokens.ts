/** Access tokens: short-lived JWTs of one pinned algorithm, in real time, with two secrets while one is being replaced. */
import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import { Settings } from '../config/settings.js';
import { isUuid } from './paging.js';

export type UserRole = 'customer' | 'admin';

/** Who a request speaks for. */
export interface Principal {
  readonly userId: string;
  readonly role: UserRole;
}

interface Claims {
  sub: string;
  role: UserRole;
  typ: 'access';
  exp: number;
  jti: string;
}

const ALGORITHM = 'HS256';

@Injectable()
export class AccessTokens {
  readonly #current: JwtService;
  readonly #accepted: readonly JwtService[];

  constructor(private readonly settings: Settings) {
    const { secret, previousSecret } = settings.tokens;
    this.#current = signing(secret);
    this.#accepted = previousSecret === null ? [this.#current] : [this.#current, signing(previousSecret)];
  }

  /** `expiresIn` in seconds. */
  async issue(principal: Principal): Promise<{ accessToken: string; expiresIn: number }> {
    const { issuer, audience, accessTokenSeconds } = this.settings.tokens;
    const accessToken = await this.#current.signAsync(
      { role: principal.role, typ: 'access' },
      { algorithm: ALGORITHM, issuer, audience, subject: principal.userId, jwtid: newId(), expiresIn: accessTokenSeconds },
    );
    return { accessToken, expiresIn: accessTokenSeconds };
  }

  /** Null for anything that is not a valid, unexpired access token of ours. */
  async verify(token: string): Promise<Principal | null> {
    const { issuer, audience } = this.settings.tokens;
    for (const jwt of this.#accepted) {
      try {
        const claims = await jwt.verifyAsync<Partial<Claims>>(token, { algorithms: [ALGORITHM], issuer, audience });
        // The library checks `exp` only where there is one.
        const { typ, sub, exp, jti, role } = claims;
        if (typ !== 'access' || typeof exp !== 'number' || typeof jti !== 'string' || typeof sub !== 'string' || !isUuid(sub)) return null;
        return { userId: sub, role: role === 'admin' ? 'admin' : 'customer' };
      } catch {
        continue;
      }
    }
    return null;
  }
}

/** A key object: with a string, each token would first be tried as if it were a PEM. */
function signing(secret: string): JwtService {
  return new JwtService({ secret: createSecretKey(Buffer.from(secret)) });
}
