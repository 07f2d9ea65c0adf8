/** Access tokens, rate limits, and the guard in front of every route. */
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { AccessTokens } from './access-tokens.js';
import { AccessGuard } from './access.js';
import { RateLimits } from './rate-limit.js';

/** Global: the controllers of every context use its rate limits and tokens. */
@Global()
@Module({
  providers: [AccessTokens, RateLimits, AccessTokenStrategy, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AccessTokens, RateLimits],
})
export class HttpModule {}
