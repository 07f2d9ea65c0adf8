/** Access tokens: short-lived JWTs of one pinned algorithm, in real time, with two secrets while one is being replaced. */
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
  constructor(
    private readonly jwt: JwtService,
    private readonly settings: Settings,
  ) {}

  /** `expiresIn` in seconds. */
  async issue(principal: Principal): Promise<{ accessToken: string; expiresIn: number }> {
    const { secret, issuer, audience, accessSeconds } = this.settings.tokens;
    const accessToken = await this.jwt.signAsync(
      { role: principal.role, typ: 'access' },
      { secret, algorithm: ALGORITHM, issuer, audience, subject: principal.userId, jwtid: newId(), expiresIn: accessSeconds },
    );
    return { accessToken, expiresIn: accessSeconds };
  }

  /** Null for anything that is not a valid, unexpired access token of ours. */
  async verify(token: string): Promise<Principal | null> {
    const { secret, previousSecret, issuer, audience } = this.settings.tokens;
    for (const candidate of previousSecret === null ? [secret] : [secret, previousSecret]) {
      try {
        const claims = await this.jwt.verifyAsync<Partial<Claims>>(token, { secret: candidate, algorithms: [ALGORITHM], issuer, audience });
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
