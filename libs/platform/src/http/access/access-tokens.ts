/** Issues access tokens: short-lived JWTs. `AccessTokenStrategy` verifies them. */
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import { Settings } from '../../config/settings.js';
import { ALGORITHM, tokenKey, type TokenKey } from './access-token-strategy.js';
import type { Principal } from './principal.js';

@Injectable()
export class AccessTokens {
  readonly #key: TokenKey;
  readonly #jwt: JwtService;

  constructor(private readonly settings: Settings) {
    this.#key = tokenKey(settings.tokens.secret);
    this.#jwt = new JwtService({ secret: this.#key.key });
  }

  /** `expiresIn` in seconds. */
  async issue({ userId, role, sessionId }: Principal): Promise<{ accessToken: string; expiresIn: number }> {
    const { issuer, audience, accessTokenSeconds } = this.settings.tokens;
    const accessToken = await this.#jwt.signAsync(
      { role, typ: 'access', ...(sessionId === undefined ? {} : { sid: sessionId }) },
      {
        algorithm: ALGORITHM,
        keyid: this.#key.id,
        issuer,
        audience,
        subject: userId,
        jwtid: newId(),
        expiresIn: accessTokenSeconds,
      },
    );
    return { accessToken, expiresIn: accessTokenSeconds };
  }
}
